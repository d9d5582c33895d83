//! Tenants are not forgotten: what is another's is missing, whatever the rule says.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use auth_core::{
    DenialKind, Granted, Guarded, Identity, Load, PolicyRouter, Principal, Resource, condition,
    policy, requires,
    routing::{delete, get},
};
use auth_tests::{
    Callers, call,
    notes::{Role, UserId},
};
use http::Method;

#[derive(Clone, Debug, Resource)]
struct Deed {
    #[key]
    id: u64,
    #[owner]
    author: UserId,
    #[tenant]
    org: Option<String>,
    open: bool,
}

/// How often anything was asked about a deed.
#[derive(Clone, Debug, Default)]
struct Asked {
    loads: Arc<AtomicUsize>,
    conditions: Arc<AtomicUsize>,
}

/// Ann's at acme, Bob's at acme, Ann's at other, of no tenant, of one without a name.
const MINE: u64 = 1;
const COLLEAGUES: u64 = 2;
const OTHERS: u64 = 3;
const NO_TENANTS: u64 = 4;
const NAMELESS: u64 = 5;
const MISSING: u64 = 404;

impl Load for Deed {
    type State = Asked;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, asked: &Asked) -> Result<Option<Self>, String> {
        asked.loads.fetch_add(1, Ordering::Relaxed);
        let (author, org) = match id {
            MINE => ("ann", Some("acme")),
            COLLEAGUES => ("bob", Some("acme")),
            OTHERS => ("ann", Some("other")),
            NO_TENANTS => ("ann", None),
            NAMELESS => ("ann", Some("")),
            _ => return Ok(None),
        };
        Ok(Some(Self {
            id,
            author: UserId(author.to_owned()),
            org: org.map(str::to_owned),
            open: true,
        }))
    }
}

/// the deed is open
#[condition]
fn open(deed: &Deed, axum::extract::State(asked): axum::extract::State<Asked>) -> bool {
    asked.conditions.fetch_add(1, Ordering::Relaxed);
    deed.open
}

/// Who may read a deed.
#[policy(any(owns = "deed", role = "admin"))]
struct ReadDeed;

/// Who may read any deed of any tenant.
#[policy(role = "admin", when = open, across_tenants(because = "auditors read all of them"))]
struct Audit;

#[requires(owns = "deed")]
async fn owner(deed: Granted<Deed>) -> String {
    deed.id.to_string()
}

#[requires(any(owns = "deed", role = "admin"))]
async fn owner_or_admin(deed: Granted<Deed>) -> String {
    deed.id.to_string()
}

#[requires(role = "admin", not(owns = "deed"))]
async fn not_owner() {}

#[requires(any(when = open, role = "admin"))]
async fn opened() {}

#[requires(authenticated, unless = open)]
async fn vetoed() {}

#[requires(authenticated, forbid(all(owns = "deed", role = "reader")))]
async fn vetoed_owner() {}

#[requires(tenant = "deed")]
async fn tenants(deed: Granted<Deed>) -> String {
    deed.id.to_string()
}

#[requires(any(policy = ReadDeed, scope = "deeds"))]
async fn named(deed: Granted<Deed>) -> String {
    deed.id.to_string()
}

#[requires(any(owns = "deed", role = "admin"), hide)]
async fn hidden() {}

/// The strictest wins, whichever of the two it is.
#[requires(policy = Audit, any(owns = "deed", role = "admin"))]
async fn audited_strictly() {}

#[requires(policy = Audit)]
async fn audited(deed: Granted<Deed, Audit>) -> String {
    deed.id.to_string()
}

#[requires(
    any(tenant = "deed", role = "admin"),
    across_tenants(because = "support helps everybody")
)]
async fn supported() {}

#[requires(
    role = "writer",
    not(tenant = "deed"),
    across_tenants(because = "brokers see what is not theirs")
)]
async fn brokered() {}

/// Routes on which tenants are kept apart.
const APART: [&str; 10] = [
    "owner",
    "owner-or-admin",
    "not-owner",
    "opened",
    "vetoed",
    "vetoed-owner",
    "tenant",
    "named",
    "hidden",
    "audited-strictly",
];

/// Whoever calls, and for which tenant.
const CALLERS: [&str; 9] = [
    "",
    "ann",
    "ann; tenant=acme",
    "ann; tenant=acme; admin; scope=deeds",
    "bob; tenant=acme; admin",
    "ann; tenant=; admin",
    "ann; admin",
    "ann; tenant=Acme; admin",
    "cyd; tenant=third; reader; scope=deeds",
];

fn app(asked: &Asked) -> Guarded {
    PolicyRouter::new()
        .route("/owner/{deed_id}", get(owner))
        .route("/owner-or-admin/{deed_id}", get(owner_or_admin))
        .route("/not-owner/{deed_id}", get(not_owner))
        .route("/opened/{deed_id}", get(opened))
        .route("/vetoed/{deed_id}", get(vetoed))
        .route("/vetoed-owner/{deed_id}", get(vetoed_owner))
        .route("/tenant/{deed_id}", get(tenants))
        .route("/named/{deed_id}", get(named))
        .route("/hidden/{deed_id}", get(hidden))
        .route("/audited-strictly/{deed_id}", get(audited_strictly))
        .route("/audited/{deed_id}", get(audited))
        .route("/supported/{deed_id}", get(supported))
        .route("/brokered/{deed_id}", delete(brokered).get(brokered))
        .with_state(asked.clone())
        .authenticate(Callers)
}

async fn status(app: &Guarded, route: &str, deed: u64, caller: &str) -> u16 {
    let path = format!("/{route}/{deed}");
    call(app, Method::GET, &path, caller).await.status()
}

#[tokio::test]
async fn what_is_not_of_the_callers_tenant_is_answered_as_if_it_were_not_there() {
    let asked = Asked::default();
    let app = app(&asked);
    for route in APART {
        for caller in CALLERS {
            let missing = call(&app, Method::GET, &format!("/{route}/{MISSING}"), caller).await;
            assert_ne!(missing.status(), 200, "{route} {caller}");
            for deed in [MINE, COLLEAGUES, OTHERS, NO_TENANTS, NAMELESS] {
                let of_acme = deed == MINE || deed == COLLEAGUES;
                if of_acme && caller.contains("tenant=acme") {
                    continue;
                }
                let answer = call(&app, Method::GET, &format!("/{route}/{deed}"), caller).await;
                let context = format!("{route} {deed} {caller}");
                assert_eq!(answer.head.status, missing.head.status, "{context}");
                assert_eq!(answer.head.headers, missing.head.headers, "{context}");
                assert_eq!(answer.body, missing.body, "{context}");
            }
        }
    }
}

#[tokio::test]
async fn an_apps_condition_is_never_asked_about_another_tenants_resource() {
    let asked = Asked::default();
    let app = app(&asked);
    for route in APART {
        for caller in [
            "ann; admin",
            "ann; tenant=other; admin",
            "ann; tenant=x; admin",
        ] {
            status(&app, route, MINE, caller).await;
        }
    }
    assert_eq!(asked.conditions.load(Ordering::Relaxed), 0);
    assert_eq!(status(&app, "opened", MINE, "ann; tenant=acme").await, 200);
    assert_eq!(asked.conditions.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn within_the_tenant_the_rule_decides() {
    let app = app(&Asked::default());
    let table = [
        ("owner", MINE, "ann; tenant=acme", 200),
        ("owner", MINE, "bob; tenant=acme", 403),
        ("owner-or-admin", COLLEAGUES, "ann; tenant=acme; admin", 200),
        (
            "owner-or-admin",
            COLLEAGUES,
            "ann; tenant=other; admin",
            404,
        ),
        ("not-owner", COLLEAGUES, "ann; tenant=acme; admin", 200),
        ("not-owner", MINE, "ann; tenant=acme; admin", 403),
        ("not-owner", OTHERS, "ann; tenant=acme; admin", 404),
        ("opened", COLLEAGUES, "ann; tenant=acme", 200),
        ("opened", COLLEAGUES, "ann; tenant=other", 404),
        ("opened", COLLEAGUES, "", 401),
        ("vetoed", MINE, "ann; tenant=acme", 403),
        ("vetoed", OTHERS, "ann; tenant=acme", 404),
        ("vetoed-owner", COLLEAGUES, "ann; tenant=acme; reader", 200),
        ("vetoed-owner", MINE, "ann; tenant=acme; reader", 403),
        ("vetoed-owner", OTHERS, "ann; tenant=acme", 404),
        ("tenant", COLLEAGUES, "ann; tenant=acme", 200),
        ("tenant", OTHERS, "ann; tenant=acme", 404),
        ("named", COLLEAGUES, "ann; tenant=acme; scope=deeds", 200),
        ("named", OTHERS, "ann; tenant=acme; scope=deeds", 404),
        ("hidden", COLLEAGUES, "ann; tenant=acme", 404),
        ("hidden", MINE, "ann; tenant=acme", 200),
        ("audited-strictly", MINE, "ann; tenant=acme; admin", 200),
        ("audited-strictly", OTHERS, "ann; tenant=acme; admin", 404),
        // What is cheap and false needs no resource, and tells nothing about it.
        ("not-owner", OTHERS, "ann; tenant=acme", 403),
    ];
    for (route, deed, caller, expected) in table {
        let answered = status(&app, route, deed, caller).await;
        assert_eq!(answered, expected, "{route} {deed} {caller}");
    }
}

#[tokio::test]
async fn across_tenants_is_said_and_then_holds_for_all() {
    let app = app(&Asked::default());
    let table = [
        ("audited", OTHERS, "eve; tenant=acme; admin", 200),
        ("audited", NO_TENANTS, "eve; admin", 200),
        ("audited", MISSING, "eve; admin", 404),
        ("audited", OTHERS, "eve; tenant=other", 403),
        ("supported", OTHERS, "eve; tenant=other", 200),
        ("supported", OTHERS, "eve; tenant=acme", 403),
        ("supported", OTHERS, "eve; tenant=acme; admin", 200),
        ("supported", NO_TENANTS, "eve", 403),
        ("supported", NAMELESS, "eve; tenant=", 403),
        ("supported", MINE, "", 401),
        ("brokered", OTHERS, "eve; tenant=acme; writer", 200),
        ("brokered", MINE, "eve; tenant=acme; writer", 403),
        ("brokered", MINE, "", 401),
    ];
    for (route, deed, caller, expected) in table {
        let answered = status(&app, route, deed, caller).await;
        assert_eq!(answered, expected, "{route} {deed} {caller}");
    }
    let listed = app.policies().to_string();
    let why = r#"across_tenants(because = "support helps everybody")"#;
    assert!(listed.contains(why), "{listed}");
}

#[tokio::test]
async fn nobody_and_who_may_not_anyway_cost_no_load() {
    let asked = Asked::default();
    let app = app(&asked);
    for route in APART {
        assert_eq!(status(&app, route, MINE, "").await, 401, "{route}");
    }
    assert_eq!(
        status(&app, "not-owner", MINE, "ann; tenant=acme").await,
        403
    );
    assert_eq!(asked.loads.load(Ordering::Relaxed), 0);
    assert_eq!(
        status(&app, "opened", MINE, "ann; tenant=acme; admin").await,
        200
    );
    assert_eq!(
        asked.loads.load(Ordering::Relaxed),
        1,
        "once, however often it is named"
    );
}

#[tokio::test]
async fn outside_handlers_too_and_the_log_says_whose_it_is() {
    let asked = Asked::default();
    let caller = |tenant: &str| {
        let ann = Identity::person("tests", "ann").role(Role::Admin);
        Principal::for_test(ann.tenant(tenant))
    };
    let (acme, other) = (caller("acme"), caller("other"));
    for (by, deed, granted) in [
        (&acme, MINE, true),
        (&other, MINE, false),
        (&other, OTHERS, true),
    ] {
        let loaded = ReadDeed::authorize(by, &asked).key::<Deed>(deed).await;
        let value = Deed::load(deed, &asked)
            .await
            .expect("no fault")
            .expect("a deed");
        let given = ReadDeed::authorize(by, &asked).on(value).await;
        for answer in [loaded, given] {
            match answer {
                Ok(deed) => assert!(granted, "{deed:?}"),
                Err(denied) => {
                    assert!(!granted);
                    assert_eq!(denied.kind(), DenialKind::NotFound);
                    let told = denied.explanation().unwrap_or_default();
                    assert!(
                        told.ends_with(r#", tenant = "deed": it is another tenant's"#),
                        "{told}"
                    );
                }
            }
        }
    }
    let nowhere = Identity::person("tests", "ann").role(Role::Admin);
    let denied = ReadDeed::authorize(&Principal::for_test(nowhere), &asked)
        .key::<Deed>(MINE)
        .await
        .expect_err("whose is it?");
    let told = denied.explanation().unwrap_or_default();
    assert!(
        told.ends_with(r#", tenant = "deed": the caller acts for no tenant"#),
        "{told}"
    );
    let missing = ReadDeed::authorize(&acme, &asked)
        .key::<Deed>(MISSING)
        .await;
    let missing = missing.expect_err("it isn't there");
    let told = missing.explanation().unwrap_or_default();
    let ends = r#", tenant = "deed": unknown: the resource is missing"#;
    assert!(told.ends_with(ends), "{told}");
}

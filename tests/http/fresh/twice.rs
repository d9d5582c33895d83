//! What is asked twice, and what once; and how old an answer may be.

use super::*;

#[tokio::test]
async fn a_condition_about_the_caller_is_asked_of_both_and_others_once() {
    let app = App::with(&[("ann", &[Role::Writer], None), ("bob", &[], None)]);
    assert_eq!(app.get("/trusted", "ann; writer").await.status(), 200);
    assert_eq!(app.conditions.load(Ordering::Relaxed), 102);
    assert_eq!(app.get("/trusted", "bob; writer").await.status(), 403);
    assert_eq!(app.get("/trusted", "ann; reader").await.status(), 403);
}

#[tokio::test]
async fn a_denial_as_of_the_account_is_hidden_and_a_login_is_looked_at_last() {
    let app = App::with(&[("ann", &[], None), ("bob", &[Role::Writer], None)]);
    assert_eq!(app.get("/hidden", "ann; writer").await.status(), 404);
    assert_eq!(app.get("/stepped", "ann; writer").await.status(), 403);
    assert_eq!(
        app.get("/stepped", "bob; writer").await.code(),
        "insufficient_user_authentication"
    );
}

#[tokio::test(start_paused = true)]
async fn an_age_that_is_tolerated_is_never_exceeded() {
    let app = App {
        remembered: Some(RememberedAccounts::new(100)),
        ..App::with(&[("ann", &[Role::Writer], None)])
    };
    let tolerant = async || app.get("/tolerant", "ann; writer").await.status();
    assert_eq!((tolerant().await, app.asked()), (200, 1));
    app.now("ann", &[], None);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!((tolerant().await, app.asked()), (200, 1));
    // One that tolerates nothing asks, and what it learns counts for the other.
    assert_eq!(
        (app.get("/write", "ann; writer").await.status(), app.asked()),
        (403, 2)
    );
    assert_eq!((tolerant().await, app.asked()), (403, 2));
    app.now("ann", &[Role::Writer], None);
    tokio::time::advance(Duration::from_millis(30_001)).await;
    assert_eq!((tolerant().await, app.asked()), (200, 3));
}

#[tokio::test(start_paused = true)]
async fn an_older_answer_that_comes_late_takes_no_younger_ones_place() {
    let app = App {
        remembered: Some(RememberedAccounts::new(100)),
        ..App::with(&[("ann", &[Role::Writer], None)])
    };
    let tolerant = async || app.get("/tolerant", "ann; writer").await.status();
    for remembered_before in [false, true] {
        app.now("ann", &[Role::Writer], None);
        tokio::time::advance(Duration::from_mins(1)).await;
        if remembered_before {
            assert_eq!(tolerant().await, 200);
            tokio::time::advance(Duration::from_mins(1)).await;
        }
        let (answer, held_back) = oneshot::channel();
        *app.held_back.lock().unwrap() = Some(held_back);
        let meanwhile = async {
            tokio::task::yield_now().await;
            tokio::time::advance(Duration::from_millis(1)).await;
            app.now("ann", &[], None);
            let status = app.get("/write", "ann; writer").await.status();
            answer.send(()).expect("somebody waits for it");
            status
        };
        let asked = app.asked();
        let (late, younger) = tokio::join!(tolerant(), meanwhile);
        assert_eq!((late, younger), (200, 403));
        assert_eq!((tolerant().await, app.asked()), (403, asked + 2));
    }
}

#[tokio::test(start_paused = true)]
async fn the_strictest_age_of_what_is_named_wins() {
    let app = App {
        remembered: Some(RememberedAccounts::new(100)),
        ..App::with(&[("ann", &[Role::Writer], Some("acme"))])
    };
    let sell = async || {
        app.get("/named/1", "ann; writer; tenant=acme")
            .await
            .status()
    };
    assert_eq!((sell().await, app.asked()), (200, 1));
    tokio::time::advance(Duration::from_mins(1)).await;
    assert_eq!((sell().await, app.asked()), (200, 1));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!((sell().await, app.asked()), (200, 2));
}

#[tokio::test]
async fn outside_a_handler_it_is_asked_too_and_once_for_a_list() {
    let app = App::with(&[("ann", &[Role::Writer], Some("acme"))]);
    let ann = Identity::person("tests", "ann")
        .role(Role::Writer)
        .tenant("acme");
    let ann = Principal::for_test(ann);
    let deeds = || {
        (0..100).map(|id| Deed {
            id,
            author: UserId("ann".to_owned()),
            org: "acme".to_owned(),
        })
    };
    let asked = || SellDeed::authorize(&ann, &app);
    assert_eq!(asked().filter(deeds()).await.expect("told").len(), 100);
    assert_eq!(app.asked(), 1);
    assert!(asked().key::<Deed>(1).await.is_ok());
    assert!(asked().check(&deeds().next().unwrap()).await.allowed());

    app.now("ann", &[], Some("acme"));
    assert!(asked().filter(deeds()).await.expect("told").is_empty());
    let denied = asked()
        .key::<Deed>(1)
        .await
        .expect_err("no writer any more");
    assert_eq!(denied.kind(), DenialKind::Forbidden);
    let check = asked().check(&deeds().next().unwrap()).await;
    assert_eq!(check.reasons()[0].to_string(), r#"role = "writer""#);

    app.now("ann", &[Role::Writer], Some("other"));
    let denied = asked().filter(deeds()).await;
    let kind = denied.expect_err("an answer for another tenant").kind();
    assert_eq!(kind, DenialKind::Unavailable);

    app.accounts.lock().unwrap().clear();
    let kinds = [
        asked().filter(deeds()).await.expect_err("gone").kind(),
        asked()
            .on(deeds().next().unwrap())
            .await
            .expect_err("gone")
            .kind(),
        asked()
            .check(&deeds().next().unwrap())
            .await
            .denial()
            .expect("gone"),
    ];
    assert_eq!(kinds, [DenialKind::InvalidToken; 3]);
}

#[tokio::test]
async fn the_log_tells_as_of_when_it_was_decided() {
    let app = App::with(&[("ann", &[], None)]);
    let explanation = async |path: &str, caller: &str| {
        let events = logged(app.get(path, caller)).await;
        let denial = events
            .iter()
            .find(|(target, _)| target == "auth_core::denial");
        denial.expect("a denial").1["explanation"].clone()
    };
    for (path, caller, told) in [
        (
            "/write",
            "ann; reader",
            r#"role = "writer": did not hold, fresh: not needed"#,
        ),
        (
            "/write",
            "ann; writer",
            r#"role = "writer": did not hold, fresh: as the account is now"#,
        ),
        (
            "/write",
            "ann",
            r#"role = "writer": did not hold, fresh: as the credential states"#,
        ),
        (
            "/write",
            "gone; writer",
            r#"role = "writer": held, fresh: the account is gone or disabled"#,
        ),
        (
            "/write",
            "down; writer",
            r#"role = "writer": held, fresh: unknown: it could not be told ("the directory is down")"#,
        ),
    ] {
        assert_eq!(explanation(path, caller).await, told);
    }
}

/// Who may burn a deed.
#[derive(Debug)]
#[policy(owns = "deed", fresh, step_up(within = "10m"))]
struct BurnDeed;

#[tokio::test]
async fn a_list_of_which_nothing_is_granted_asks_nobody_to_log_in_again() {
    let app = App::with(&[("eve", &[], Some("acme"))]);
    // Of which tenant she is only the account says, so it is asked; she logged in long ago.
    let eve = Principal::for_test(Identity::person("tests", "eve"));
    let deed = Deed {
        id: 1,
        author: UserId("ann".to_owned()),
        org: "acme".to_owned(),
    };
    let kept = BurnDeed::authorize(&eve, &app).filter([deed]).await;
    assert!(kept.expect("nothing to log in for").is_empty());
    assert_eq!(app.asked(), 1);
}

/// What the app knows of who calls.
#[derive(Clone, Copy)]
struct Writes(bool);

/// the caller writes, as the router tells it
#[condition]
fn writes(context: &Context) -> bool {
    context.get::<Writes>().is_some_and(|told| told.0)
}

#[requires(when = writes, authenticated, fresh)]
async fn told() -> &'static str {
    "told"
}

#[tokio::test]
async fn what_a_router_tells_of_the_caller_is_told_as_of_both() {
    let app = App::with(&[
        ("ann", &[Role::Reader], None),
        ("bob", &[Role::Writer], None),
    ]);
    let router = PolicyRouter::new()
        .route("/told", get(told))
        .tells(|request| {
            let caller = Principal::of_request(&request.extensions);
            Writes(caller.is_some_and(|caller| caller.has_role(Role::Writer)))
        })
        .with_state(app)
        .authenticate(Callers);
    for (caller, status) in [("ann; writer", 403), ("bob", 403), ("bob; writer", 200)] {
        let answer = call(&router, Method::GET, "/told", caller).await;
        assert_eq!(answer.status(), status, "{caller}");
    }
}

//! How recent and how strong a login must be (RFC 9470): asked when all else holds, and of people alone.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use auth_core::{
    Authenticator, Challenge, DenialKind, Granted, Guarded, Identity, Outcome, PolicyRouter,
    Principal, async_trait, policy, requires, routing::get,
};
use auth_tests::{
    Answer, call,
    log::logged,
    notes::{self, Note, Role},
};
use http::{HeaderName, Method, request::Parts};

/// The hour of these tests.
const NOW: u64 = 1_700_000_000;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// `ann; login=<seconds ago>; acr=mfa; machine; admin`, with two challenges.
struct Logins;

#[async_trait]
impl Authenticator for Logins {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let Some(text) = request
            .headers
            .get("x-caller")
            .and_then(|value| value.to_str().ok())
        else {
            return Outcome::Nobody;
        };
        let mut words = text.split(';').map(str::trim);
        let subject = words.next().unwrap_or_default();
        let rest: Vec<_> = words.collect();
        let identity = if rest.contains(&"machine") {
            Identity::machine("tests", subject)
        } else {
            Identity::person("tests", subject)
        };
        let stated = |identity: Identity, word: &&str| match word.split_once('=') {
            Some(("login", ago)) => {
                let ago: i64 = ago.parse().expect("seconds");
                identity.authenticated_at(at(NOW.saturating_add_signed(-ago)))
            }
            Some(("acr", class)) => identity.authentication_class(class),
            _ if *word == "admin" => identity.role(Role::Admin),
            _ => identity,
        };
        Outcome::known(rest.iter().fold(identity, stated))
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Bearer").with("realm", "notes")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![HeaderName::from_static("x-caller")]
    }
}

#[requires(authenticated, step_up(within = "10m"))]
async fn recent() -> &'static str {
    "recent"
}

#[requires(authenticated, step_up(acr = "mfa"))]
async fn strong() -> &'static str {
    "strong"
}

/// Who may drop a note.
#[policy(owns = "note", step_up(within = "1h", acr = "mfa"))]
#[derive(Debug)]
struct DropNote;

#[requires(policy = DropNote, step_up(within = "10m"))]
async fn drop_note(note: Granted<Note, DropNote>) -> String {
    note.id.to_string()
}

#[requires(owns = "note", hide, step_up(within = "10m"))]
async fn hidden(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(when = notes::published, step_up(within = "10m"))]
async fn published(note: Granted<Note>) -> String {
    note.id.to_string()
}

fn app() -> Guarded {
    PolicyRouter::new()
        .route("/recent", get(recent))
        .route("/strong", get(strong))
        .route("/drop/{note_id}", get(drop_note))
        .route("/hidden/{note_id}", get(hidden))
        .route("/published/{note_id}", get(published))
        .with_state(notes::state())
        .clock(|| at(NOW))
        .authenticate(Logins)
}

async fn get_as(path: &str, caller: &str) -> Answer {
    call(&app(), Method::GET, path, caller).await
}

#[tokio::test]
async fn a_login_is_recent_enough_or_it_is_a_401_that_says_how_recent() {
    assert_eq!(get_as("/recent", "ann; login=0").await.status(), 200);
    assert_eq!(get_as("/recent", "ann; login=600").await.status(), 200);
    for caller in [
        "ann; login=601",
        "ann",
        "ann; login=-11",
        "ann; machine; login=0",
    ] {
        let answer = get_as("/recent", caller).await;
        assert_eq!(answer.status(), 401, "{caller}");
        assert_eq!(
            answer.code(),
            "insufficient_user_authentication",
            "{caller}"
        );
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Bearer realm="notes", error="insufficient_user_authentication", max_age="600""#
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    // Clocks differ by ten seconds, unless the authenticator says otherwise.
    assert_eq!(get_as("/recent", "ann; login=-10").await.status(), 200);
    assert_eq!(get_as("/recent", "").await.code(), "unauthenticated");
}

#[tokio::test]
async fn a_login_is_strong_enough_or_it_is_a_401_that_says_how_strong() {
    assert_eq!(get_as("/strong", "ann; acr=mfa").await.status(), 200);
    for caller in [
        "ann",
        "ann; acr=pwd",
        "ann; acr=mfa2",
        "ann; machine; acr=mfa",
    ] {
        let answer = get_as("/strong", caller).await;
        assert_eq!(
            answer.code(),
            "insufficient_user_authentication",
            "{caller}"
        );
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Bearer realm="notes", error="insufficient_user_authentication", acr_values="mfa""#
        );
    }
}

#[tokio::test]
async fn what_a_named_policy_demands_comes_along_and_the_strictest_wins() {
    assert_eq!(
        get_as("/drop/1", "ann; login=600; acr=mfa").await.status(),
        200
    );
    for caller in [
        "ann; login=601; acr=mfa",
        "ann; login=1; acr=pwd",
        "ann; login=1",
    ] {
        let answer = get_as("/drop/1", caller).await;
        assert_eq!(answer.status(), 401, "{caller}");
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Bearer realm="notes", error="insufficient_user_authentication", max_age="600", acr_values="mfa""#
        );
    }
}

#[tokio::test]
async fn it_is_asked_when_all_else_holds() {
    for (path, caller, status) in [
        ("/drop/1", "bob", 403),
        ("/drop/404", "ann", 404),
        ("/drop/500", "ann", 503),
        ("/drop/1", "", 401),
        ("/hidden/1", "bob", 404),
        ("/hidden/1", "ann", 401),
        ("/hidden/1", "ann; login=1", 200),
        ("/published/1", "ann; login=1", 200),
        ("/published/2", "ann; login=1", 403),
    ] {
        let answer = get_as(path, caller).await;
        assert_eq!(
            answer.status(),
            status,
            "{path} by {caller}: {}",
            answer.body
        );
    }
    // Nobody has no login, though the rest would hold for them.
    assert_eq!(get_as("/published/1", "").await.code(), "unauthenticated");
}

#[tokio::test]
async fn the_log_tells_a_missing_login_from_an_old_one() {
    let explanation = async |path: &str, caller: &str| {
        let events = logged(get_as(path, caller)).await;
        let denial = events
            .iter()
            .find(|(target, _)| target == "auth_core::denial");
        denial.expect("a denial").1["explanation"].clone()
    };
    for (caller, told) in [
        (
            "ann",
            "the credential doesn't say when the caller logged in",
        ),
        ("ann; login=720", "the login is 12m old"),
        (
            "ann; machine; login=1",
            "no login stands behind a program's credential",
        ),
    ] {
        assert_eq!(
            explanation("/recent", caller).await,
            format!(r#"authenticated: held, step_up(within = "10m"): {told}"#)
        );
    }
    assert_eq!(
        explanation("/drop/1", "ann; login=1; acr=pwd").await,
        r#"policy = DropNote [owns = "note": held], step_up(within = "10m"): held, step_up(within = "1h", acr = "mfa"): the login was of another class"#
    );
    assert_eq!(
        explanation("/strong", "ann").await,
        r#"authenticated: held, step_up(acr = "mfa"): the credential doesn't say how strong the login was"#
    );
}

#[tokio::test]
async fn outside_a_handler_it_is_demanded_too() {
    let state = notes::state();
    let ann = |ago: u64| {
        let ann = Identity::person("tests", "ann").authentication_class("mfa");
        Principal::for_test(ann.authenticated_at(at(NOW - ago)))
    };
    let note = || async {
        <Note as auth_core::Load>::load(1, &state.store)
            .await
            .unwrap()
            .unwrap()
    };
    let granted = DropNote::authorize(&ann(1), &state)
        .at(at(NOW))
        .on(note().await)
        .await;
    assert_eq!(granted.expect("recent").id, 1);
    let old = ann(3601);
    let asked = || DropNote::authorize(&old, &state).at(at(NOW));
    let kinds = [
        asked().on(note().await).await.expect_err("old").kind(),
        asked().key::<Note>(1).await.expect_err("old").kind(),
        asked()
            .filter([note().await])
            .await
            .expect_err("old")
            .kind(),
        asked().check(&note().await).await.denial().expect("old"),
    ];
    assert_eq!(kinds, [DenialKind::InsufficientUserAuthentication; 4]);
    // A list of which nothing would be granted anyway asks nobody to log in again.
    let eve = Principal::for_test(Identity::person("tests", "eve"));
    let kept = DropNote::authorize(&eve, &state)
        .filter([note().await])
        .await;
    assert!(kept.expect("nothing to log in for").is_empty());
    // Without a time stated it is the system's, long after that login.
    let denied = DropNote::authorize(&ann(1), &state).on(note().await).await;
    assert_eq!(
        denied.expect_err("old").kind(),
        DenialKind::InsufficientUserAuthentication
    );
}

#[test]
fn the_table_of_policies_shows_it() {
    let app = app();
    let shown = app.policies().to_string();
    assert!(
        shown.contains(r#"step_up(within = "1h", acr = "mfa")"#),
        "{shown}"
    );
}

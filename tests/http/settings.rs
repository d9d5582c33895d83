//! What a router may be told: its deadline, whether credentials stay, whether clients are told why.

use std::time::Duration;

use auth_core::{AuditTrail, Granted, JsonLines, PolicyRouter, requires, routing::get};
use auth_tests::{
    Callers, call,
    notes::{self, HANGS, Note},
};
use http::{HeaderMap, Method};
use tokio::time::Instant;

#[requires(owns = "note")]
async fn of_a_note(note: Granted<Note>) -> String {
    note.id.to_string()
}

#[requires(authenticated)]
async fn headers(headers: HeaderMap) -> String {
    format!("{:?}", headers.get("x-caller"))
}

fn router() -> PolicyRouter {
    PolicyRouter::new()
        .route("/notes/{note_id}", get(of_a_note))
        .route("/headers", get(headers))
        .with_state(notes::state())
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_five_seconds_unless_it_is_set() {
    let path = format!("/notes/{HANGS}");
    for (router, seconds) in [
        (router(), 5),
        (router().deadline(Duration::from_secs(1)), 1),
    ] {
        let (app, began) = (router.authenticate(Callers), Instant::now());
        assert_eq!(call(&app, Method::GET, &path, "ann").await.status(), 503);
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
}

#[test]
fn a_router_that_is_joined_to_another_has_no_settings_of_its_own() {
    let part = || {
        let trail = AuditTrail::to(JsonLines::new(std::io::sink()));
        router().audit(trail).deadline(Duration::from_secs(1))
    };
    for (app, place) in [
        (PolicyRouter::new().nest("/part", part()), "/part and below"),
        (PolicyRouter::new().merge(part()), "a router that is merged"),
        // However deep it lies.
        (
            PolicyRouter::new().nest("/a", PolicyRouter::new().nest("/part", part())),
            "/part and below",
        ),
    ] {
        let errors = app.try_authenticate(Callers).expect_err("two faults");
        let text: Vec<_> = errors.iter().map(ToString::to_string).collect();
        let lost = |name| {
            format!(
                "{place}: `.{name}(...)` of a router that is joined to another has no effect; \
                 set it on the router that is authenticated"
            )
        };
        assert_eq!(text, [lost("audit"), lost("deadline")]);
    }
    let outermost = PolicyRouter::new().nest("/part", router());
    let outermost = outermost.deadline(Duration::from_secs(1));
    assert!(outermost.try_authenticate(Callers).is_ok());
}

#[tokio::test]
async fn credentials_stay_only_where_a_gateway_wants_them() {
    let app = router().authenticate(Callers);
    assert_eq!(
        call(&app, Method::GET, "/headers", "ann").await.body,
        "None"
    );
    let gateway = router().keep_credentials().authenticate(Callers);
    assert_eq!(
        call(&gateway, Method::GET, "/headers", "ann").await.body,
        "Some(\"ann\")"
    );
}

#[tokio::test]
async fn a_client_learns_why_only_where_a_developer_asked_for_it() {
    let app = router().authenticate(Callers);
    let silent = call(&app, Method::GET, "/notes/2", "ann").await.body;
    assert!(!silent.contains("owns"), "{silent}");
    let app = router().explain_to_client().authenticate(Callers);
    let told = call(&app, Method::GET, "/notes/2", "ann").await.body;
    assert_eq!(
        told.contains("owns = \\\"note\\\": did not hold"),
        cfg!(debug_assertions),
        "{told}"
    );
}

//! The circumstances of a decision: the app's clock, and what the app tells of a request.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use auth_core::{
    Context, Identity, PolicyRouter, Principal, condition, policy, requires, routing::get,
};
use auth_tests::{
    Callers, call,
    notes::{self, Note},
};
use http::Method;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Region {
    Eu,
    Us,
}

/// it is between nine and five
#[condition]
fn business_hours(context: &Context) -> bool {
    let since = context.now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (9..17).contains(&(since.as_secs() / 3600 % 24))
}

/// the request comes from Europe
#[condition]
fn from_europe(context: &Context) -> bool {
    context.get::<Region>() == Some(&Region::Eu)
}

/// the route is the one of this test
#[condition]
fn of_this_route(context: &Context) -> bool {
    context.route() == Some("/api/hours")
        && context.uri().is_some_and(|uri| uri.path() == "/api/hours")
}

#[requires(authenticated, when = business_hours, when = of_this_route)]
async fn hours() -> &'static str {
    "open"
}

#[requires(authenticated, any(when = from_europe, all(when = business_hours, not(when = from_europe))))]
async fn europe() -> &'static str {
    "europe"
}

#[requires(authenticated)]
async fn untold() -> &'static str {
    "untold"
}

#[derive(Debug)]
#[policy(when = business_hours, when = from_europe, when = |note: &Note| note.id == 1)]
struct InHours;

#[tokio::test]
async fn the_time_is_the_routers_clocks() {
    let hour = Arc::new(AtomicU64::new(8));
    let clock = Arc::clone(&hour);
    let inner = PolicyRouter::new().route("/hours", get(hours));
    let app = PolicyRouter::new()
        .nest("/api", inner)
        .clock(move || UNIX_EPOCH + Duration::from_hours(clock.load(Ordering::Relaxed)))
        .authenticate(Callers);
    for (now, status) in [(8, 403), (9, 200), (16, 200), (17, 403)] {
        hour.store(now, Ordering::Relaxed);
        let answer = call(&app, Method::GET, "/api/hours", "ann").await;
        assert_eq!(answer.status(), status, "{now}:00");
    }
}

#[tokio::test]
async fn the_apps_own_values_are_told_once_and_only_where_a_rule_looks() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let app = PolicyRouter::new()
        .route("/europe", get(europe))
        .route("/untold", get(untold))
        .clock(|| UNIX_EPOCH)
        .tells(move |request| {
            counted.fetch_add(1, Ordering::Relaxed);
            if request.uri.query() == Some("us") {
                Region::Us
            } else {
                Region::Eu
            }
        })
        .authenticate(Callers);
    assert_eq!(
        call(&app, Method::GET, "/untold", "ann").await.status(),
        200
    );
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert_eq!(
        call(&app, Method::GET, "/europe", "ann").await.status(),
        200
    );
    assert_eq!(
        call(&app, Method::GET, "/europe?us", "ann").await.status(),
        403
    );
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn what_the_app_tells_can_fail_and_grants_nothing() {
    let app = PolicyRouter::new()
        .route("/europe", get(europe))
        .tells(|_| -> Region { panic!("no region") })
        .authenticate(Callers);
    assert_eq!(
        call(&app, Method::GET, "/europe", "ann").await.status(),
        503
    );
}

#[tokio::test]
async fn outside_a_request_the_asker_states_them() {
    let state = notes::state();
    let ann = Principal::for_test(Identity::person("tests", "ann"));
    let asked = |hour, region| {
        let (state, ann) = (&state, &ann);
        let asked = InHours::authorize(ann, state).at(UNIX_EPOCH + Duration::from_hours(hour));
        async move { asked.with(region).key::<Note>(1).await.is_ok() }
    };
    assert!(asked(9, Region::Eu).await);
    assert!(!asked(9, Region::Us).await);
    assert!(!asked(8, Region::Eu).await);
    let untold = InHours::authorize(&ann, &state).at(UNIX_EPOCH + Duration::from_hours(9));
    assert!(untold.key::<Note>(1).await.is_err());
}

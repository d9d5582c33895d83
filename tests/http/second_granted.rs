//! One request's guard checks one resource of a type, and hands it out once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use auth_core::{Granted, Load, PolicyRouter, Resource, guarded, policy, requires, routing::get};
use auth_tests::{Callers, call, log::logged};
use http::Method;

/// Each load finds another row: the first is Ann's.
#[derive(Clone, Debug, Default)]
struct App(Arc<AtomicUsize>);

#[derive(Debug, Resource)]
struct Page {
    #[owner]
    author: String,
}

impl Load for Page {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(_: u64, app: &App) -> Result<Option<Self>, String> {
        let first = app.0.fetch_add(1, Ordering::Relaxed) == 0;
        let author = if first { "ann" } else { "bob" };
        Ok(Some(Self {
            author: author.to_owned(),
        }))
    }
}

#[derive(Debug)]
#[policy(owns = "page")]
struct ReadPage;

#[derive(Debug)]
#[policy(any(authenticated, owns = "page"))]
struct AnyPage;

/// A name that the attribute can't see through.
type Checked = Granted<Page>;

#[requires(owns = "page")]
async fn by_an_alias(one: Granted<Page>, other: Checked) -> String {
    format!("{} {}", one.author, other.author)
}

#[requires(policy = AnyPage)]
async fn not_needed(one: Checked, other: Checked) -> String {
    format!("{} {}", one.author, other.author)
}

#[tokio::test]
async fn a_second_granted_of_a_resource_is_an_error_and_no_second_load() {
    let app = App::default();
    let closure = |one: Checked, other: Checked| async move { one.author.clone() + &other.author };
    let routes = PolicyRouter::new()
        .route("/alias/{page_id}", get(by_an_alias))
        .route("/closure/{page_id}", get(guarded(ReadPage, closure)))
        .route("/loaded/{page_id}", get(not_needed))
        .with_state(app.clone())
        .authenticate(Callers);
    for path in ["/alias/1", "/closure/1", "/loaded/1"] {
        app.0.store(0, Ordering::Relaxed);
        let answer = call(&routes, Method::GET, path, "ann").await;
        assert_eq!(
            (answer.status(), &*answer.code()),
            (500, "misconfigured"),
            "{path}"
        );
        assert_eq!(app.0.load(Ordering::Relaxed), 1, "{path}");
    }
    app.0.store(0, Ordering::Relaxed);
    let events = logged(call(&routes, Method::GET, "/alias/1", "ann")).await;
    assert!(
        events
            .iter()
            .any(|event| format!("{event:?}").contains("take one")),
        "{events:?}"
    );
}

//! Keys, routes and parents below a mounted service: what is judged is the whole path.

use std::convert::Infallible;

use auth_core::{
    AuditTrail, Context, Granted, Guarded, JsonLines, Load, PolicyRouter, Resource, condition,
    policy, public, requires,
};
use auth_tests::{Callers, call, notes::Role};
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::Method;
use tower::service_fn;

use crate::audit::Memory;

#[derive(Debug, Resource)]
struct Project {
    #[key]
    id: u32,
}

/// Task n is of project n, and all are Ann's.
#[derive(Debug, Resource)]
struct Task {
    #[key]
    id: u32,
    #[owner]
    owner: String,
    #[parent(Project)]
    project: u32,
}

macro_rules! loads {
    ($($name:ident: $id:ident => $made:expr),*) => { $(
        impl Load for $name {
            type State = ();
            type Key = u32;
            type Error = Infallible;

            async fn load($id: u32, (): &()) -> Result<Option<Self>, Infallible> {
                Ok(Some($made))
            }
        }
    )* };
}
loads!(
    Project: id => Self { id },
    Task: id => Self { id, owner: "ann".to_owned(), project: id }
);

#[requires(owns = "task")]
async fn task(task: Granted<Task>) -> String {
    format!("{} of {}", task.id, task.project)
}

/// Whose task it is.
#[derive(Debug)]
#[policy(owns = "task")]
struct OwnTask;

async fn owned(task: Granted<Task, OwnTask>) -> String {
    task.id.to_string()
}

fn nested(prefix: &str, inner: &str) -> Guarded {
    let inner = axum::Router::new().route(inner, axum::routing::get(task));
    PolicyRouter::new()
        .nest_service(prefix, public("its routes are guarded"), inner)
        .authenticate(Callers)
}

async fn expect(app: &Guarded, path: &str, status: u16) {
    let answer = call(app, Method::GET, path, "ann").await;
    assert_eq!(answer.status(), status, "{path}: {}", answer.body);
}

#[tokio::test]
async fn a_parent_in_the_prefix_is_the_resources_own_however_it_is_written() {
    for (prefix, inner) in [
        ("/projects/{project_id}", "/tasks/{task_id}"),
        ("/projects/{id}", "/tasks/{task_id}"),
        ("/projects/{project_id}", "/tasks/{id}"),
        ("/projects/{id}", "/tasks/{id}"),
        ("/projects", "/{id}/tasks/{task_id}"),
        ("/projects", "/{id}/tasks/{id2}/x/{task_id}"),
    ] {
        let app = nested(prefix, inner);
        let path = |project: u32| match inner {
            "/{id}/tasks/{id2}/x/{task_id}" => format!("/projects/{project}/tasks/7/x/1"),
            _ => format!("/projects/{project}/tasks/1"),
        };
        expect(&app, &path(1), 200).await;
        expect(&app, &path(2), 404).await;
    }
}

#[tokio::test]
async fn a_key_that_stands_twice_in_the_whole_path_is_none() {
    let inner =
        axum::Router::new().route("/projects/{id}/tasks/{task_id}", axum::routing::get(task));
    let at = PolicyRouter::new()
        .route_service(
            "/projects/{id}/{*rest}",
            public("its routes are guarded"),
            inner,
        )
        .authenticate(Callers);
    expect(&at, "/projects/2/tasks/1", 404).await;
    let app = nested("/projects/{id}", "/of/{project_id}/tasks/{task_id}");
    expect(&app, "/projects/2/of/1/tasks/1", 404).await;
    let app = nested("/tasks/{id}/related", "/{task_id}");
    expect(&app, "/tasks/2/related/1", 404).await;
}

#[tokio::test]
async fn a_prefix_may_be_the_kinds_own_segment() {
    let app = nested("/tasks", "/{id}");
    expect(&app, "/tasks/1", 200).await;
}

#[tokio::test]
async fn what_was_decided_about_before_a_service_is_what_its_path_names() {
    let inner = axum::Router::new()
        .route("/in/{project_id}", axum::routing::get(owned))
        .route("/again/{task_id}", axum::routing::get(owned));
    let app = PolicyRouter::new()
        .nest_service("/tasks/{task_id}", OwnTask, inner)
        .authenticate(Callers);
    expect(&app, "/tasks/1/in/1", 200).await;
    expect(&app, "/tasks/1/in/2", 404).await;
    expect(&app, "/tasks/1/again/2", 404).await;
    // What can't be read names nothing that it could be.
    for unreadable in ["x", "%FF"] {
        expect(&app, &format!("/tasks/1/in/{unreadable}"), 404).await;
        expect(&app, &format!("/tasks/1/again/{unreadable}"), 404).await;
    }
}

#[tokio::test]
async fn what_is_refused_for_the_whole_path_is_written_with_what_was_decided_about() {
    let inner = axum::Router::new().route("/in/{project_id}", axum::routing::get(owned));
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone())).every_grant();
    let app = PolicyRouter::new()
        .nest_service("/tasks/{task_id}", OwnTask, inner)
        .audit(trail.clone())
        .authenticate(Callers);
    expect(&app, "/tasks/1/in/2", 404).await;
    trail.flushed().await.expect("in time");
    let [event] = &*memory.events() else {
        panic!("one event: {:?}", memory.events())
    };
    assert_eq!(event["code"], "not_found");
    assert_eq!(
        event["resources"],
        serde_json::json!([{ "kind": "task", "key": "1" }])
    );
}

/// the request is one for administration
#[condition]
fn below_admin(context: &Context) -> bool {
    let route = context.route();
    route.is_some_and(|route| route.starts_with("/admin/"))
}

#[requires(not(when = below_admin), authenticated)]
async fn elsewhere(context: Context) -> String {
    context.route().unwrap_or_default().to_owned()
}

/// Who may see what is served.
#[derive(Debug)]
#[policy(role = Role::Admin)]
struct Admins;

#[derive(Clone)]
struct Assets;

impl tower::Service<Request> for Assets {
    type Response = Response;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response, Infallible>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        std::future::ready(Ok("an asset".into_response()))
    }
}

#[tokio::test]
async fn a_route_is_the_whole_one_for_conditions_and_in_the_trail() {
    let inner = || axum::Router::new().route("/users", axum::routing::get(elsewhere));
    let memory = Memory::default();
    let trail = AuditTrail::to(JsonLines::new(memory.clone()));
    let app = PolicyRouter::new()
        .nest_service("/admin", public("its routes are guarded"), inner())
        .nest_service("/people", public("its routes are guarded"), inner())
        .nest_service("/assets", Admins, Assets)
        .audit(trail.clone())
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/people/users", "ann").await;
    assert_eq!(answer.body, "/people/users");
    expect(&app, "/admin/users", 403).await;
    expect(&app, "/assets/x", 403).await;
    trail.flushed().await.expect("in time");
    let events = memory.events();
    let told = |name: &str| -> Vec<_> { events.iter().map(|event| &event[name]).collect() };
    assert_eq!(told("route"), ["/admin/users", "/assets"]);
    // A service is called what the table calls it.
    let listed = app.policies().iter().map(|row| row.handler().to_owned());
    assert_eq!(told("handler")[1], &*listed.last().expect("a row"));
}

#[tokio::test]
async fn a_service_below_a_service_knows_its_whole_route() {
    let innermost = axum::Router::new().route("/tasks/{task_id}", axum::routing::get(task));
    let inner = axum::Router::new().nest_service("/x", innermost);
    let app = PolicyRouter::new()
        .nest_service("/projects/{id}", public("its routes are guarded"), inner)
        .authenticate(Callers);
    expect(&app, "/projects/1/x/tasks/1", 200).await;
    expect(&app, "/projects/2/x/tasks/1", 404).await;
    let deaf = service_fn(|_: Request| async { Ok::<_, Infallible>("deaf".into_response()) });
    let app = PolicyRouter::new()
        .nest_service("/deaf", public("it looks at nothing"), deaf)
        .authenticate(Callers);
    expect(&app, "/deaf/x", 200).await;
}

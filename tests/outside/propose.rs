//! What is proposed is decided about before it is done: nobody creates or changes in another's name.

use auth_core::{
    DenialKind, Granted, Load, PolicyRouter, Principal, Problem, Resource, condition, policy,
    requires, routing::post,
};
use auth_tests::{
    Callers,
    notes::{Role, UserId},
    send,
};
use axum::{Json, extract::State};
use http::{Method, Request};

use crate::tracker::{App, ProjectRole, Task, person, task};

/// What somebody wants to add.
#[derive(Clone, Debug, Resource)]
#[resource(proposed)]
struct NewTask {
    #[owner]
    author: UserId,
    #[parent(crate::tracker::Project)]
    project: u64,
    #[tenant]
    org: String,
    title: String,
}

/// To whom a task goes.
#[derive(Clone, Debug, Resource)]
#[resource(proposed)]
struct Handover {
    to: UserId,
}

/// the title is short
#[condition]
fn short(new: &NewTask) -> bool {
    new.title.len() < 20
}

/// the task goes to somebody else
#[condition]
fn elsewhere(task: &Task, handover: &Handover) -> bool {
    task.author != handover.to
}

#[derive(Debug)]
#[policy(role = "writer", owns = "new_task", relation(ProjectRole::Editor, on = "new_task"), when = short)]
struct AddTask;

#[derive(Debug)]
#[policy(owns = "task", when = elsewhere)]
struct HandOver;

fn app() -> App {
    let kept = auth_core::Relationships::new().person("ann", ProjectRole::Editor, 1);
    App {
        kept,
        ..App::default()
    }
}

fn new(author: &str, project: u64, org: &str, title: &str) -> NewTask {
    NewTask {
        author: UserId(author.to_owned()),
        project,
        org: org.to_owned(),
        title: title.to_owned(),
    }
}

#[tokio::test]
async fn what_a_proposed_value_claims_is_checked_as_of_any_resource() {
    let (app, ann) = (app(), person("ann", &[Role::Writer], "acme"));
    let propose = async |new| {
        let asked = AddTask::authorize(&ann, &app).propose(new).await;
        asked
            .map(|granted: Granted<NewTask, AddTask>| granted.title.clone())
            .map_err(|denied| denied.kind())
    };
    assert_eq!(
        propose(new("ann", 1, "acme", "mine")).await,
        Ok("mine".to_owned())
    );
    for (wrong, kind) in [
        // In another's name, in a project that isn't theirs, in another tenant; too long.
        (new("bob", 1, "acme", "mine"), DenialKind::Forbidden),
        (new("ann", 2, "acme", "mine"), DenialKind::Forbidden),
        (new("ann", 1, "other", "mine"), DenialKind::NotFound),
        (
            new("ann", 1, "acme", "a title that never ends"),
            DenialKind::Forbidden,
        ),
    ] {
        assert_eq!(propose(wrong).await, Err(kind));
    }
}

#[tokio::test]
async fn a_change_is_decided_about_beside_what_is_there() {
    let (app, ann) = (app(), person("ann", &[], "acme"));
    let mine = task(1, "ann", &[]);
    let to = |who: &str| Handover {
        to: UserId(who.to_owned()),
    };
    let asked = || HandOver::authorize(&ann, &app);
    assert!(asked().given(&mine).propose(to("bob")).await.is_ok());
    assert!(asked().given(&mine).propose(to("ann")).await.is_err());
    let bobs = task(1, "bob", &[]);
    assert!(asked().given(&bobs).propose(to("cy")).await.is_err());
    let others = Task {
        org: "other".to_owned(),
        ..mine
    };
    let denied = asked()
        .given(&others)
        .propose(to("bob"))
        .await
        .expect_err("another tenant's");
    assert_eq!(denied.kind(), DenialKind::NotFound);
    // Without what is there it is missing, which is no grant.
    let denied = asked().propose(to("bob")).await.expect_err("which task?");
    assert_eq!(denied.kind(), DenialKind::NotFound);
    assert!(
        asked()
            .given(&others)
            .check(&to("bob"))
            .await
            .denial()
            .is_some()
    );
}

#[requires(role = "writer")]
async fn add(me: Principal, app: State<App>, Json(title): Json<String>) -> Result<String, Problem> {
    let new = new(me.subject(), 1, me.tenant().unwrap_or_default(), &title);
    let new = AddTask::authorize(&me, &app.0).propose(new).await?;
    Ok(new.into_inner().title)
}

#[tokio::test]
async fn in_a_handler_it_is_the_second_step_after_the_body() {
    let router = PolicyRouter::new()
        .route("/tasks", post(add))
        .with_state(app())
        .authenticate(Callers);
    for (caller, title, status) in [
        ("ann; writer; tenant=acme", "\"fine\"", 200),
        (
            "ann; writer; tenant=acme",
            "\"a title that never ends\"",
            403,
        ),
        ("bob; writer; tenant=acme", "\"fine\"", 403),
        ("ann; reader; tenant=acme", "no JSON: it isn't read", 403),
    ] {
        let request = Request::builder().method(Method::POST).uri("/tasks");
        let request = request
            .header("x-caller", caller)
            .header("content-type", "application/json");
        let answer = send(&router, request.body(title.to_owned().into()).unwrap()).await;
        assert_eq!(
            answer.status(),
            status,
            "{caller}: {title}: {}",
            answer.body
        );
    }
}

/// Who may add a task in earnest.
#[derive(Debug)]
#[policy(policy = AddTask, step_up(within = "10m"))]
struct AddTaskInEarnest;

#[requires(role = "writer")]
async fn add_in_earnest(me: Principal, app: State<App>) -> Result<String, Problem> {
    let new = new(me.subject(), 1, me.tenant().unwrap_or_default(), "earnest");
    let new = AddTaskInEarnest::authorize(&me, &app.0)
        .propose(new)
        .await?;
    Ok(new.into_inner().title)
}

#[tokio::test]
async fn a_second_step_is_answered_as_the_guard_would() {
    let router = PolicyRouter::new().route("/tasks", post(add_in_earnest));
    let router = router.with_state(app()).authenticate(Callers);
    let request = Request::builder().method(Method::POST).uri("/tasks");
    let request = request.header("x-caller", "ann; writer; tenant=acme");
    let answer = send(&router, request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.code(), "insufficient_user_authentication");
    assert_eq!(
        answer.header("www-authenticate"),
        r#"Caller realm="notes", error="insufficient_user_authentication", max_age="600""#
    );
    assert_eq!(answer.header("vary"), "x-caller");
}

#[test]
fn a_guard_that_would_need_the_body_is_refused() {
    #[requires(policy = AddTask)]
    async fn guarded() {}
    let router = PolicyRouter::new()
        .route("/tasks", post(guarded))
        .with_state(app());
    let errors = router
        .try_authenticate(Callers)
        .expect_err("the body isn't read");
    let text = errors.to_string();
    assert!(
        text.contains("`new_task`, which is proposed in the body"),
        "{text}"
    );
    assert!(text.contains("`.propose(value)`"), "{text}");
}

/// What comes from the store is no proposal, and the other way round.
fn _kinds() {
    fn stored<T: Load>() {}
    fn proposed<T: auth_core::Proposed>() {}
    stored::<Task>();
    proposed::<NewTask>();
}

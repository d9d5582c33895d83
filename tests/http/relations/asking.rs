//! How often a source of relations is asked, and what it is to be told nothing.

use super::*;

#[tokio::test]
async fn a_source_that_does_not_answer_is_a_503_under_not_too() {
    expect(&[
        ("/edit/1", "down", 503),
        ("/unless-blocked/1", "down", 503),
        ("/edit/1", "panics", 503),
        ("/manage/1", "down; tenant=acme", 503),
        ("/edit/500", "ed", 503),
        // Whatever it would have answered.
        ("/manage/1", "down; admin; tenant=acme", 200),
    ])
    .await;
}

#[tokio::test]
async fn one_question_answers_for_all_relations_of_a_kind() {
    let (app, state) = app();
    let answer = call(&app, Method::GET, "/either/2", "vi").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(state.relations.load(Ordering::Relaxed), 1);
    assert_eq!(state.keys.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn nothing_is_asked_for_nobody_nor_where_nothing_is_named() {
    let (app, state) = app();
    assert_eq!(call(&app, Method::GET, "/edit/1", "").await.status(), 401);
    assert_eq!(call(&app, Method::GET, "/edit/3", "ed").await.status(), 403);
    assert_eq!(
        call(&app, Method::GET, "/manage/1", "ed; admin")
            .await
            .status(),
        200
    );
    assert_eq!(state.relations.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn what_the_decision_has_loaded_is_not_loaded_again_on_the_way() {
    let (app, state) = app();
    let answer = call(&app, Method::GET, "/projects/10/tasks/1", "mo; tenant=acme").await;
    assert_eq!((answer.status(), answer.body.as_str()), (200, "1 of 10"));
    assert_eq!(state.projects.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_path_whose_keys_disagree_leads_to_nothing() {
    expect(&[
        ("/projects/10/tasks/1", "mo; tenant=acme", 200),
        ("/projects/20/tasks/1", "mo; tenant=acme", 404),
        ("/projects/10/tasks/2", "mo; tenant=acme", 200),
        ("/projects/x/tasks/1", "mo; tenant=acme", 404),
        ("/projects/10/tasks/3", "mo; tenant=acme", 404),
    ])
    .await;
}

#[tokio::test]
async fn the_log_tells_what_became_of_a_relation() {
    let (app, _) = app();
    let explanation = async |path: &str, caller: &str| {
        let events = logged(call(&app, Method::GET, path, caller)).await;
        let denial = events
            .iter()
            .find(|(target, _)| target == "auth_core::denial");
        denial.expect("a denial").1["explanation"].clone()
    };
    assert_eq!(
        explanation("/edit/2", "vi").await,
        r#"relation(ProjectRole::Editor, on = "task"): did not hold"#
    );
    assert_eq!(
        explanation("/edit/1", "down").await,
        r#"relation(ProjectRole::Editor, on = "task"): unknown: it could not be told ("the relations are down")"#
    );
    assert_eq!(
        explanation("/manage/4", "mo; tenant=acme").await,
        r#"any(role = "admin": did not hold, relation(PortfolioRole::Manager, on = "task", through = "project"): unknown: the resource is missing)"#
    );
    assert_eq!(
        explanation("/projects/20/tasks/1", "mo; tenant=acme").await,
        r#"tenant = "project": held, relation(PortfolioRole::Manager, on = "task", through = "project"): unknown: it is not of the path's project, tenant = "project": held"#
    );
}

#[test]
fn a_relation_is_written_as_its_variant_or_as_it_says() {
    assert_eq!(ProjectRole::Editor.name(), "editor");
    assert_eq!(ProjectRole::Blocked.name(), "blocked-user");
    assert_eq!(
        ProjectRole::named("blocked-user"),
        Some(ProjectRole::Blocked)
    );
    assert_eq!(ProjectRole::named("blocked"), None);
}

//! Fields that only some may see: shown, absent, null or masked, for each resource by itself.

use auth_core::{DenialKind, Relationships, Shown, policy};
use auth_tests::notes::Role;
use serde::Serialize;

use crate::tracker::{App, ProjectRole, Task, person, task};

/// Who may see how a task is going.
#[derive(Debug)]
#[policy(any(
    owns = "task",
    relation(ProjectRole::Viewer, on = "task"),
    role = "admin"
))]
struct SeeProgress;

/// Who may see it after a login that is recent.
#[derive(Debug)]
#[policy(policy = SeeProgress, step_up(within = "10m"))]
struct SeeProgressNow;

#[derive(Serialize)]
struct Row {
    id: u64,
    null: Shown<bool, SeeProgress>,
    #[serde(skip_serializing_if = "Shown::is_hidden")]
    absent: Shown<bool, SeeProgress>,
    masked: Shown<String, SeeProgress>,
}

fn app() -> App {
    App {
        kept: Relationships::new().person("ann", ProjectRole::Editor, 1),
        ..App::default()
    }
}

async fn rows(who: &auth_core::Principal, app: &App, tasks: &[Task]) -> Vec<Row> {
    let asked = || SeeProgress::authorize(who, app);
    let open = |task: &Task| task.open;
    let null = asked().fields(tasks, open).await.expect("told");
    let absent = asked().fields(tasks, open).await.expect("told");
    let masked = asked()
        .fields(tasks, |task| format!("open: {}", task.open))
        .await
        .expect("told");
    let fields = null.into_iter().zip(absent).zip(masked);
    tasks
        .iter()
        .zip(fields)
        .map(|(task, ((null, absent), masked))| Row {
            id: task.id,
            null,
            absent,
            masked: masked.masked_as("***".to_owned()),
        })
        .collect()
}

#[tokio::test]
async fn a_field_is_shown_where_the_policy_holds_for_that_very_resource() {
    let app = app();
    let tasks = [
        task(1, "ann", &[]),
        task(2, "bob", &[1]),
        task(3, "bob", &[2]),
    ];
    let ann = person("ann", &[], "acme");
    let json = serde_json::to_value(rows(&ann, &app, &tasks).await).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!([
            { "id": 1, "null": true, "absent": true, "masked": "open: true" },
            { "id": 2, "null": true, "absent": true, "masked": "open: true" },
            { "id": 3, "null": null, "masked": "***" },
        ])
    );
    // A question a column, however long the list.
    assert_eq!(app.relations.get(), 3);
}

#[tokio::test]
async fn what_is_hidden_is_nowhere_in_what_a_log_shows() {
    let eve = person("eve", &[], "acme");
    let app = app();
    let shown = SeeProgress::authorize(&eve, &app)
        .field(&task(3, "bob", &[]), |_| "secret")
        .await;
    let shown = shown.expect("told");
    assert_eq!(
        (format!("{shown:?}").as_str(), shown.value()),
        ("Hidden", None)
    );
    let masked = shown.masked_as("mask");
    assert_eq!(
        (
            format!("{masked:?}").as_str(),
            masked.value(),
            masked.is_hidden()
        ),
        ("Masked(..)", None, false)
    );
    let admin = person("ada", &[Role::Admin], "acme");
    let shown = SeeProgress::authorize(&admin, &app)
        .field(&task(3, "bob", &[]), |_| "secret")
        .await;
    let shown = shown.expect("told");
    assert_eq!(
        (format!("{shown:?}").as_str(), shown.value()),
        ("Shown(..)", Some(&"secret"))
    );
}

#[tokio::test]
async fn nothing_is_hidden_for_want_of_an_answer() {
    let app = App {
        fails_at: Some(2),
        ..app()
    };
    let ann = person("ann", &[], "acme");
    let tasks = [task(1, "ann", &[]), task(3, "bob", &[2])];
    let denied = SeeProgress::authorize(&ann, &app)
        .fields(&tasks, |task| task.open)
        .await;
    assert_eq!(denied.expect_err("unknown").kind(), DenialKind::Unavailable);
}

#[tokio::test]
async fn a_login_too_old_hides_a_column_and_asks_for_nothing() {
    let ann = person("ann", &[], "acme");
    let app = app();
    let shown = SeeProgressNow::authorize(&ann, &app)
        .field(&task(1, "ann", &[]), |task| task.open)
        .await;
    assert!(shown.expect("told").is_hidden());
}

#[tokio::test]
async fn another_tenants_field_is_hidden() {
    let ann = person("ann", &[], "other");
    let app = app();
    let shown = SeeProgress::authorize(&ann, &app)
        .field(&task(1, "ann", &[]), |task| task.open)
        .await;
    assert!(shown.expect("told").is_hidden());
}

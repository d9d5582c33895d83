//! What somebody may do, asked beforehand: the reasons are the fewest, and of the whole policy.

use auth_core::{Check, DenialKind, policy};
use auth_tests::notes::Role;

use crate::tracker::{App, Edit, Odd, ProjectRole, Read, Task, person, task};

fn reasons(check: &Check) -> Vec<String> {
    check.reasons().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_would_be_granted_has_no_reasons() {
    let ann = person("ann", &[Role::Reader], "acme");
    let check = Read::authorize(&ann, &App::default())
        .check(&task(1, "ann", &[]))
        .await;
    assert!(check.allowed());
    assert_eq!(check.denial(), None);
    assert_eq!(reasons(&check), Vec::<String>::new());
}

#[tokio::test]
async fn the_reasons_are_the_fewest_rules_that_would_have_to_be_otherwise() {
    let app = App::default();
    let eve = person("eve", &[], "acme");
    let check = Read::authorize(&eve, &app)
        .check(&task(1, "ann", &[]))
        .await;
    assert_eq!(check.denial(), Some(DenialKind::Forbidden));
    assert_eq!(reasons(&check), [r#"role = "reader""#, r#"owns = "task""#]);

    // All of the policy counts, though the first rule decides.
    let closed = Task {
        open: false,
        ..task(1, "eve", &[])
    };
    let check = Edit::authorize(&eve, &app).check(&closed).await;
    assert_eq!(
        reasons(&check),
        [
            r#"when = "the caller is trusted""#,
            r#"when = "the task is open""#,
            r#"not(when = "the task is of nobody's project")"#,
        ]
    );
}

/// Whose task it is now.
#[derive(Debug)]
#[policy(owns = "task", fresh)]
struct OwnNow;

#[tokio::test]
async fn a_check_says_what_a_request_would_get() {
    // Cy's account is gone, and for what isn't theirs it isn't asked for.
    let (app, cy) = (App::default(), person("cy", &[], "acme"));
    for (author, kind) in [
        ("ann", DenialKind::Forbidden),
        ("cy", DenialKind::InvalidToken),
    ] {
        let task = task(1, author, &[]);
        let check = OwnNow::authorize(&cy, &app).check(&task).await;
        assert_eq!(check.denial(), Some(kind), "{author}");
        let asked = OwnNow::authorize(&cy, &app).on(task).await;
        assert_eq!(asked.expect_err("denied").kind(), kind, "{author}");
    }
}

#[tokio::test]
async fn a_veto_is_what_would_have_to_be_lifted() {
    let kept = auth_core::Relationships::new()
        .person("ann", ProjectRole::Editor, 1)
        .person("ann", ProjectRole::Blocked, 1);
    let app = App {
        kept,
        ..App::default()
    };
    let ann = person("ann", &[], "acme");
    let check = Edit::authorize(&ann, &app)
        .check(&task(1, "bob", &[1]))
        .await;
    assert_eq!(reasons(&check), [r#"not(relation = "blocked")"#]);
    let explanation = check.explanation();
    assert!(
        explanation.contains(r#"forbid(relation(ProjectRole::Blocked, on = "task"): held)"#),
        "{explanation}"
    );
}

#[tokio::test]
async fn what_cant_be_told_is_a_reason_that_says_so() {
    let app = App {
        fails_at: Some(1),
        ..App::default()
    };
    let ann = person("ann", &[Role::Reader], "acme");
    let check = Read::authorize(&ann, &app)
        .check(&task(1, "bob", &[1]))
        .await;
    assert_eq!(check.denial(), Some(DenialKind::Unavailable));
    assert_eq!(reasons(&check), [r#"owns = "task""#]);
    let check = Odd::authorize(&ann, &app)
        .check(&task(1, "bob", &[1]))
        .await;
    assert_eq!(check.denial(), Some(DenialKind::Unavailable));
    let explanation = check.explanation();
    assert!(
        explanation.contains("the relations are down"),
        "{explanation}"
    );
}

#[tokio::test]
async fn another_tenants_resource_is_missing() {
    let ann = person("ann", &[Role::Reader], "other");
    let check = Read::authorize(&ann, &App::default())
        .check(&task(1, "ann", &[]))
        .await;
    assert_eq!(check.denial(), Some(DenialKind::NotFound));
    assert!(
        reasons(&check).contains(&"tenant (unknown)".to_owned()),
        "{:?}",
        reasons(&check)
    );
}

#[tokio::test]
async fn a_front_end_reads_it_as_json() {
    let eve = person("eve", &[], "acme");
    let check = Read::authorize(&eve, &App::default())
        .check(&task(1, "ann", &[]))
        .await;
    let json = serde_json::to_value(&check).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({
            "allowed": false,
            "code": "forbidden",
            "reasons": [
                { "rule": "role", "name": "reader", "wanted": true, "known": true },
                { "rule": "owns", "name": "task", "wanted": true, "known": true },
            ],
        })
    );
    let ann = person("ann", &[Role::Reader], "acme");
    let check = Read::authorize(&ann, &App::default())
        .check(&task(1, "ann", &[]))
        .await;
    assert_eq!(
        serde_json::to_value(&check).expect("JSON"),
        serde_json::json!({ "allowed": true, "reasons": [] })
    );
}

//! What is asked about a list once: a condition over several items, and what lies beside the list.

use auth_core::{DenialKind, Relationships, condition, policy};
use auth_tests::notes::Role;

use crate::tracker::{
    App, Divide, LookAfter, Project, ProjectRole, ReadNow, Take, Task, WriteNow, WriteTogetherNow,
    person, task,
};

#[tokio::test]
async fn a_condition_over_several_is_asked_once_for_all_that_need_it() {
    let app = App::default();
    let tasks: Vec<_> = (0..30)
        .map(|id| Task {
            open: id % 4 != 0,
            ..task(id, "dan", &[])
        })
        .collect();
    let ann = person("ann", &[], "acme");
    let kept = Divide::authorize(&ann, &app).filter(tasks.clone()).await;
    let kept: Vec<_> = kept.expect("all told").iter().map(|task| task.id).collect();
    let by = |id: u64, n| id.is_multiple_of(n);
    let expected = |id: &u64| by(*id, 2) && !by(*id, 4) || by(*id, 3);
    assert_eq!(kept, (0..30).filter(expected).collect::<Vec<_>>());
    // By two and by three; that it is not by five matters for what is her own, and nothing is.
    assert_eq!(app.asked.get(), 2);
    // Alone it is asked about one.
    let granted = Divide::authorize(&ann, &app).on(tasks[6].clone()).await;
    assert_eq!(granted.expect("six").id, 6);
}

#[tokio::test]
async fn no_source_is_asked_twice_though_items_come_to_it_on_different_ways() {
    let app = App::default();
    let ann = person("ann", &[], "acme");
    let closed = Task {
        open: false,
        ..task(1, "dan", &[1])
    };
    // The closed one needs managers alone; the open one viewers first.
    let tasks = [closed, task(2, "dan", &[2])];
    let kept = LookAfter::authorize(&ann, &app).filter(tasks).await;
    assert!(kept.expect("all told").is_empty());
    assert_eq!(app.relations.get(), 2);
    // The open one's project is looked for beside its viewers; neither is looked for twice.
    assert_eq!((app.loads.get(), app.loaded.get()), (2, 2));
}

#[tokio::test]
async fn what_lies_beside_a_list_is_asked_about_once() {
    let tasks = || (0..20).map(|id| task(id, if id == 3 { "ann" } else { "dan" }, &[]));
    let ann = person("ann", &[], "acme");
    for (project, kept) in [(1, 19), (2, 0), (7, 0)] {
        let app = App {
            kept: kept_of_two(),
            ..App::default()
        };
        let project = Project {
            id: project,
            portfolio: 0,
        };
        let asked = Take::authorize(&ann, &app).given(&project);
        let list = asked.filter(tasks()).await.expect("all told");
        assert_eq!(list.len(), kept, "{project:?}");
        assert!(app.relations.get() <= 1 && app.asked.get() <= 2, "{app:?}");
        let asked = Take::authorize(&ann, &app).given(&project);
        let one = asked.on(task(0, "dan", &[])).await;
        assert_eq!(one.is_ok(), kept > 0, "{project:?}");
    }
}

fn kept_of_two() -> Relationships {
    Relationships::new()
        .person("ann", ProjectRole::Editor, 1)
        .person("ann", ProjectRole::Editor, 7)
}

#[tokio::test]
async fn a_condition_that_answers_too_few_or_too_many_can_not_be_told() {
    /// it is one of the first
    #[condition]
    async fn answers(#[param] more: usize, tasks: &[&Task]) -> Vec<bool> {
        vec![true; tasks.len() - 1 + more]
    }
    #[policy(when = answers(0))]
    struct TooFew;
    #[policy(when = answers(1))]
    struct Right;
    #[policy(when = answers(2))]
    struct TooMany;

    let (app, ann) = (App::default(), person("ann", &[], "acme"));
    let tasks = || [task(1, "ann", &[]), task(2, "ann", &[])];
    let few = TooFew::authorize(&ann, &app).filter(tasks()).await;
    let right = Right::authorize(&ann, &app).filter(tasks()).await;
    let many = TooMany::authorize(&ann, &app).filter(tasks()).await;
    assert_eq!(right.expect("all told").len(), 2);
    for denied in [few.expect_err("too few"), many.expect_err("too many")] {
        assert_eq!(denied.kind(), DenialKind::Unavailable);
    }
}

#[tokio::test]
async fn in_a_fresh_list_what_looks_at_the_caller_is_asked_of_the_account_too() {
    let app = App::default();
    let tasks = || [task(1, "ann", &[]), task(2, "ann", &[])];
    // She wrote when her credential was issued; now she only reads.
    let ann = person("ann", &[Role::Writer], "acme");
    let alone = WriteNow::authorize(&ann, &app).filter(tasks()).await;
    let together = WriteTogetherNow::authorize(&ann, &app)
        .filter(tasks())
        .await;
    assert!(alone.expect("all told").is_empty());
    assert!(together.expect("all told").is_empty());
    let reads = ReadNow::authorize(&ann, &app).filter(tasks()).await;
    assert_eq!(reads.expect("all told").len(), 2);
}

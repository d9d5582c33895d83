//! A list is decided about as its items are, one by one, and its facts are fetched once.

use auth_core::{DenialKind, Granted, Principal, Relationships};
use auth_tests::notes::Role;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::tracker::{
    App, Audit, Divide, Edit, Odd, PortfolioRole, ProjectRole, Read, ReadNow, Task, person, task,
};

fn kept() -> Relationships {
    Relationships::new()
        .person("ann", ProjectRole::Editor, 1)
        .person("ann", ProjectRole::Blocked, 2)
        .person("bob", ProjectRole::Viewer, 1)
        .person("bob", PortfolioRole::Manager, 0)
        .person("cy", ProjectRole::Viewer, 3)
        .person("cy", PortfolioRole::Manager, 1)
}

fn app() -> App {
    App {
        kept: kept(),
        ..App::default()
    }
}

/// A small deterministic generator (xorshift64*): the same lists on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    fn task(&mut self, id: u64) -> Task {
        let authors = ["ann", "bob", "cy", "eve"];
        let projects: Vec<_> = (0..self.below(4)).map(|_| self.below(10)).collect();
        Task {
            open: self.below(3) > 0,
            org: if self.below(4) == 0 { "other" } else { "acme" }.to_owned(),
            ..task(
                id,
                authors[usize::try_from(self.below(4)).unwrap()],
                &projects,
            )
        }
    }
}

fn callers() -> Vec<Principal> {
    vec![
        person("ann", &[Role::Writer], "acme"),
        person("bob", &[Role::Reader], "acme"),
        person("cy", &[], "other"),
        person("eve", &[Role::Admin], "acme"),
        // No claim of roles, nor of a tenant: for a fresh rule the account says both.
        Principal::for_test(auth_core::Identity::person("tests", "ann")),
    ]
}

/// What the list keeps, and what single decisions would; the kind where they fail.
macro_rules! both {
    ($policy:ident, $caller:expr, $app:expr, $tasks:expr) => {{
        let (caller, app, tasks) = ($caller, $app, $tasks);
        let list = $policy::authorize(caller, app).filter(tasks.clone()).await;
        let list = list.map(|kept| {
            kept.into_iter()
                .map(Granted::into_inner)
                .collect::<Vec<_>>()
        });
        let mut single = Vec::new();
        let mut failed = None;
        for task in tasks {
            match $policy::authorize(caller, app).on(task).await {
                Ok(granted) => single.push(granted.into_inner()),
                Err(denied) => {
                    let kind = denied.kind();
                    if matches!(kind, DenialKind::Unavailable | DenialKind::InvalidToken) {
                        failed = Some(kind);
                    }
                }
            }
        }
        let single = failed.map_or(Ok(single), Err);
        (list.map_err(|denied| denied.kind()), single)
    }};
}

#[tokio::test]
async fn a_list_agrees_with_the_single_decisions_at_random_and_with_faults() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut kept, mut failed) = (0, 0);
    for round in 0..400 {
        let tasks: Vec<_> = (0..random.below(24)).map(|id| random.task(id)).collect();
        let fails_at = (round % 3 == 0).then(|| random.below(12));
        let app = App { fails_at, ..app() };
        for caller in &callers() {
            for (list, single) in [
                both!(Read, caller, &app, tasks.clone()),
                both!(Edit, caller, &app, tasks.clone()),
                both!(Audit, caller, &app, tasks.clone()),
                both!(Odd, caller, &app, tasks.clone()),
                both!(Divide, caller, &app, tasks.clone()),
                both!(ReadNow, caller, &app, tasks.clone()),
            ] {
                // A fault met in a batch fails the list, though it may have met no single item.
                let batched = fails_at.is_some() && list.is_err();
                assert!(
                    list == single || batched,
                    "{list:?}, {single:?}: {caller:?} over {tasks:?}"
                );
                match list {
                    Ok(list) => kept += list.len(),
                    Err(_) => failed += 1,
                }
            }
        }
    }
    // Else the comparison compares nothing.
    assert!(kept > 1000 && failed > 100, "{kept} kept, {failed} failed");
}

#[tokio::test]
async fn ten_thousand_items_cost_one_question_a_fact() {
    let tasks: Vec<_> = (0..10_000)
        .map(|id| task(id, "dan", &[id % 7, id % 50]))
        .collect();
    let app = app();
    let ann = person("ann", &[Role::Writer], "acme");
    let kept = Read::authorize(&ann, &app)
        .filter(tasks.clone())
        .await
        .expect("all told");
    assert_eq!(app.relations.get(), 1);
    assert!(kept.iter().all(|task| task.projects.contains(&1)));
    assert!(
        kept.windows(2).all(|pair| pair[0].id < pair[1].id),
        "out of order"
    );
    assert!(!kept.is_empty() && kept.len() < tasks.len());

    let app = self::app();
    let cy = person("cy", &[], "acme");
    Edit::authorize(&cy, &app)
        .filter(tasks)
        .await
        .expect("all told");
    // Editors and blocked callers are one kind, managers another; projects are loaded on the way.
    assert_eq!(app.relations.get(), 2);
    assert_eq!(app.loads.get(), 1);
    // The fifty projects, of which one is gone.
    assert!(app.loaded.get() <= 50, "{}", app.loaded.get());
    assert_eq!(app.asked.get(), 1);
}

#[tokio::test]
async fn nothing_is_asked_where_every_item_is_decided_without() {
    let app = app();
    let tasks = vec![task(1, "ann", &[1]), task(2, "ann", &[2])];
    let ann = person("ann", &[Role::Reader], "acme");
    let kept = Read::authorize(&ann, &app)
        .filter(tasks.clone())
        .await
        .expect("all told");
    assert_eq!(kept.len(), 2);
    let nobody_reads = person("ann", &[], "acme");
    let kept = Read::authorize(&nobody_reads, &app)
        .filter(tasks)
        .await
        .expect("all told");
    assert_eq!(kept.len(), 0);
    let none: Vec<Task> = Vec::new();
    assert!(
        Read::authorize(&ann, &app)
            .filter(none)
            .await
            .expect("all told")
            .is_empty()
    );
    assert_eq!(app.relations.get(), 0);
}

#[tokio::test]
async fn an_unknown_item_fails_the_list_and_says_which_rule_could_not_be_told() {
    let app = App {
        fails_at: Some(4),
        ..app()
    };
    let tasks = vec![
        task(1, "ann", &[]),
        task(2, "bob", &[4]),
        task(3, "ann", &[]),
    ];
    let ann = person("ann", &[Role::Reader], "acme");
    let denied = Read::authorize(&ann, &app)
        .filter(tasks)
        .await
        .expect_err("unknown");
    assert_eq!(denied.kind(), DenialKind::Unavailable);
    let explanation = denied.explanation().expect("an explanation");
    assert!(
        explanation.contains("the relations are down"),
        "{explanation}"
    );
}

#[tokio::test]
async fn a_condition_about_the_caller_is_asked_once_for_the_list() {
    let app = app();
    let tasks: Vec<_> = (0..20).map(|id| task(id, "dan", &[])).collect();
    let ann = person("ann", &[], "acme");
    let kept = Audit::authorize(&ann, &app)
        .filter(tasks)
        .await
        .expect("all told");
    assert_eq!(kept.len(), 10);
    assert_eq!(app.asked.get(), 1);
}

#[tokio::test]
async fn another_tenants_items_are_left_out() {
    let other = Task {
        org: "other".to_owned(),
        ..task(2, "ann", &[1])
    };
    let ann = person("ann", &[Role::Reader], "acme");
    let kept = Read::authorize(&ann, &app())
        .filter([task(1, "ann", &[1]), other])
        .await;
    let kept: Vec<_> = kept.expect("all told").iter().map(|task| task.id).collect();
    assert_eq!(kept, [1]);
}

#[tokio::test]
async fn a_stream_is_decided_about_in_chunks() {
    let app = app();
    let tasks =
        stream::iter((0..1000).map(|id| Ok::<_, auth_core::Denied>(task(id, "dan", &[id % 2]))));
    let ann = person("ann", &[Role::Reader], "acme");
    let kept: Vec<_> = Read::authorize(&ann, &app)
        .filter_stream(tasks)
        .try_collect()
        .await
        .expect("all told");
    assert_eq!(kept.len(), 500);
    assert!(
        kept.windows(2).all(|pair| pair[0].id < pair[1].id),
        "out of order"
    );
    assert_eq!(app.relations.get(), 4);
}

#[tokio::test]
async fn a_stream_that_fails_gives_what_came_before_and_its_error() {
    #[derive(Debug)]
    enum Failure {
        Store,
        Denied(auth_core::Denied),
    }
    impl From<auth_core::Denied> for Failure {
        fn from(denied: auth_core::Denied) -> Self {
            Self::Denied(denied)
        }
    }
    let ann = person("ann", &[Role::Reader], "acme");
    let broken = stream::iter([
        Ok(task(1, "ann", &[])),
        Err(Failure::Store),
        Ok(task(2, "ann", &[])),
    ]);
    let app = self::app();
    let items: Vec<_> = Read::authorize(&ann, &app)
        .filter_stream(broken)
        .collect()
        .await;
    assert!(
        items.iter().any(|item| matches!(item, Err(Failure::Store))),
        "{items:?}"
    );

    let app = App {
        fails_at: Some(4),
        ..app
    };
    let unknown = stream::iter([Ok::<_, Failure>(task(1, "bob", &[4]))]);
    let items: Vec<_> = Read::authorize(&ann, &app)
        .filter_stream(unknown)
        .collect()
        .await;
    assert!(
        matches!(items.as_slice(), [Err(Failure::Denied(denied))] if denied.kind() == DenialKind::Unavailable)
    );
}

/// That a list's futures may be sent between threads.
fn _sent(me: &Principal, app: &App) {
    fn sent<T: Send>(_: T) {}
    sent(Read::authorize(me, app).filter(Vec::<Task>::new()));
    sent(
        Read::authorize(me, app).filter_stream(stream::empty::<Result<Task, auth_core::Denied>>()),
    );
    sent(async move { Read::authorize(me, app).check(&task(1, "ann", &[])).await });
}

//! A list has one deadline for a question, however many items it asks about one by one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use auth_core::{
    DenialKind, Denied, Identity, Load, Principal, Resource, SourceOfTruth, condition, policy,
};
use axum::extract::State;
use futures_util::{StreamExt, stream};
use tokio::time::Instant;

#[derive(Clone, Debug, Resource)]
struct Sheet {
    #[key]
    id: u64,
}

#[derive(Clone, Debug, Default)]
struct App {
    asked: Arc<AtomicUsize>,
    takes: Duration,
    holds: bool,
}

impl Load for Sheet {
    type State = App;
    type Key = u64;
    type Error = String;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, String> {
        Ok(Some(Self { id }))
    }
}

/// the archive has it
#[condition]
async fn archived(sheet: &Sheet, app: State<App>) -> bool {
    app.asked.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(app.takes).await;
    app.holds && sheet.id < 1_000_000
}

#[derive(Debug)]
#[policy(authenticated, when = archived)]
struct ReadSheet;

/// What else would let somebody in: an item that can't be told about need not fail the list.
#[derive(Debug)]
#[policy(any(when = |sheet: &Sheet| sheet.id > 7, when = archived))]
struct ReadAnySheet;

fn ann() -> Principal {
    Principal::for_test(Identity::person("tests", "ann"))
}

fn sheets() -> impl Iterator<Item = Sheet> {
    (0..10_000).map(|id| Sheet { id })
}

#[tokio::test(start_paused = true)]
async fn a_condition_that_hangs_costs_a_list_one_deadline() {
    let app = App {
        takes: Duration::from_hours(1),
        ..App::default()
    };
    let (began, ann) = (Instant::now(), ann());
    let denied = ReadSheet::authorize(&ann, &app).filter(sheets()).await;
    assert_eq!(
        denied.expect_err("not told").kind(),
        DenialKind::Unavailable
    );
    assert_eq!(
        app.asked.load(Ordering::Relaxed),
        1,
        "the first failure ends it"
    );
    assert!(began.elapsed() < Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn conditions_that_are_slow_together_are_stopped_at_the_deadline() {
    let app = App {
        takes: Duration::from_millis(400),
        holds: true,
        ..App::default()
    };
    let (began, ann) = (Instant::now(), ann());
    let denied = ReadSheet::authorize(&ann, &app).filter(sheets()).await;
    assert_eq!(
        denied.expect_err("not told").kind(),
        DenialKind::Unavailable
    );
    assert_eq!(app.asked.load(Ordering::Relaxed), 13);
    assert!(began.elapsed() < Duration::from_secs(6));
    // Those that are in time are told.
    let few = sheets().take(5);
    let told = ReadSheet::authorize(&ann, &app).filter(few).await;
    assert_eq!(told.expect("in time").len(), 5);
    let told = ReadAnySheet::authorize(&ann, &app).filter(sheets()).await;
    assert_eq!(told.expect("in time").len(), 10_000);
}

/// the stamp is good
#[condition]
async fn stamped(_sheet: &Sheet, app: State<App>) -> bool {
    app.asked.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(app.takes).await;
    app.holds
}

#[derive(Debug)]
#[policy(any(when = archived, when = stamped))]
struct ReadEitherSheet;

#[tokio::test(start_paused = true)]
async fn all_facts_of_a_decision_have_one_deadline() {
    let app = App {
        takes: Duration::from_secs(3),
        ..App::default()
    };
    let (ann, sheet) = (ann(), Sheet { id: 1 });
    let began = Instant::now();
    let denied = ReadEitherSheet::authorize(&ann, &app)
        .on(sheet.clone())
        .await;
    let kind = denied.expect_err("the second is too late").kind();
    assert_eq!(kind, DenialKind::Unavailable);
    let check = ReadEitherSheet::authorize(&ann, &app).check(&sheet).await;
    assert_eq!(check.denial(), Some(DenialKind::Unavailable));
    let listed = ReadEitherSheet::authorize(&ann, &app)
        .filter(sheets())
        .await;
    let kind = listed.expect_err("the second is too late").kind();
    assert_eq!(kind, DenialKind::Unavailable);
    assert!(began.elapsed() < Duration::from_secs(16), "five each");
}

/// it is filed
#[condition]
fn filed(sheet: &Sheet, app: State<App>) -> Result<bool, &'static str> {
    app.asked.fetch_add(1, Ordering::Relaxed);
    if sheet.id == 7 { Err("torn") } else { Ok(true) }
}

impl SourceOfTruth for App {
    type Error = String;

    async fn account(&self, blank: Identity) -> Result<Option<Identity>, String> {
        self.asked.fetch_add(1_000_000, Ordering::Relaxed);
        Ok(Some(blank))
    }
}

#[derive(Debug)]
#[policy(authenticated, when = filed, fresh)]
struct ReadFiledSheet;

#[tokio::test(start_paused = true)]
async fn the_first_item_that_cannot_be_told_about_ends_the_list() {
    let (ann, app) = (ann(), App::default());
    let denied = ReadFiledSheet::authorize(&ann, &app).filter(sheets()).await;
    let kind = denied.expect_err("one is torn").kind();
    assert_eq!(kind, DenialKind::Unavailable);
    let asked = app.asked.load(Ordering::Relaxed);
    assert_eq!(asked, 8, "nothing after it, and no account");
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_the_first_error() {
    let (ann, app) = (ann(), App::default());
    let all = stream::iter(sheets().map(Ok));
    let kept = ReadFiledSheet::authorize(&ann, &app).filter_stream::<Sheet, Denied>(all);
    let kept: Vec<_> = kept.collect().await;
    assert!(matches!(kept.as_slice(), [Err(_)]), "{}", kept.len());
}

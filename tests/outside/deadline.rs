//! A list has one deadline for a question, however many items it asks about one by one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use auth_core::{DenialKind, Identity, Load, Principal, Resource, condition, policy};
use axum::extract::State;
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

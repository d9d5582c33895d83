//! Figures about decisions: few labels, and none that a client chooses.

use std::collections::BTreeMap;

use auth_core::{
    Context, Granted, Identity, PolicyRouter, Principal, Relate, Relations, policy, requires,
    routing::get,
};
use auth_tests::{
    Callers, call,
    notes::{self, Note, Role},
};
use http::Method;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

#[requires(role = "writer")]
async fn counted() -> &'static str {
    "counted"
}

/// Who may see a note here.
#[derive(Debug)]
#[policy(owns = "note", when = notes::answered)]
struct SeeCounted;

#[requires(policy = SeeCounted)]
async fn seen(note: Granted<Note, SeeCounted>) -> String {
    note.id.to_string()
}

#[requires(when = |context: &Context| context.method().is_some())]
async fn personal(_: Principal) -> &'static str {
    "personal"
}

/// How often each thing was counted or measured.
fn counts(snapshots: &Snapshotter) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for (key, _, _, value) in snapshots.snapshot().into_vec() {
        let (_, key) = key.into_parts();
        let labels: Vec<_> = key.labels().map(|label| label.value().to_owned()).collect();
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(values) => values.len() as u64,
            DebugValue::Gauge(_) => 0,
        };
        counts.insert(format!("{} {}", key.name(), labels.join(" ")), count);
    }
    counts
}

#[test]
fn decisions_are_counted_by_policy_and_outcome_and_facts_are_timed() {
    let recorder = DebuggingRecorder::new();
    let snapshots = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let app = PolicyRouter::new()
                .route("/counted", get(counted))
                .route("/seen/{note_id}", get(seen))
                .route("/personal", get(personal))
                .with_state(notes::state())
                .authenticate(Callers);
            for (path, caller) in [
                ("/counted", "ann; writer"),
                ("/counted", "bob; writer"),
                ("/counted", "eve"),
                ("/seen/1", "ann"),
                ("/seen/2", "a subject that no label shows"),
                ("/personal", ""),
                ("/personal", "ann"),
            ] {
                call(&app, Method::GET, path, caller).await;
            }
        });
    });
    let counts = counts(&snapshots);
    let expected = [
        ("auth_decisions_total counted forbidden", 1),
        ("auth_decisions_total counted granted", 2),
        ("auth_decisions_total personal granted", 1),
        ("auth_decisions_total personal unauthenticated", 1),
        ("auth_decisions_total seen forbidden", 1),
        ("auth_decisions_total seen granted", 1),
        (
            "auth_fact_seconds condition the store answers, after a while",
            1,
        ),
        ("auth_fact_seconds resource note", 2),
    ];
    let counts: Vec<_> = counts
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(counts, expected);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Relations)]
#[relations(of = Note)]
enum NoteRole {
    Reader,
}

impl Relate for NoteRole {
    type State = notes::Store;
    type Error = String;

    async fn held(_: &Principal, to: &[u64], _: &notes::Store) -> Result<Vec<(u64, Self)>, String> {
        Ok(to.iter().map(|note| (*note, Self::Reader)).collect())
    }
}

/// Who reads a note.
#[derive(Debug)]
#[policy(relation(NoteRole::Reader, on = "note"))]
struct ReadTimed;

#[test]
fn what_is_found_out_outside_of_a_guard_is_timed_too() {
    let recorder = DebuggingRecorder::new();
    let snapshots = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().build().unwrap();
        runtime.block_on(async {
            let (ann, app) = (
                Principal::for_test(Identity::person("tests", "ann")),
                notes::state(),
            );
            let asked = || ReadTimed::authorize(&ann, &app);
            assert!(asked().key::<Note>(1).await.is_ok());
            assert_eq!(asked().filter(app.store.all()).await.unwrap().len(), 3);
        });
    });
    let counts = counts(&snapshots);
    let timed = |what: &str| counts.get(&format!("auth_fact_seconds {what}"));
    assert_eq!(timed("resource note"), Some(&1));
    assert_eq!(
        timed("relation note"),
        Some(&2),
        "one alone, one for the list"
    );
}

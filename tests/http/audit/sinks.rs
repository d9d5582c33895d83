//! Sinks that are slow, or fail: no request waits for them, and what is lost is counted.

use std::{io, sync::Arc, time::Duration};

use auth_core::{
    AuditEvent, AuditSink, AuditTrail, Guarded, JsonLines, PolicyRouter, TracingEvents,
    async_trait, public, routing::get,
};
use auth_tests::{Callers, call, log::logged};
use http::Method;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::{Memory, app};

/// A sink that waits to be let on, or fails.
struct Slow(Arc<Semaphore>, bool);

#[async_trait]
impl AuditSink for Slow {
    async fn write(&self, _: &[AuditEvent]) -> Result<(), String> {
        let Ok(pass) = self.0.acquire().await else {
            return Ok(());
        };
        pass.forget();
        if self.1 {
            Err("the disk is full".to_owned())
        } else {
            Ok(())
        }
    }
}

#[tokio::test]
async fn a_sink_that_hangs_holds_up_no_request_and_what_is_lost_is_counted() {
    let gate = Arc::new(Semaphore::new(0));
    let trail = AuditTrail::to(Slow(Arc::clone(&gate), false)).room(5);
    let app = app(trail.clone());
    let events = logged(async {
        for _ in 0..50 {
            let asked = call(&app, Method::GET, "/write", "ann");
            let answer = tokio::time::timeout(Duration::from_secs(5), asked).await;
            assert_eq!(answer.expect("at once").status(), 403);
        }
    })
    .await;
    assert!(trail.lost() >= 40, "{trail:?}");
    let told: Vec<_> = events
        .iter()
        .filter(|(target, _)| target == "auth_core::audit")
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    gate.close();
    trail.flushed().await.expect("in time");
    assert_eq!(trail.lost() + trail.written(), 50);
}

#[tokio::test]
async fn what_a_sink_cant_keep_is_lost_and_counted() {
    let trail = AuditTrail::to(Slow(Arc::new(Semaphore::new(100)), true));
    let app = app(trail.clone());
    call(&app, Method::GET, "/write", "ann").await;
    trail.flushed().await.expect("in time");
    assert_eq!((trail.written(), trail.lost()), (0, 1));
}

#[tokio::test]
async fn the_log_takes_them_with_a_clients_text_escaped() {
    let trail = AuditTrail::to(TracingEvents).every_grant();
    let app = app(trail.clone());
    let events = logged(async {
        call(&app, Method::GET, "/write", "ann\t\"; writer").await;
        call(&app, Method::GET, "/drop/2", "ann").await;
        trail.flushed().await.expect("in time");
    })
    .await;
    let kept = events
        .iter()
        .filter(|(target, _)| target == "auth_core::audit::event");
    let kept: Vec<_> = kept.map(|(_, fields)| fields).collect();
    assert_eq!(kept.len(), 2, "{events:?}");
    assert_eq!(kept[0]["granted"], "true");
    assert!(!kept[0].contains_key("code"), "{:?}", kept[0]);
    assert!(!kept[0]["event"].contains('\t'));
    let event: Value = serde_json::from_str(&kept[0]["event"]).expect("JSON");
    assert_eq!(event["principal"]["subject"], "ann\t\"");
    assert_eq!(kept[1]["code"], "forbidden");
    assert!(kept[1]["handler"].ends_with("audit::drop_note"), "{kept:?}");
}

#[tokio::test]
async fn a_kept_appender_takes_the_lines() {
    let folder = std::env::temp_dir().join(format!("audit-{}", std::process::id()));
    let appender = tracing_appender::rolling::never(&folder, "audit.jsonl");
    let trail = AuditTrail::to(JsonLines::new(appender));
    call(&app(trail.clone()), Method::GET, "/write", "ann").await;
    trail.flushed().await.expect("in time");
    let text = std::fs::read_to_string(folder.join("audit.jsonl")).expect("a file");
    std::fs::remove_dir_all(&folder).expect("it was there");
    let event: Value = serde_json::from_str(&text).expect("one line");
    assert_eq!(event["code"], "forbidden");
}

/// A sink that panics at first, before and after it has waited.
struct Panics(std::sync::atomic::AtomicUsize);

#[async_trait]
impl AuditSink for Panics {
    async fn write(&self, _: &[AuditEvent]) -> Result<(), String> {
        let before = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        assert!(before != 0, "at once");
        tokio::task::yield_now().await;
        assert!(before != 1, "later");
        Ok(())
    }
}

#[tokio::test]
async fn a_sink_that_panics_is_given_what_comes_next_and_what_it_lost_is_counted() {
    let trail = AuditTrail::to(Panics(std::sync::atomic::AtomicUsize::new(0)));
    let app = app(trail.clone());
    for (lost, written) in [(1, 0), (2, 0), (2, 1), (2, 2)] {
        let events = logged(async {
            call(&app, Method::GET, "/write", "ann").await;
            trail.flushed().await.expect("in time");
        })
        .await;
        assert_eq!((trail.lost(), trail.written()), (lost, written));
        // The first loss is told, with the panic's words.
        let told = events.iter().find_map(|(_, fields)| fields.get("why"));
        let words = (lost == 1).then_some("\"it panicked: \\\"at once\\\"\"");
        assert_eq!(told.map(String::as_str), words);
    }
}

async fn denied(app: &Guarded) -> u16 {
    call(app, Method::GET, "/write", "ann").await.status()
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
}

#[test]
fn a_trail_outlives_the_runtime_that_its_first_event_came_from() {
    let gate = Arc::new(Semaphore::new(1));
    let trail = AuditTrail::to(Slow(Arc::clone(&gate), false));
    let app = app(trail.clone());
    // The sink keeps the first, and is at the second when the runtime ends; the third waits.
    let first = runtime();
    first.block_on(async {
        for _ in 0..3 {
            assert_eq!(denied(&app).await, 403);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let why = trail.flushed_within(Duration::from_millis(1)).await;
        let why = why.expect_err("it hangs");
        assert_eq!(why.waiting(), 2);
        assert_eq!(why.to_string(), "2 audit events still wait for their sink");
    });
    drop(first);
    assert_eq!((trail.written(), trail.lost()), (1, 1));
    gate.add_permits(10);
    runtime().block_on(async {
        assert_eq!(denied(&app).await, 403);
        trail.flushed().await.expect("in time");
    });
    assert_eq!((trail.written(), trail.lost()), (3, 1));
}

#[test]
fn what_is_decided_outside_of_a_runtime_waits_for_one() {
    let trail = AuditTrail::to(Slow(Arc::new(Semaphore::new(10)), false));
    let app = app(trail.clone());
    let status = futures_util::FutureExt::now_or_never(denied(&app));
    assert_eq!(status, Some(403), "it panics for nobody");
    assert_eq!((trail.written(), trail.lost()), (0, 0));
    let flushed = runtime().block_on(trail.flushed());
    flushed.expect("in time");
    assert_eq!((trail.written(), trail.lost()), (1, 0));
}

#[tokio::test]
async fn clones_have_one_queue_whatever_is_set_on_them() {
    let trail = AuditTrail::to(Slow(Arc::new(Semaphore::new(10)), false));
    let other = trail.clone().every_grant().room(7);
    let app = app(other);
    assert_eq!(denied(&app).await, 403);
    let answer = call(&app, Method::GET, "/write", "ann; writer").await;
    assert_eq!(answer.status(), 200);
    trail.flushed().await.expect("in time");
    assert_eq!((trail.written(), trail.lost()), (2, 0));
}

#[tokio::test]
async fn a_flood_of_denials_pushes_out_no_grant() {
    let gate = Arc::new(Semaphore::new(0));
    let trail = AuditTrail::to(Slow(Arc::clone(&gate), false)).room(8);
    let app = app(trail.clone().every_grant());
    for _ in 0..100 {
        assert_eq!(denied(&app).await, 403);
    }
    let before = trail.lost();
    let answer = call(&app, Method::GET, "/write", "ann; writer").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(trail.lost(), before, "there is room for a grant");
    assert_eq!(trail.lost_denials(), before);
    gate.close();
    trail.flushed().await.expect("in time");
    assert_eq!(trail.written() + trail.lost(), 101);
}

/// Waits for ever.
struct Stuck;

#[async_trait]
impl AuditSink for Stuck {
    async fn write(&self, _: &[AuditEvent]) -> Result<(), String> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_flood_of_public_answers_pushes_out_no_guarded_grant() {
    #[public(because = "probes ask for it")]
    async fn health() -> &'static str {
        "ok"
    }
    let trail = AuditTrail::to(Stuck).room(8).every_grant();
    let app = PolicyRouter::new()
        .route("/health", get(health))
        .route("/write", get(super::write))
        .audit(trail.clone())
        .authenticate(Callers);
    for _ in 0..100 {
        call(&app, Method::GET, "/health", "").await;
    }
    let before = trail.lost();
    let answer = call(&app, Method::GET, "/write", "ann; writer").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(trail.lost(), before, "there is room for a guarded grant");
}

#[test]
fn what_still_waits_when_all_is_dropped_is_counted_and_told() {
    let events = logged(async {
        let runtime = runtime();
        runtime.block_on(async {
            let app = app(AuditTrail::to(Stuck));
            denied(&app).await;
            // The writer takes it, and waits for its sink.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            for _ in 0..9 {
                denied(&app).await;
            }
        });
        drop(runtime);
    });
    let events = futures_util::FutureExt::now_or_never(events).expect("it waits for nothing");
    let mut told = events.iter().filter_map(|(_, fields)| fields.get("lost"));
    assert_eq!(told.next_back().map(String::as_str), Some("10"));
}

/// A disk that is full once, in the middle of a line.
#[derive(Clone, Default)]
struct Full {
    kept: Memory,
    was_full: bool,
}

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.was_full {
            return self.kept.write(bytes);
        }
        if !self.kept.text().is_empty() {
            self.was_full = true;
            return Err(io::Error::other("the disk is full"));
        }
        self.kept.write(&bytes[..20])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn half_a_line_spoils_no_other_one() {
    let disk = Full::default();
    let trail = AuditTrail::to(JsonLines::new(disk.clone()));
    let app = app(trail.clone());
    for _ in 0..2 {
        denied(&app).await;
        trail.flushed().await.expect("in time");
    }
    assert_eq!((trail.written(), trail.lost()), (1, 1));
    let text = disk.kept.text();
    let lines: Vec<_> = text.lines().map(serde_json::from_str::<Value>).collect();
    assert!(matches!(&lines[..], [Err(_), Ok(_)]), "{text}");
}

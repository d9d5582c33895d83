use std::{
    collections::VecDeque,
    mem,
    pin::pin,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use tokio::sync::Notify;

use super::AuditEvent;

/// So many events wait for the sink, unless said otherwise.
const ROOM: usize = 4096;
/// A sink is given so many at a time.
const BATCH: usize = 256;
/// A loss is logged the first time, and each time that so many more are lost.
const LOGGED_EACH: u64 = 1000;

/// Events that wait for the sink, and how many were kept and lost.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    room: AtomicUsize,
    written: AtomicU64,
    lost: AtomicU64,
    lost_denials: AtomicU64,
    /// Told when there is something to do.
    work: Notify,
    /// Told when something was done.
    done: Notify,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<AuditEvent>,
    /// How many of them anybody can make.
    by_anybody: usize,
    /// How many were ever taken in, and how many of them the sink was given.
    taken_in: u64,
    given: u64,
    /// Whether a task empties it.
    written: bool,
    /// Whether nobody can put anything in any more.
    closed: bool,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            room: AtomicUsize::new(ROOM),
            written: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            lost_denials: AtomicU64::new(0),
            work: Notify::new(),
            done: Notify::new(),
        }
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_room(&self, events: usize) {
        self.room.store(events.max(1), Ordering::Relaxed);
    }

    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    pub(super) fn lost_denials(&self) -> u64 {
        self.lost_denials.load(Ordering::Relaxed)
    }

    /// Takes an event in, if there is room. Anybody can make denials and call public routes, as often as they like: a
    /// quarter of the room is for other grants alone.
    pub(super) fn put(&self, event: AuditEvent) {
        let room = self.room.load(Ordering::Relaxed);
        let mut waiting = self.waiting();
        let full = waiting.events.len() >= room
            || (event.by_anybody && waiting.by_anybody >= (room - room / 4).max(1));
        if full {
            drop(waiting);
            self.lose(&[event], "there is no room for more");
            return;
        }
        waiting.by_anybody += usize::from(event.by_anybody);
        waiting.taken_in += 1;
        waiting.events.push_back(event);
        drop(waiting);
        self.work.notify_one();
    }

    /// What the sink is given next. Nothing, where nothing waits.
    fn take(&self) -> Vec<AuditEvent> {
        let mut waiting = self.waiting();
        let batch = BATCH.min(waiting.events.len());
        let events: Vec<_> = waiting.events.drain(..batch).collect();
        waiting.by_anybody -= events.iter().filter(|event| event.by_anybody).count();
        events
    }

    /// What the sink is given next, as soon as there is something; none, where there will be nothing any more.
    pub(super) async fn next(&self) -> Option<Vec<AuditEvent>> {
        loop {
            // In this order: what is told between the two is heard.
            let work = self.work.notified();
            let events = self.take();
            if !events.is_empty() {
                return Some(events);
            }
            if self.waiting().closed {
                return None;
            }
            work.await;
        }
    }

    /// Notes what became of events that the sink was given.
    pub(super) fn gave(&self, events: &[AuditEvent], kept: Result<(), &str>) {
        let some = count(events.len());
        match kept {
            Ok(()) => {
                self.written.fetch_add(some, Ordering::Relaxed);
            }
            Err(why) => self.lose(events, why),
        }
        self.waiting().given += some;
        self.done.notify_waiters();
    }

    fn lose(&self, events: &[AuditEvent], why: &str) {
        let (before, lost) = self.count_lost(events);
        if before == 0 || before / LOGGED_EACH != lost / LOGGED_EACH {
            self.tell_of_lost(why);
        }
    }

    /// How many were lost before, and how many are now.
    fn count_lost(&self, events: &[AuditEvent]) -> (u64, u64) {
        let some = count(events.len());
        let denials = events.iter().filter(|event| !event.granted).count();
        self.lost_denials
            .fetch_add(count(denials), Ordering::Relaxed);
        let before = self.lost.fetch_add(some, Ordering::Relaxed);
        (before, before + some)
    }

    fn tell_of_lost(&self, why: &str) {
        let (lost, denials) = (self.lost(), self.lost_denials());
        tracing::error!(
            target: "auth_core::audit",
            lost, denials, why = ?why, "audit events are lost"
        );
    }

    /// Whether a task must begin that empties the queue: whoever is told so begins it.
    pub(super) fn wants_writer(&self) -> bool {
        let mut waiting = self.waiting();
        !mem::replace(&mut waiting.written, true)
    }

    /// The task that empties the queue has ended.
    pub(super) fn lacks_writer(&self) {
        self.waiting().written = false;
        self.stays_unwritten();
    }

    /// No task can begin to empty the queue now: what waits for one that never will is given up.
    pub(super) fn stays_unwritten(&self) {
        let waiting = self.waiting();
        if waiting.closed && !waiting.written {
            self.give_up(waiting);
        }
    }

    /// Nobody will write what waits.
    fn give_up(&self, mut waiting: MutexGuard<'_, Waiting>) {
        let events = Vec::from(mem::take(&mut waiting.events));
        waiting.by_anybody = 0;
        drop(waiting);
        if !events.is_empty() {
            self.count_lost(&events);
            self.tell_of_lost("there is no runtime to write them in");
        }
    }

    /// Nobody can put anything in any more.
    pub(super) fn close(&self) {
        let mut waiting = self.waiting();
        waiting.closed = true;
        if waiting.written {
            drop(waiting);
            self.work.notify_one();
        } else {
            self.give_up(waiting);
        }
    }

    /// Waits until the sink was given all that was taken in so far.
    pub(super) async fn given(&self) {
        let until = self.waiting().taken_in;
        loop {
            let mut done = pin!(self.done.notified());
            // So that what is told from here on is heard.
            done.as_mut().enable();
            if self.waiting().given >= until {
                return;
            }
            done.await;
        }
    }

    /// How many events the sink has yet to be given, or to keep.
    pub(super) fn not_given(&self) -> u64 {
        let waiting = self.waiting();
        waiting.taken_in - waiting.given
    }
}

fn count(events: usize) -> u64 {
    u64::try_from(events).unwrap_or(u64::MAX)
}

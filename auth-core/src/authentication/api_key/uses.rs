use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::{task::JoinHandle, time::sleep};

use super::ApiKeyStore;
use crate::facts::within;

/// When keys were used last, on its way to the store. No request waits for it.
///
/// One task writes, one use at a time, and rests after each round. What comes in meanwhile waits, one use of a key, the
/// latest. What there is no room for is lost, and noted with the key's next use: it is a time for people to look at, and
/// nothing is decided by it.
pub(super) struct Uses {
    store: Arc<dyn ApiKeyStore>,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    latest: HashMap<Box<str>, SystemTime>,
    writer: Option<JoinHandle<()>>,
}

/// The uses of so many keys wait.
const ROOM: usize = 1024;
/// How long the store may take for one.
const CALL: Duration = Duration::from_secs(5);
/// A store that fails is asked no oftener.
const REST: Duration = Duration::from_secs(1);

impl Uses {
    pub(super) fn of(store: Arc<dyn ApiKeyStore>) -> Self {
        Self {
            store,
            waiting: Mutex::default(),
        }
    }

    pub(super) fn note(self: &Arc<Self>, id: &str, at: SystemTime) {
        let mut waiting = self.waiting();
        if let Some(latest) = waiting.latest.get_mut(id) {
            *latest = at.max(*latest);
        } else if waiting.latest.len() < ROOM {
            waiting.latest.insert(id.into(), at);
        }
        // One that ended with its runtime has a successor in another.
        if waiting.writer.as_ref().is_none_or(JoinHandle::is_finished) {
            waiting.writer = Some(tokio::spawn(Arc::clone(self).write()));
        }
    }

    async fn write(self: Arc<Self>) {
        while let Some(round) = self.next_round() {
            for (id, at) in round {
                let written = within(CALL, self.store.used(&id, at)).await;
                if let Err(why) = written.and_then(|written| written) {
                    tracing::warn!(
                        target: "auth_core::authentication",
                        key = ?id, why = ?why, "a key's use wasn't noted"
                    );
                }
            }
            sleep(REST).await;
        }
    }

    /// What waits. Where nothing does, there is no writer any more: the next use begins one.
    fn next_round(&self) -> Option<HashMap<Box<str>, SystemTime>> {
        let mut waiting = self.waiting();
        if waiting.latest.is_empty() {
            waiting.writer = None;
            return None;
        }
        Some(mem::take(&mut waiting.latest))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Arc,
        time::{Duration, SystemTime},
    };

    use super::{super::MemoryApiKeys, ROOM, Uses};

    #[tokio::test]
    async fn what_waits_has_a_bound_and_a_key_one_place() {
        let uses = Arc::new(Uses::of(Arc::new(MemoryApiKeys::default())));
        let now = SystemTime::now();
        for number in 0..3 * ROOM {
            uses.note(&number.to_string(), now);
        }
        let later = now + Duration::from_secs(1);
        uses.note("0", later);
        uses.note("0", now);
        let waiting = uses.waiting();
        assert_eq!(waiting.latest.len(), ROOM);
        assert_eq!(waiting.latest["0"], later);
    }

    #[test]
    fn a_writer_that_ended_with_its_runtime_has_a_successor() {
        let uses = Arc::new(Uses::of(Arc::new(MemoryApiKeys::default())));
        for _ in 0..2 {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build();
            runtime.expect("a runtime").block_on(async {
                uses.note("one", SystemTime::now());
                tokio::task::yield_now().await;
                assert!(uses.waiting().latest.is_empty(), "it is written");
            });
        }
    }
}

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use super::{Revocation, room::Room, snapshot::Snapshot};
use crate::Identity;

/// What is revoked, for readers that never wait.
pub(super) struct Ledger<R>(R);

/// What the ledger says of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Counts,
    Revoked(&'static str),
    /// The ledger can't tell: it is older than the bound.
    Unknown,
}

impl<R: Room<Snapshot>> Ledger<R> {
    pub(super) fn new(room: R) -> Self {
        Self(room)
    }

    /// Asks about a credential; `bound` is how old the ledger may be, none where it can't be.
    pub(super) fn ask(&self, identity: &Identity, bound: Option<Duration>) -> Standing {
        self.0
            .read(|snapshot| match snapshot.why_revoked(identity) {
                // What was revoked stays so, however old the ledger is.
                Some(why) => Standing::Revoked(why),
                None => match (bound, snapshot.complete_at) {
                    (None, _) => Standing::Counts,
                    (Some(bound), Some(at)) if at.elapsed() <= bound => Standing::Counts,
                    (Some(_), _) => Standing::Unknown,
                },
            })
    }

    /// Whether it ever knew all that is revoked.
    pub(super) fn was_complete(&self) -> bool {
        self.0.read(|snapshot| snapshot.complete_at.is_some())
    }

    /// Whether it knows all that was revoked by then.
    pub(super) fn was_complete_at(&self, then: Instant) -> bool {
        self.0
            .read(|snapshot| snapshot.complete_at.is_some_and(|at| at >= then))
    }

    /// Adds revocations; they count when this returns. `complete_at` says that there were no others
    /// then.
    pub(super) fn add(&self, revocations: &[Revocation], complete_at: Option<Instant>) {
        loop {
            let was = self.0.current();
            let mut next = Snapshot::clone(&was);
            for revocation in revocations {
                next.add(revocation);
            }
            next.tidy(SystemTime::now());
            // Never back: an older reading may come in later than a younger one.
            next.complete_at = next.complete_at.max(complete_at);
            if self.0.replace(&was, Arc::new(next)) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use shuttle::{sync::Mutex, thread};

    use super::{Ledger, Room, Snapshot, Standing};
    use crate::{Identity, authentication::revocation::Revocation};

    /// A room whose every use is a point where the scheduler may turn to another thread.
    struct Scheduled(Mutex<Arc<Snapshot>>);

    impl Room<Snapshot> for Scheduled {
        fn read<A>(&self, look: impl FnOnce(&Snapshot) -> A) -> A {
            look(&self.current())
        }

        fn current(&self) -> Arc<Snapshot> {
            Arc::clone(&self.0.lock().expect("nobody panics with it"))
        }

        fn replace(&self, was: &Arc<Snapshot>, with: Arc<Snapshot>) -> bool {
            let mut held = self.0.lock().expect("nobody panics with it");
            let same = Arc::ptr_eq(&held, was);
            if same {
                *held = with;
            }
            same
        }
    }

    fn token(id: &str) -> Identity {
        Identity::person("i", "ann").credential(id)
    }

    /// A cache of what verified, filled by a reader whose verification may have begun before.
    type Cache = Arc<Mutex<Option<Arc<Identity>>>>;

    fn accepted(cache: &Cache, ledger: &Ledger<Scheduled>) -> bool {
        let known = cache.lock().expect("nobody panics with it").clone();
        let identity = known.unwrap_or_else(|| {
            let verified = Arc::new(token("one"));
            thread::yield_now();
            *cache.lock().expect("nobody panics with it") = Some(Arc::clone(&verified));
            verified
        });
        ledger.ask(&identity, None) == Standing::Counts
    }

    #[test]
    fn in_every_order_nothing_revoked_counts_and_no_revocation_is_lost() {
        shuttle::check_random(
            || {
                let room = Scheduled(Mutex::new(Arc::default()));
                let ledger = Arc::new(Ledger::new(room));
                let cache = Cache::default();
                let revoked = Arc::new(Mutex::new(false));
                let writers = ["one", "two"].map(|id| {
                    let (ledger, revoked) = (Arc::clone(&ledger), Arc::clone(&revoked));
                    thread::spawn(move || {
                        ledger.add(&[Revocation::credential("i", id)], None);
                        if id == "one" {
                            *revoked.lock().expect("nobody panics with it") = true;
                        }
                    })
                });
                let readers = [(); 2].map(|()| {
                    let (ledger, cache) = (Arc::clone(&ledger), Arc::clone(&cache));
                    let revoked = Arc::clone(&revoked);
                    thread::spawn(move || {
                        let before = *revoked.lock().expect("nobody panics with it");
                        let accepted = accepted(&cache, &ledger);
                        assert!(!(before && accepted), "revoked before, and accepted");
                    })
                });
                for thread in writers.into_iter().chain(readers) {
                    thread.join().expect("a thread ends");
                }
                for id in ["one", "two"] {
                    let standing = ledger.ask(&token(id), None);
                    assert_eq!(standing, Standing::Revoked("it is revoked"), "{id}");
                }
                assert!(!accepted(&cache, &ledger), "remembered, and revoked");
            },
            5_000,
        );
    }

    #[test]
    fn an_older_reading_that_comes_late_takes_nothing_back() {
        let ledger = Ledger::new(arc_swap::ArcSwap::<Snapshot>::default());
        let young = tokio::time::Instant::now();
        let old = young - Duration::from_mins(1);
        ledger.add(&[Revocation::credential("i", "one")], Some(young));
        ledger.add(&[], Some(old));
        let bound = Some(Duration::from_secs(30));
        assert_eq!(ledger.ask(&token("two"), bound), Standing::Counts);
        assert_ne!(ledger.ask(&token("one"), bound), Standing::Counts);
    }
}

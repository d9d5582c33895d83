use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::{
    task::AbortHandle,
    time::{Instant, timeout},
};

use super::{algorithm::Algorithm, key_set::KeySet, key_source::KeySource};
use crate::facts::within;

/// How long a set is used before it is asked for again; a response may say less.
const MAX_AGE: Duration = Duration::from_mins(10);
/// A response may not say less than this: a key isn't taken back faster than it is published.
const MIN_AGE: Duration = Duration::from_secs(30);
/// A key nobody knows costs one call in so long, whoever names it.
const COOLDOWN: Duration = Duration::from_secs(30);
/// A call that failed is tried again after so long.
const RETRY: Duration = Duration::from_secs(5);
/// How long a call may take.
const CALL: Duration = Duration::from_secs(5);
/// How long a request waits for new keys when there are old ones.
const PATIENCE: Duration = Duration::from_secs(2);

/// The keys of an issuer that publishes them, kept fresh.
///
/// Calls run in tasks of their own, one at a time: a client that goes away takes none with it, and
/// all who need the answer wait for the same one.
pub(super) struct Remote(Arc<Shelf>);

struct Shelf {
    issuer: String,
    source: Arc<dyn KeySource>,
    allowed: Vec<Algorithm>,
    outage: Duration,
    held: ArcSwapOption<Held>,
    refresh: Mutex<Refresh>,
}

struct Held {
    set: Arc<KeySet>,
    text: Vec<u8>,
    at: Instant,
    fresh_for: Duration,
}

/// How the calls went.
#[derive(Default)]
struct Refresh {
    last: Option<Instant>,
    last_for_unknown: Option<Instant>,
    /// Why the last one that ended failed, if it did.
    failure: Option<String>,
    running: Option<(AbortHandle, Running)>,
}

/// Why a call is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Because {
    /// There are no keys, or they get old.
    Age,
    /// A token names a key that isn't known.
    UnknownKey,
}

type Running = Shared<BoxFuture<'static, ()>>;

impl Remote {
    pub(super) fn new(
        issuer: &str,
        source: Arc<dyn KeySource>,
        allowed: Vec<Algorithm>,
        outage: Duration,
    ) -> Self {
        Self(Arc::new(Shelf {
            issuer: issuer.to_owned(),
            source,
            allowed,
            outage,
            held: ArcSwapOption::empty(),
            refresh: Mutex::default(),
        }))
    }

    /// The keys as of now, among them one that is `wanted` if the issuer has it.
    ///
    /// # Errors
    ///
    /// None can be had now, or the wanted one may be among those that can't be had: no token can be
    /// judged for want of it.
    pub(super) async fn keys(
        &self,
        wanted: impl Fn(&KeySet) -> bool + Send,
    ) -> Result<Arc<KeySet>, String> {
        let set = self.current().await?;
        if wanted(&set) {
            return Ok(set);
        }
        if let Some(running) = self.0.call(Because::UnknownKey) {
            running.await;
        }
        let set = self.0.usable()?;
        match self.0.failure() {
            Some(why) if !wanted(&set) => Err(why),
            _ => Ok(set),
        }
    }

    async fn current(&self) -> Result<Arc<KeySet>, String> {
        let patience = match &*self.0.held.load() {
            Some(held) if held.age() < held.fresh_for => {
                if held.age() >= held.fresh_for / 5 * 4 {
                    // Ahead of time, so that nobody waits.
                    self.0.call(Because::Age);
                }
                return Ok(Arc::clone(&held.set));
            }
            // The issuer was asked, and didn't answer: it is asked again, and nobody waits.
            Some(_) if self.0.failure().is_some() => Duration::ZERO,
            Some(_) => PATIENCE,
            None => CALL,
        };
        if let Some(running) = self.0.call(Because::Age) {
            let _ = timeout(patience, running).await;
        }
        self.0.usable()
    }
}

impl Held {
    fn age(&self) -> Duration {
        Instant::now().saturating_duration_since(self.at)
    }
}

impl Shelf {
    /// The call that is under way, or a new one unless the last was too short a while ago.
    fn call(self: &Arc<Self>, because: Because) -> Option<Running> {
        let mut refresh = self.refresh();
        // The task itself is asked: what is shared knows that it ended only if somebody waited for it.
        if let Some((task, running)) = &refresh.running
            && !task.is_finished()
        {
            return Some(running.clone());
        }
        let (last, apart) = match because {
            Because::UnknownKey => (refresh.last_for_unknown, COOLDOWN),
            Because::Age if refresh.failure.is_some() => (refresh.last, RETRY),
            Because::Age => (None, Duration::ZERO),
        };
        let now = Instant::now();
        if last.is_some_and(|last| now.saturating_duration_since(last) < apart) {
            return None;
        }
        let shelf = Arc::clone(self);
        let task = tokio::spawn(async move { shelf.fill().await });
        let handle = task.abort_handle();
        let running = task.map(|_| ()).boxed().shared();
        refresh.last = Some(now);
        if because == Because::UnknownKey {
            refresh.last_for_unknown = Some(now);
        }
        refresh.running = Some((handle, running.clone()));
        Some(running)
    }

    /// What is held, if it isn't older than an outage may last.
    fn usable(&self) -> Result<Arc<KeySet>, String> {
        match &*self.held.load() {
            Some(held) if held.age() < held.fresh_for.saturating_add(self.outage) => {
                Ok(Arc::clone(&held.set))
            }
            _ => Err(self
                .failure()
                .unwrap_or_else(|| "the issuer's keys are not there yet".to_owned())),
        }
    }

    fn failure(&self) -> Option<String> {
        self.refresh().failure.clone()
    }

    fn refresh(&self) -> MutexGuard<'_, Refresh> {
        self.refresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fill(&self) {
        let filled = match within(CALL, self.source.fetch()).await {
            Ok(Ok(published)) => self.keep(published.set, published.max_age),
            Ok(Err(why)) | Err(why) => Err(why),
        };
        if let Err(why) = &filled {
            tracing::warn!(
                target: "auth_core::authentication",
                issuer = ?self.issuer, why = ?why, "the issuer's keys can't be had"
            );
        }
        self.refresh().failure = filled.err();
    }

    fn keep(&self, text: Vec<u8>, max_age: Option<Duration>) -> Result<(), String> {
        let set = match &*self.held.load() {
            // Skipped keys are logged when they are new, not with every call.
            Some(before) if before.text == text => Arc::clone(&before.set),
            _ => Arc::new(self.read(&text)?),
        };
        self.held.store(Some(Arc::new(Held {
            set,
            text,
            at: Instant::now(),
            fresh_for: max_age.map_or(MAX_AGE, |age| age.clamp(MIN_AGE, MAX_AGE)),
        })));
        Ok(())
    }

    fn read(&self, text: &[u8]) -> Result<KeySet, String> {
        let (set, skipped) = KeySet::read(&[text], &self.allowed)?;
        if set.holds_secrets() {
            return Err("it publishes secrets".to_owned());
        }
        for key in &skipped {
            key.log(&self.issuer);
        }
        if set.is_empty() {
            return Err("it has no key that can be used".to_owned());
        }
        Ok(set)
    }
}

use std::{
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::{ArcSwap, ArcSwapOption};
use futures_util::future::{Either, select};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

use super::{
    Revocation, RevocationStore,
    ledger::{Ledger, Standing},
    snapshot::Snapshot,
};
use crate::{Identity, facts::within};

/// What is revoked, and how to revoke more. Cheap to clone: all clones are one.
///
/// ```
/// use auth_core::{
///     Authenticator, Bearer, Guarded, Issuer, PolicyRouter, Principal, Revocation, Revocations,
///     requires, routing::post,
/// };
/// use axum::{extract::State, http::StatusCode};
///
/// #[requires(authenticated)]
/// async fn log_out(me: Principal, revocations: State<Revocations>) -> StatusCode {
///     let all = Revocation::of_session(&me).unwrap_or_else(|| Revocation::of_subject(&me));
///     match revocations.revoke(all).await {
///         Ok(()) => StatusCode::NO_CONTENT,
///         Err(_) => StatusCode::SERVICE_UNAVAILABLE,
///     }
/// }
///
/// fn app(issuer: Issuer) -> Guarded {
///     let revocations = Revocations::in_memory();
///     PolicyRouter::new()
///         .route("/logout", post(log_out))
///         .with_state(revocations.clone())
///         .authenticate(Bearer::jwt(issuer).revocable(revocations))
/// }
/// ```
#[derive(Clone)]
pub struct Revocations(Arc<Shared>);

struct Shared {
    ledger: Ledger<ArcSwap<Snapshot>>,
    store: Option<Arc<dyn RevocationStore>>,
    /// In milliseconds: a setting that all clones share, like all else.
    bound: AtomicU64,
    followed: AtomicBool,
    /// Told after each reading of the store, whether it went well or not.
    read: Notify,
    /// Somebody waits for the next reading.
    wanted: Arc<Notify>,
    /// Why the last reading failed, if it did.
    failure: ArcSwapOption<String>,
}

/// What is revoked can't be stored or read now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationFailed(String);

/// How long a store may take.
const CALL: Duration = Duration::from_secs(5);
/// A store is read no faster, though it say again and again that something is new.
const SHORTEST: Duration = Duration::from_millis(5);

impl Revocations {
    /// Kept in this process alone: gone with it, and unknown to others.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::new(None, Duration::ZERO)
    }

    /// Kept in a store, which all who share it follow: within five seconds unless
    /// [`bound`](Self::bound) says otherwise.
    pub fn stored(store: impl RevocationStore) -> Self {
        Self::new(Some(Arc::new(store)), Duration::from_secs(5))
    }

    fn new(store: Option<Arc<dyn RevocationStore>>, bound: Duration) -> Self {
        Self(Arc::new(Shared {
            ledger: Ledger::new(ArcSwap::default()),
            store,
            bound: AtomicU64::new(milliseconds(bound)),
            followed: AtomicBool::new(false),
            read: Notify::new(),
            wanted: Arc::default(),
            failure: ArcSwapOption::empty(),
        }))
    }

    /// How long after [`revoke`](Self::revoke) returned a revoked credential may still be accepted on
    /// another machine, at the very most. A machine that can't read the store for so long answers 503.
    ///
    /// The store is read five times in this time, and whenever it says that something is new. All clones have the
    /// bound that was said last.
    #[must_use]
    pub fn bound(self, bound: Duration) -> Self {
        self.0.bound.store(milliseconds(bound), Ordering::Relaxed);
        self
    }

    /// Revokes. When it returns, what is revoked is refused in this process, and everywhere within the
    /// bound.
    ///
    /// # Errors
    ///
    /// The store can't be written to: the revocation may not count, try again.
    pub async fn revoke(&self, revocation: Revocation) -> Result<(), RevocationFailed> {
        if let Some(store) = &self.0.store {
            let added = within(CALL, store.add(&revocation)).await;
            added.and_then(|added| added).map_err(RevocationFailed)?;
        }
        self.0.ledger.add(&[revocation], None);
        Ok(())
    }

    /// Reads the store, which serving doesn't wait for: a request that can't be judged answers 503.
    ///
    /// # Errors
    ///
    /// The store can't be read.
    pub async fn warm_up(&self) -> Result<(), RevocationFailed> {
        self.complete().await;
        match self.0.failure.load_full() {
            Some(why) if !self.0.ledger.was_complete() => {
                Err(RevocationFailed(String::clone(&why)))
            }
            _ => Ok(()),
        }
    }

    pub(super) async fn ask(&self, identity: &Identity) -> Standing {
        self.complete().await;
        let bound = self.0.store.as_ref().map(|_| self.0.bound());
        self.0.ledger.ask(identity, bound)
    }

    /// The same as of now, and not of when the store was read last.
    pub(super) async fn ask_now(&self, identity: &Identity) -> Standing {
        if self.0.store.is_some() {
            let began = Instant::now();
            self.complete().await;
            let read = timeout(CALL, async {
                while !self.0.ledger.was_complete_at(began) {
                    let read = self.0.read.notified();
                    self.0.wanted.notify_one();
                    if !self.0.ledger.was_complete_at(began) {
                        read.await;
                    }
                }
            });
            if read.await.is_err() {
                return Standing::Unknown;
            }
        }
        self.ask(identity).await
    }

    /// Sees to it that the store is followed, and waits for its first reading.
    async fn complete(&self) {
        let Some(store) = &self.0.store else { return };
        if !self.0.followed.swap(true, Ordering::AcqRel) {
            let following = Following(Arc::downgrade(&self.0));
            tokio::spawn(follow(following, Arc::clone(store)));
        }
        if self.0.ledger.was_complete() {
            return;
        }
        // In this order: what is told between the two is heard.
        let read = self.0.read.notified();
        if !self.0.ledger.was_complete() {
            let _ = timeout(CALL, read).await;
        }
    }
}

impl Shared {
    fn bound(&self) -> Duration {
        Duration::from_millis(self.bound.load(Ordering::Relaxed))
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The one task that follows the store. Where it ends, by a panic or with its runtime, the next request begins another.
struct Following(Weak<Shared>);

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.followed.store(false, Ordering::Release);
        }
    }
}

/// Follows the store for as long as somebody holds the revocations.
async fn follow(shared: Following, store: Arc<dyn RevocationStore>) {
    let mut cursor = None;
    loop {
        let asked = Instant::now();
        let answer = within(CALL, store.since(cursor.as_deref())).await;
        let Some(shared) = shared.0.upgrade() else {
            return;
        };
        match answer.and_then(|answer| answer) {
            Ok(new) => {
                // As of when it was asked: what was added since may or may not be among it.
                shared.ledger.add(&new.revocations, Some(asked));
                shared.failure.store(None);
                cursor = new.cursor;
            }
            Err(why) => {
                if shared.failure.load().is_none() {
                    tracing::error!(
                        target: "auth_core::authentication",
                        why = ?why, bound = ?shared.bound(), "revocations can't be followed"
                    );
                }
                shared.failure.store(Some(Arc::new(why)));
            }
        }
        shared.read.notify_waiters();
        let pause = sleep((shared.bound() / 5).max(SHORTEST));
        let wanted = Arc::clone(&shared.wanted);
        drop(shared);
        let wanted = std::pin::pin!(wanted.notified());
        let news = select(store.changed(), wanted);
        if let Either::Right(_) = select(std::pin::pin!(pause), news).await {
            sleep(SHORTEST).await;
        }
    }
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocations")
            .field("stored", &self.0.store.is_some())
            .field("bound", &self.0.bound())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for RevocationFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "revocations can't be stored or read now: {}", self.0)
    }
}

impl std::error::Error for RevocationFailed {}

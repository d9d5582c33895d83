use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::{Cache, DefaultLifecycle, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, UnitWeighter};

use crate::{Identity, authentication::later};

/// Tokens that verified, so that the same one isn't verified with every request.
///
/// Only who a token names is kept, never what was decided; a token that doesn't verify leaves nothing
/// behind. Each verifier has a cache of its own.
pub(super) struct TokenCache<S> {
    entries: Cache<TokenHash, Arc<Verified<S>>>,
    keep: Duration,
}

/// The hash of a whole token, signature included: the cache holds no credential.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenHash([u8; 32]);

/// A token that verified.
pub(super) struct Verified<S> {
    pub(super) identity: Arc<Identity>,
    /// What it was signed with, with which it ceases to count.
    pub(super) signed: S,
    /// When it ends.
    pub(super) until: SystemTime,
}

/// The right to put a token in, which one of those who ask for it has at a time.
pub(super) type Cold<'c, S> = PlaceholderGuard<
    'c,
    TokenHash,
    Arc<Verified<S>>,
    UnitWeighter,
    DefaultHashBuilder,
    DefaultLifecycle<TokenHash, Arc<Verified<S>>>,
>;

impl TokenHash {
    pub(super) fn of(token: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(hash)
    }
}

impl<S> TokenCache<S> {
    /// A cache of so many tokens; none of nothing.
    pub(super) fn new(tokens: usize, keep: Duration) -> Option<Self> {
        (tokens > 0 && !keep.is_zero()).then(|| Self {
            entries: Cache::new(tokens),
            keep,
        })
    }

    /// What is known of a token, or the right to find out. All others who ask meanwhile wait.
    pub(super) async fn look(&self, token: &TokenHash) -> Result<Arc<Verified<S>>, Cold<'_, S>> {
        let found = self.entries.get_value_or_guard_async(token).await;
        #[cfg(feature = "metrics")]
        crate::audit::metrics::token_looked_up(found.is_ok());
        found
    }

    pub(super) fn keep(&self, cold: Cold<'_, S>, mut verified: Verified<S>, now: SystemTime) {
        verified.until = verified.until.min(later(now, self.keep));
        // It fails if the entry was taken out meanwhile, which is as good.
        let _ = cold.insert(Arc::new(verified));
    }

    /// Forgets what was found, and not what somebody else has put there since.
    pub(super) fn forget(&self, token: &TokenHash, found: &Arc<Verified<S>>) {
        self.entries
            .remove_if(token, |held| Arc::ptr_eq(held, found));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::{Duration, SystemTime},
    };

    use futures_util::future::join_all;

    use super::{TokenCache, TokenHash, Verified};
    use crate::Identity;

    fn verified() -> Verified<()> {
        Verified {
            identity: Arc::new(Identity::person("i", "ann")),
            signed: (),
            until: SystemTime::now() + Duration::from_hours(1),
        }
    }

    fn hash(number: u32) -> TokenHash {
        TokenHash::of(&number.to_string())
    }

    async fn put(cache: &TokenCache<()>, token: &TokenHash) {
        if let Err(cold) = cache.look(token).await {
            cache.keep(cold, verified(), SystemTime::now());
        }
    }

    #[tokio::test]
    async fn a_million_bad_tokens_take_no_room_from_the_good_ones() {
        let cache = TokenCache::<()>::new(1_000, Duration::from_mins(5)).expect("a cache");
        for good in 0..500 {
            put(&cache, &hash(good)).await;
        }
        for bad in 1_000..1_001_000 {
            // It is looked up, judged, and nothing is put in.
            assert!(cache.look(&hash(bad)).await.is_err());
        }
        assert_eq!(cache.entries.len(), 500);
        for good in 0..500 {
            assert!(cache.look(&hash(good)).await.is_ok(), "token {good}");
        }
    }

    #[tokio::test]
    async fn more_good_tokens_than_fit_are_not_kept() {
        let cache = TokenCache::<()>::new(1_000, Duration::from_mins(5)).expect("a cache");
        for good in 0..100_000 {
            put(&cache, &hash(good)).await;
        }
        assert!(cache.entries.len() <= 1_000, "{}", cache.entries.len());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn one_of_those_who_ask_at_once_verifies() {
        let cache = Arc::new(TokenCache::<()>::new(10, Duration::from_mins(5)).expect("a cache"));
        let judged = Arc::new(AtomicUsize::new(0));
        let asked = (0..100).map(|_| {
            let (cache, judged) = (Arc::clone(&cache), Arc::clone(&judged));
            tokio::spawn(async move {
                if let Err(cold) = cache.look(&hash(1)).await {
                    judged.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    cache.keep(cold, verified(), SystemTime::now());
                }
            })
        });
        join_all(asked).await;
        assert_eq!(judged.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn the_one_who_verifies_may_give_up() {
        let cache = TokenCache::<()>::new(10, Duration::from_mins(5)).expect("a cache");
        let token = hash(1);
        let first = cache.look(&token).await;
        let mut second = Box::pin(cache.look(&token));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        assert!(second.await.is_err(), "it is the next one's turn");
        assert_eq!(cache.entries.len(), 0);
    }

    #[tokio::test]
    async fn an_entry_is_kept_no_longer_than_said_or_than_the_token() {
        let now = SystemTime::now();
        for (keep, expected) in [(60, 60), (7_200, 3_600)] {
            let cache = TokenCache::<()>::new(10, Duration::from_secs(keep)).expect("a cache");
            let cold = cache.look(&hash(1)).await.err().expect("it is cold");
            let until = now + Duration::from_hours(1);
            cache.keep(
                cold,
                Verified {
                    until,
                    ..verified()
                },
                now,
            );
            let kept = cache.look(&hash(1)).await.expect("it is warm");
            assert_eq!(kept.until, now + Duration::from_secs(expected));
        }
    }

    #[tokio::test]
    async fn only_what_was_found_is_forgotten() {
        let cache = TokenCache::<()>::new(10, Duration::from_mins(5)).expect("a cache");
        put(&cache, &hash(1)).await;
        let found = cache.look(&hash(1)).await.expect("it is warm");
        cache.forget(&hash(1), &Arc::new(verified()));
        assert!(cache.look(&hash(1)).await.is_ok(), "another one's entry");
        cache.forget(&hash(1), &found);
        assert!(cache.look(&hash(1)).await.is_err());
    }
}

use std::{fmt, sync::Arc, time::Duration};

use quick_cache::sync::{Cache, EntryAction, EntryResult};
use tokio::time::Instant;

use super::SourceOfTruth;
use crate::{Identity, SubjectKind};

/// Accounts that were asked for, and when: for rules that tolerate some age. Cheap to clone.
///
/// An answer counts from when it was asked for, so that it is never older than a rule says. It belongs to this
/// process: a change made elsewhere shows when the tolerated age is over. That an account is gone is never answered from
/// here: one that is there again counts at once.
#[derive(Clone)]
pub struct RememberedAccounts(Arc<Cache<Key, Answer>>);

/// Issuer, kind, subject, whether that is a home person, and the tenant that they act for.
type Key = (Box<str>, SubjectKind, Box<str>, bool, Option<Box<str>>);

#[derive(Clone)]
struct Answer {
    asked: Instant,
    /// None where it is gone: then an older answer, which comes in late, isn't kept in its place.
    account: Option<Identity>,
}

impl RememberedAccounts {
    /// Room for so many accounts.
    #[must_use]
    pub fn new(accounts: usize) -> Self {
        Self(Arc::new(Cache::new(accounts)))
    }

    pub(super) async fn account<S: SourceOfTruth>(
        &self,
        blank: Identity,
        within: Duration,
        source: &S,
    ) -> Result<Option<Identity>, String> {
        let key = (
            blank.issuer().into(),
            blank.kind(),
            blank.subject().into(),
            blank.home_person().is_some(),
            blank.tenant_id().map(Into::into),
        );
        if !within.is_zero()
            && let Some(answer) = self.0.get(&key)
            && answer.asked.elapsed() <= within
            && answer.account.is_some()
        {
            return Ok(answer.account);
        }
        let asked = Instant::now();
        let account = source
            .account(blank)
            .await
            .map_err(|error| error.to_string())?;
        let answer = Answer {
            asked,
            account: account.clone(),
        };
        self.keep(&key, answer);
        Ok(account)
    }

    /// Keeps an answer, unless one that was asked for later is there: the later a question is answered, the older what
    /// it tells may be.
    fn keep(&self, key: &Key, answer: Answer) {
        let mut answer = Some(answer);
        // In one step: nobody else looks at the place meanwhile.
        let place = self.0.entry(key, None, |_, held| {
            if let Some(younger) = answer.take_if(|answer| answer.asked >= held.asked) {
                *held = younger;
            }
            EntryAction::Retain(())
        });
        if let (EntryResult::Vacant(free), Some(answer)) = (place, answer) {
            // Refused only where what is kept was thrown out meanwhile: then nothing is kept.
            let _ = free.insert(answer);
        }
    }
}

impl fmt::Debug for RememberedAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RememberedAccounts")
            .field("accounts", &self.0.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, Barrier},
        thread,
        time::Duration,
    };

    use tokio::time::Instant;

    use super::{Answer, RememberedAccounts};
    use crate::SubjectKind;

    #[test]
    fn of_answers_that_come_at_once_the_one_asked_for_last_is_kept() {
        let began = Instant::now();
        let (kept, start) = (RememberedAccounts::new(1_000), Arc::new(Barrier::new(4)));
        let key = |place: u64| {
            (
                "i".into(),
                SubjectKind::Person,
                place.to_string().into(),
                true,
                None,
            )
        };
        // Each thread brings a quarter of the answers to each place, and none in their order.
        let threads = [0, 1, 2, 3].map(|thread| {
            let (kept, start) = (kept.clone(), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                for place in 0..100 {
                    for number in (thread..64).step_by(4) {
                        let asked = began + Duration::from_millis(number * 37 % 64);
                        let account = None;
                        kept.keep(&key(place), Answer { asked, account });
                    }
                }
            })
        });
        for thread in threads {
            thread.join().expect("a thread ends");
        }
        for place in 0..100 {
            let answer = kept.0.get(&key(place)).expect("there is room");
            assert_eq!(answer.asked, began + Duration::from_millis(63), "{place}");
        }
    }
}

use std::{num::NonZeroU32, time::Duration};

use governor::Quota;

/// How often passwords may be tried, the right one too.
///
/// What is counted first is **a name from an address**: five attempts at once, and then one every twelve seconds.
/// Who guesses is paused there, and whose name it is logs in from elsewhere. Guesses from many addresses at one name,
/// and from one address at many names, have a limit of their own, ten times as high: fewer than ten addresses together
/// never delay a name's owner at another one.
///
/// ```
/// use std::{num::NonZeroU32, time::Duration};
///
/// use auth_accounts::{Accounts, AttemptLimits, MemoryAccounts};
///
/// let three = NonZeroU32::new(3).expect("three");
/// let limits = AttemptLimits::new(three, Duration::from_mins(1));
/// let accounts = Accounts::limited(MemoryAccounts::default(), limits);
/// # let _ = accounts;
/// ```
///
/// # What they don't do
///
/// - Who shares an address with somebody who guesses at their name waits with them.
/// - Ten addresses and more, all guessing at one name, can keep its owner out while they go on; nothing that looks at
///   names and addresses alone tells them from the owner. With another limit there ([`for_a_name`](Self::for_a_name))
///   it takes more of them, who then guess oftener.
/// - So many guesses are still guesses: at one name, from many addresses, up to 72,000 a day. Against them stands
///   what a password is: long, of no list of known ones, and better beside a second factor (OWASP Authentication Cheat
///   Sheet, "Protect Against Automated Attacks").
/// - A network of IPv6 (/64) is one address. Whoever has more of them has more addresses.
/// - Attempts are counted in this process: several processes allow as many times more. A restart forgets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimits {
    at_once: NonZeroU32,
    pause: Duration,
    for_a_name: NonZeroU32,
    for_an_address: NonZeroU32,
}

const FIVE: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
const TEN: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

impl Default for AttemptLimits {
    /// Five at once, and then one every twelve seconds.
    fn default() -> Self {
        Self::new(FIVE, Duration::from_secs(12))
    }
}

impl AttemptLimits {
    /// So many attempts at once for a name from an address, and then one after each `pause`; ten times as many for a
    /// name from all addresses, and for an address at all names.
    #[must_use]
    pub fn new(at_once: NonZeroU32, pause: Duration) -> Self {
        Self {
            at_once,
            pause,
            for_a_name: TEN,
            for_an_address: TEN,
        }
    }

    /// So many times as many for a name, from all addresses together.
    #[must_use]
    pub fn for_a_name(mut self, times: NonZeroU32) -> Self {
        self.for_a_name = times;
        self
    }

    /// So many times as many for an address, at all names together: more where many people share one.
    #[must_use]
    pub fn for_an_address(mut self, times: NonZeroU32) -> Self {
        self.for_an_address = times;
        self
    }

    pub(crate) fn of_both(&self) -> Quota {
        self.times(NonZeroU32::MIN)
    }

    pub(crate) fn of_name(&self) -> Quota {
        self.times(self.for_a_name)
    }

    pub(crate) fn of_address(&self) -> Quota {
        self.times(self.for_an_address)
    }

    fn times(&self, times: NonZeroU32) -> Quota {
        let at_once = self.at_once.saturating_mul(times);
        // A quota of no time at all is none.
        let pause = (self.pause / times.get()).max(Duration::from_nanos(1));
        Quota::with_period(pause)
            .unwrap_or_else(|| Quota::per_second(at_once))
            .allow_burst(at_once)
    }
}

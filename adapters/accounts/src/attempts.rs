use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::IpAddr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};

use crate::AttemptLimits;

/// How often somebody has tried, by name and address together, and by each alone.
#[derive(Debug)]
pub(crate) struct Attempts<C: Clock = DefaultClock> {
    of_both: Limiter<C>,
    of_address: Limiter<C>,
    of_name: Limiter<C>,
    asked: AtomicU32,
}

/// After so many attempts, what was long ago is forgotten.
const TIDY: u32 = 1_000;

impl<C: Clock + Clone> Attempts<C> {
    pub(crate) fn new(limits: &AttemptLimits, clock: &C) -> Self {
        Self {
            of_both: Limiter::new(limits.of_both(), clock),
            of_address: Limiter::new(limits.of_address(), clock),
            of_name: Limiter::new(limits.of_name(), clock),
            asked: AtomicU32::new(0),
        }
    }

    /// Counts an attempt, or says how long to wait for the next one.
    ///
    /// The two together come first, so that who is paused takes nothing of what the name's owner has elsewhere, nor of
    /// what others have at the address.
    pub(crate) fn count(&self, name: &str, from: Option<IpAddr>) -> Result<(), Duration> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY == TIDY - 1 {
            for limiter in [&self.of_both, &self.of_address, &self.of_name] {
                limiter.0.retain_recent();
            }
        }
        let from = from.map(network);
        self.of_both.count((name, from))?;
        if let Some(from) = from {
            self.of_address.count(from)?;
        }
        self.of_name.count(name)
    }
}

/// One kind of limit. What it counts is kept as a keyed hash: as small for a long name as for a short one, and no list
/// of what people typed, which may be their password.
#[derive(Debug)]
struct Limiter<C: Clock>(Counted<C>, RandomState);

type Counted<C> =
    RateLimiter<u64, DashMapStateStore<u64>, C, NoOpMiddleware<<C as Clock>::Instant>>;

impl<C: Clock + Clone> Limiter<C> {
    fn new(quota: Quota, clock: &C) -> Self {
        let limiter = RateLimiter::dashmap_with_clock(quota, clock.clone());
        Self(limiter, RandomState::new())
    }

    fn count(&self, what: impl Hash) -> Result<(), Duration> {
        let counted = self.0.check_key(&self.1.hash_one(what));
        counted.map_err(|later| later.wait_time_from(self.0.clock().now()))
    }
}

/// Whoever has one address of IPv6 has the 2^64 beside it.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => IpAddr::V4(address),
            None => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::from([a, b, c, d, 0, 0, 0, 0])
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::{net::IpAddr, num::NonZeroU32, time::Duration};

    use governor::clock::FakeRelativeClock;

    use super::Attempts;
    use crate::AttemptLimits;

    const MINUTE: Duration = Duration::from_mins(1);

    /// Three at once and one a minute; ten times as many for a name alone and for an address alone.
    fn attempts() -> (Attempts<FakeRelativeClock>, FakeRelativeClock) {
        let three = NonZeroU32::new(3).expect("three");
        let clock = FakeRelativeClock::default();
        (
            Attempts::new(&AttemptLimits::new(three, MINUTE), &clock),
            clock,
        )
    }

    fn address(number: u8) -> IpAddr {
        IpAddr::from([203, 0, 113, number])
    }

    #[test]
    fn a_name_is_tried_so_often_from_an_address_and_no_oftener() {
        for address in [None, Some(address(1))] {
            let (attempts, clock) = attempts();
            for _ in 0..3 {
                assert!(attempts.count("ann", address).is_ok());
            }
            let wait = attempts.count("ann", address).expect_err("a fourth");
            assert_eq!(wait, MINUTE, "as long as it says, and no longer");
            assert!(attempts.count("bob", address).is_ok(), "another name");
            clock.advance(wait);
            assert!(attempts.count("ann", address).is_ok());
            assert!(attempts.count("ann", address).is_err());
        }
    }

    #[test]
    fn who_guesses_at_some_addresses_is_paused_and_never_delays_the_owner_at_another() {
        let (attempts, clock) = attempts();
        let mut guesses = 0;
        for second in 0..3_600 {
            for attacker in 1..=9 {
                for _ in 0..4 {
                    guesses += u32::from(attempts.count("ann", Some(address(attacker))).is_ok());
                }
            }
            if second % 60 == 0 {
                assert!(
                    attempts.count("ann", Some(address(100))).is_ok(),
                    "second {second}"
                );
            }
            clock.advance(Duration::from_secs(1));
        }
        assert_eq!(guesses, 9 * (3 + 59), "nine addresses, an hour");
    }

    #[test]
    fn from_all_addresses_a_name_is_tried_ten_times_as_often_and_no_oftener() {
        let (attempts, clock) = attempts();
        let tried = || {
            let one_each = (1..=200).map(|number| attempts.count("ann", Some(address(number))));
            one_each.flatten().count()
        };
        assert_eq!(tried(), 30);
        clock.advance(MINUTE);
        assert_eq!(tried(), 10);
        assert!(
            attempts.count("bob", Some(address(1))).is_ok(),
            "another name"
        );
    }

    #[test]
    fn an_address_tries_ten_times_as_many_over_all_names_and_no_more() {
        let (attempts, clock) = attempts();
        let tried = |address, names: &str| {
            let one_each = (0..200).map(|n| attempts.count(&format!("{names}{n}"), Some(address)));
            one_each.flatten().count()
        };
        assert_eq!(tried(address(7), "a"), 30);
        clock.advance(MINUTE);
        assert_eq!(tried(address(7), "b"), 10);
        assert_eq!(tried(address(8), "b"), 30, "another address");
        let mapped = "::ffff:203.0.113.7".parse::<IpAddr>().expect("an address");
        assert_eq!(tried(mapped, "c"), 0, "the same address");
    }

    #[test]
    fn one_name_that_is_tried_without_end_takes_little_from_its_address() {
        let (attempts, _) = attempts();
        for _ in 0..1_000 {
            let _ = attempts.count("a script with an old password", Some(address(1)));
        }
        for colleague in ["ann", "bob", "cy"] {
            assert!(
                attempts.count(colleague, Some(address(1))).is_ok(),
                "{colleague}"
            );
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let (attempts, _) = attempts();
        let address =
            |network, host| Some(IpAddr::from([0x2001, 0xdb8, 0, network, 0, 0, 0, host]));
        for host in 0..3 {
            assert!(attempts.count("ann", address(1, host)).is_ok());
        }
        assert!(attempts.count("ann", address(1, 9)).is_err());
        assert!(attempts.count("ann", address(2, 9)).is_ok());
    }
}

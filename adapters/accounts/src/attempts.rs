use std::{
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

/// How often somebody may try: so often at once, and then again after a pause each.
#[derive(Debug)]
pub(crate) struct Attempts {
    names: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    asked: AtomicU32,
}

/// After so many attempts, what was long ago is forgotten.
const TIDY: u32 = 1_000;

impl Attempts {
    /// `at_once` for a name, four times as many for an address, from which several people may come.
    pub(crate) fn new(at_once: NonZeroU32, pause: Duration) -> Self {
        Self {
            names: RateLimiter::keyed(quota(at_once, pause)),
            addresses: RateLimiter::keyed(quota(at_once.saturating_mul(FOUR), pause / 4)),
            asked: AtomicU32::new(0),
        }
    }

    /// Counts an attempt, or says how long to wait for the next one.
    pub(crate) fn count(&self, name: &str, from: Option<IpAddr>) -> Result<(), Duration> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY == TIDY - 1 {
            self.names.retain_recent();
            self.addresses.retain_recent();
        }
        // The address first: who floods from one must not lock names out.
        if let Some(from) = from {
            counted(&self.addresses, &network(from))?;
        }
        counted(&self.names, &name.to_owned())
    }
}

const FOUR: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);

fn quota(at_once: NonZeroU32, pause: Duration) -> Quota {
    Quota::with_period(pause.max(Duration::from_millis(1)))
        .unwrap_or_else(|| Quota::per_minute(at_once))
        .allow_burst(at_once)
}

fn counted<K: Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), Duration> {
    let counted = limiter.check_key(key);
    counted.map_err(|later| later.wait_time_from(DefaultClock::default().now()))
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

    use super::Attempts;

    fn attempts() -> Attempts {
        Attempts::new(NonZeroU32::new(3).expect("three"), Duration::from_hours(1))
    }

    #[test]
    fn a_name_is_tried_so_often_and_no_oftener() {
        let attempts = attempts();
        for _ in 0..3 {
            assert!(attempts.count("ann", None).is_ok());
        }
        let wait = attempts.count("ann", None).expect_err("a fourth");
        assert!(wait > Duration::from_mins(59), "{wait:?}");
        assert!(attempts.count("bob", None).is_ok(), "another one's");
    }

    #[test]
    fn an_address_that_tries_many_names_is_stopped_and_locks_nobody_out() {
        let attempts = attempts();
        let from = |text: &str| Some(text.parse::<IpAddr>().expect("an address"));
        for number in 0..12 {
            let counted = attempts.count(&number.to_string(), from("203.0.113.7"));
            assert!(counted.is_ok(), "attempt {number}");
        }
        for _ in 0..5 {
            let counted = attempts.count("ann", from("203.0.113.7"));
            assert!(counted.is_err(), "the address is stopped");
        }
        assert!(attempts.count("ann", from("198.51.100.1")).is_ok());
        assert!(
            attempts.count("x", from("::ffff:203.0.113.7")).is_err(),
            "the same"
        );
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let attempts = attempts();
        for number in 0..12_u16 {
            let from = IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, number]);
            assert!(attempts.count(&number.to_string(), Some(from)).is_ok());
        }
        let beside = IpAddr::from([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9]);
        assert!(attempts.count("ann", Some(beside)).is_err());
        let other = IpAddr::from([0x2001, 0xdb8, 0, 2, 9, 9, 9, 9]);
        assert!(attempts.count("ann", Some(other)).is_ok());
    }
}

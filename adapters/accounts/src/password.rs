use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{
        PasswordHasher, PasswordVerifier,
        phc::{PasswordHash, Salt},
    },
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Fewer letters are guessed too soon (OWASP ASVS 6.2.1).
const FEWEST_LETTERS: usize = 8;
/// More would only cost time.
const MOST_BYTES: usize = 1024;
const LONGEST_NAME_BYTES: usize = 254;

/// Whether an account could have this name and password at all. What is longer is nobody's, and isn't
/// worth any work.
pub(crate) fn is_possible(name: &str, password: &str) -> bool {
    name.len() <= LONGEST_NAME_BYTES && password.len() <= MOST_BYTES
}

/// Why a password can't be used, if it can't.
pub(crate) fn weakness(name: &str, password: &str) -> Option<&'static str> {
    if password.chars().count() < FEWEST_LETTERS {
        Some("a password has 8 letters or more")
    } else if !is_possible(name, password) {
        Some("a password has 1,024 bytes at most, and a name 254")
    } else if password.to_lowercase().contains(name) {
        Some("a password doesn't hold the name that it is of")
    } else {
        None
    }
}

/// Makes hashes and compares with them, a few at a time: each takes much memory, and a flood of logins must
/// not take all. Neither may it wait without end: what there is no room for is refused at once.
///
/// New passwords wait in lines of their own, one at a time: whoever signs up, again and again, keeps nobody from logging
/// in, nor from changing a password that somebody else has.
#[derive(Debug)]
pub(crate) struct Hashing {
    comparing: Line,
    registering: Line,
    changing: Line,
}

/// What a new password is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NewPassword {
    /// For an account that isn't there yet: anybody may ask for one.
    Registered,
    /// For one that is, whose owner asks.
    Changed,
}

#[derive(Debug)]
struct Line {
    at_once: Arc<Semaphore>,
    waiting: Semaphore,
}

/// So many wait for their turn: two seconds' work of a core or two.
const MOST_WAITING: usize = 64;
/// So many new ones do: a second's work of the one that is made at a time.
const MOST_NEW_WAITING: usize = 16;

impl Hashing {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            comparing: Line::new(cores, MOST_WAITING),
            registering: Line::new(1, MOST_NEW_WAITING),
            changing: Line::new(1, MOST_NEW_WAITING),
        }
    }

    pub(crate) async fn hash(
        &self,
        purpose: NewPassword,
        password: String,
    ) -> Result<String, String> {
        let line = match purpose {
            NewPassword::Registered => &self.registering,
            NewPassword::Changed => &self.changing,
        };
        let made = line.work(move || {
            let hash = Argon2::default().hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string())
                .map_err(|error| error.to_string())
        });
        made.await?
    }

    /// Whether the password is the hash's. Without a hash it takes as long, and is nobody's.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, String> {
        let compared = self.comparing.work(move || match hash {
            Some(hash) => {
                let hash = PasswordHash::new(&hash).map_err(|error| error.to_string())?;
                let compared = Argon2::default().verify_password(password.as_bytes(), &hash);
                Ok(compared.is_ok())
            }
            None => {
                let salt = Salt::from_b64("c29tZSBzYWx0IHRoYXQgaXMgbm9uZQ");
                let salt = salt.map_err(|error| error.to_string())?;
                let hash =
                    Argon2::default().hash_password_with_salt(password.as_bytes(), salt.as_ref());
                std::hint::black_box(hash).map_err(|error| error.to_string())?;
                Ok(false)
            }
        });
        compared.await?
    }
}

impl Line {
    fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            at_once: Arc::new(Semaphore::new(at_once)),
            waiting: Semaphore::new(waiting),
        }
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let waits = self.waiting.try_acquire();
        let waits = waits.map_err(|_| "too many passwords wait to be looked at".to_owned())?;
        let permit = Arc::clone(&self.at_once).acquire_owned().await;
        drop(waits);
        let permit = permit.map_err(|error| error.to_string())?;
        let done = spawn_blocking(move || {
            // It is given back when the work ends, though nobody wait for it any more.
            let _permit = permit;
            work()
        });
        done.await.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::{Hashing, MOST_WAITING};

    #[tokio::test]
    async fn a_flood_of_passwords_is_refused_at_once_and_not_all_of_it_waits() {
        let hashing = Hashing::new();
        let all = (0..4 * MOST_WAITING).map(|_| hashing.verify("a guess".to_owned(), None));
        let answers = join_all(all).await;
        let looked_at = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!(looked_at >= MOST_WAITING, "{looked_at}");
        assert!(looked_at <= 2 * MOST_WAITING, "{looked_at}");
    }
}

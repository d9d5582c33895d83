use std::{fmt, net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use auth_core::StoredIdentity;

use crate::{
    Account, AccountStore, LoginRefused, NotRegistered,
    attempts::Attempts,
    password::{Hashing, is_possible, weakness},
};

/// Accounts with passwords. Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct Accounts {
    store: Arc<dyn AccountStore>,
    hashing: Hashing,
    attempts: Arc<Attempts>,
}

const AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);

impl Accounts {
    /// Accounts kept in `store`: five attempts at once for a name, and then one every twelve seconds;
    /// four times as many from one address.
    pub fn new(store: impl AccountStore) -> Self {
        Self {
            store: Arc::new(store),
            hashing: Hashing::new(),
            attempts: Arc::new(Attempts::new(AT_ONCE, Duration::from_secs(12))),
        }
    }

    /// So many attempts at once for a name, and then one after each `pause`.
    #[must_use]
    pub fn attempts(mut self, at_once: NonZeroU32, pause: Duration) -> Self {
        self.attempts = Arc::new(Attempts::new(at_once, pause));
        self
    }

    /// Makes an account. Names are compared in lower case.
    ///
    /// # Errors
    ///
    /// The name is taken, the password is too weak, or the store can't be asked.
    pub async fn register(
        &self,
        name: &str,
        password: &str,
        stands_for: StoredIdentity,
    ) -> Result<(), NotRegistered> {
        let name = name.to_lowercase();
        let hash = self.hashed(&name, password).await?;
        let account = Account {
            name,
            password_hash: hash,
            stands_for,
        };
        match self.store.add(account).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(NotRegistered::Taken),
            Err(why) => Err(NotRegistered::Unavailable(why)),
        }
    }

    /// Who the name and password are of. `from` is where the attempt comes from, where that is known and
    /// not merely claimed.
    ///
    /// # Errors
    ///
    /// They are nobody's, there were too many attempts, or it can't be told now.
    pub async fn verify(
        &self,
        name: &str,
        password: &str,
        from: Option<IpAddr>,
    ) -> Result<StoredIdentity, LoginRefused> {
        if !is_possible(name, password) {
            return Err(LoginRefused::Wrong);
        }
        let name = name.to_lowercase();
        let counted = self.attempts.count(&name, from);
        counted.map_err(LoginRefused::TooMany)?;
        let account = self.store.get(&name).await;
        let account = account.map_err(LoginRefused::Unavailable)?;
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let verified = self.hashing.verify(password.to_owned(), hash).await;
        let is_right = verified.map_err(LoginRefused::Unavailable)?;
        match account {
            Some(account) if is_right => Ok(account.stands_for),
            _ => Err(LoginRefused::Wrong),
        }
    }

    /// Gives an account another password. The app has made sure that its owner asks: by the old one, or by
    /// a mail; it ends their other sessions, and revokes what else they were issued.
    ///
    /// # Errors
    ///
    /// The password is too weak, or it can't be kept; the old one then counts as before.
    pub async fn set_password(&self, name: &str, new: &str) -> Result<(), NotRegistered> {
        let name = name.to_lowercase();
        let hash = self.hashed(&name, new).await?;
        let account = self.store.get(&name).await;
        let account = account.map_err(NotRegistered::Unavailable)?;
        let gone = || NotRegistered::Unavailable("there is no such account any more".to_owned());
        let was = account.ok_or_else(gone)?.password_hash;
        match self.store.replace_hash(&name, &was, hash).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(gone()),
            Err(why) => Err(NotRegistered::Unavailable(why)),
        }
    }

    async fn hashed(&self, name: &str, password: &str) -> Result<String, NotRegistered> {
        if let Some(why) = weakness(name, password) {
            return Err(NotRegistered::Weak(why));
        }
        let hash = self.hashing.hash(password.to_owned()).await;
        hash.map_err(NotRegistered::Unavailable)
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, time::Duration};

    use auth_core::{StoredIdentity, async_trait};
    use axum::response::IntoResponse;

    use super::Accounts;
    use crate::{Account, AccountStore, LoginRefused, MemoryAccounts, NotRegistered};

    const PASSWORD: &str = "correct horse battery";

    async fn with_ann() -> Accounts {
        let accounts = Accounts::new(MemoryAccounts::default());
        let ann = StoredIdentity::person("ann");
        let made = accounts.register("Ann@example.com", PASSWORD, ann);
        made.await.expect("a good password");
        accounts
    }

    #[tokio::test]
    async fn the_right_password_is_its_owners_and_all_else_is_wrong_in_one_word() {
        let accounts = with_ann().await;
        let ann = accounts.verify("ANN@example.com", PASSWORD, None).await;
        assert_eq!(ann.expect("it is right").subject, "ann");
        for (name, password) in [
            ("ann@example.com", "correct horse batterY"),
            ("ann@example.com", ""),
            ("bob@example.com", PASSWORD),
            ("", PASSWORD),
            (&"a".repeat(1_000_000), PASSWORD),
            ("ann@example.com", &"a".repeat(1_000_000)),
        ] {
            let refused = accounts.verify(name, password, None).await;
            assert_eq!(refused, Err(LoginRefused::Wrong), "{name} {password}");
        }
    }

    #[tokio::test]
    async fn a_name_is_taken_once_and_a_weak_password_is_refused() {
        let accounts = with_ann().await;
        let bob = || StoredIdentity::person("bob");
        let again = accounts.register("ann@EXAMPLE.com", PASSWORD, bob()).await;
        assert_eq!(again, Err(NotRegistered::Taken));
        for weak in ["", "short", "bob@example.com1", &"x".repeat(1025)] {
            let refused = accounts.register("bob@example.com", weak, bob()).await;
            assert!(matches!(refused, Err(NotRegistered::Weak(_))), "{weak}");
        }
        let ann = accounts.verify("ann@example.com", PASSWORD, None).await;
        assert!(ann.is_ok(), "her account is as it was");
    }

    #[tokio::test]
    async fn another_password_replaces_the_old_one() {
        let accounts = with_ann().await;
        let set = accounts.set_password("ann@example.com", "staple battery horse");
        set.await.expect("a good password");
        let old = accounts.verify("ann@example.com", PASSWORD, None).await;
        assert_eq!(old, Err(LoginRefused::Wrong));
        let new = accounts.verify("ann@example.com", "staple battery horse", None);
        assert!(new.await.is_ok());
        let nobody = accounts.set_password("bob", "staple battery horse").await;
        assert!(matches!(nobody, Err(NotRegistered::Unavailable(_))));
    }

    #[tokio::test]
    async fn attempts_are_limited_the_right_password_too() {
        let three = NonZeroU32::new(3).expect("three");
        let accounts = with_ann().await.attempts(three, Duration::from_hours(1));
        for _ in 0..3 {
            let refused = accounts.verify("ann@example.com", "a guess", None).await;
            assert_eq!(refused, Err(LoginRefused::Wrong));
        }
        let refused = accounts.verify("ann@example.com", PASSWORD, None).await;
        let Err(refused @ LoginRefused::TooMany(_)) = refused else {
            panic!("{refused:?}");
        };
        let answer = refused.into_response();
        assert_eq!(answer.status(), 429);
        let wait = answer.headers()["retry-after"].to_str().expect("ASCII");
        assert!(wait.parse::<u64>().expect("seconds") > 3_500, "{wait}");
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_alone() {
        let store = MemoryAccounts::default();
        let accounts = Accounts::new(MemoryAccounts::default());
        let hash = accounts.hashing.hash(PASSWORD.to_owned()).await;
        let hash = hash.expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let account = Account {
            name: "ann".to_owned(),
            password_hash: hash.clone(),
            stands_for: StoredIdentity::person("ann"),
        };
        assert!(!format!("{account:?}").contains(&hash), "not in a log");
        assert_eq!(store.add(account).await, Ok(true));
    }

    /// A store that is down.
    struct Down;

    #[async_trait]
    impl AccountStore for Down {
        async fn add(&self, _: Account) -> Result<bool, String> {
            Err("down".to_owned())
        }

        async fn get(&self, _: &str) -> Result<Option<Account>, String> {
            Err("down".to_owned())
        }

        async fn replace_hash(&self, _: &str, _: &str, _: String) -> Result<bool, String> {
            Err("down".to_owned())
        }
    }

    #[tokio::test]
    async fn a_store_that_is_down_is_503() {
        let refused = Accounts::new(Down).verify("ann", PASSWORD, None).await;
        let refused = refused.expect_err("it is down");
        assert_eq!(refused, LoginRefused::Unavailable("down".to_owned()));
        assert_eq!(refused.into_response().status(), 503);
        assert_eq!(LoginRefused::Wrong.into_response().status(), 401);
    }
}

use std::{fmt, net::IpAddr, sync::Arc};

use auth_core::StoredIdentity;
use governor::clock::DefaultClock;

use crate::{
    Account, AccountStore, AttemptLimits, LoginRefused, NotRegistered, PasswordNotChanged,
    attempts::Attempts,
    password::{Hashing, NewPassword, is_possible, weakness},
    proof::Proof,
};

/// Accounts with passwords. Cheap to clone: all clones are one.
///
/// # When a password changes
///
/// Set it first, then end what was issued with the old one, and last what that may have issued in turn: sessions
/// (`Sessions::end_all`) and tokens (`Revocation::subject`), then API keys (`ApiKeys::remove_all`). In this order nothing
/// of the old password remains, even where somebody is logging in with it at that moment: what
/// [`log_in`](Self::log_in) issues is handed out only if the password is still the account's, and what
/// `ApiKeys::issue_own` issues only if the session or the token is. For that a store must show what was written: a replica
/// that lags behind is none.
#[derive(Clone)]
pub struct Accounts(Arc<Shared>);

struct Shared {
    store: Box<dyn AccountStore>,
    hashing: Hashing,
    attempts: Attempts,
}

impl Accounts {
    /// Accounts kept in `store`, with the usual limits of attempts.
    pub fn new(store: impl AccountStore) -> Self {
        Self::limited(store, AttemptLimits::default())
    }

    /// Accounts kept in `store`, with limits of the app's own.
    pub fn limited(store: impl AccountStore, limits: AttemptLimits) -> Self {
        Self(Arc::new(Shared {
            store: Box::new(store),
            hashing: Hashing::new(),
            attempts: Attempts::new(&limits, &DefaultClock::default()),
        }))
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
        // Before the dear work; who takes it meanwhile is found out after that.
        let there = self.0.store.get(&name).await;
        if there.map_err(NotRegistered::Unavailable)?.is_some() {
            return Err(NotRegistered::Taken);
        }
        let hash = self
            .hashed(NewPassword::Registered, &name, password)
            .await?;
        let account = Account {
            name,
            password_hash: hash,
            stands_for,
        };
        match self.0.store.add(account).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(NotRegistered::Taken),
            Err(why) => Err(NotRegistered::Unavailable(why)),
        }
    }

    /// Logs somebody in: `issue` makes what they will be known by, a session or a token, and they get it if the
    /// password is still theirs when it is made. What isn't handed out opens nothing.
    ///
    /// ```
    /// use auth_accounts::Accounts;
    /// use auth_core::{Context, Problem};
    /// use auth_sessions::{Login, LoginAttempt, SessionCookie, Sessions};
    ///
    /// async fn log_in(
    ///     (name, password): (String, String),
    ///     accounts: &Accounts,
    ///     sessions: &Sessions,
    ///     context: Context,
    ///     attempt: LoginAttempt,
    /// ) -> Result<SessionCookie, Problem> {
    ///     let begin = async |who| Ok(sessions.log_in(Login::new("accounts", who), attempt).await?);
    ///     accounts.log_in(&name, &password, context.client(), begin).await
    /// }
    /// ```
    ///
    /// `from` is where the attempt comes from, as [`Context::client`](auth_core::Context::client) says: a fact of the
    /// connection, or of proxies that the app trusts, and never what a client says of itself. Where it isn't known, all
    /// attempts at a name count as of one address.
    ///
    /// # Errors
    ///
    /// Name and password are nobody's, or no longer; there were too many attempts; it can't be told now; or what
    /// `issue` says.
    pub async fn log_in<T, E: From<LoginRefused>>(
        &self,
        name: &str,
        password: &str,
        from: Option<IpAddr>,
        issue: impl AsyncFnOnce(StoredIdentity) -> Result<T, E>,
    ) -> Result<T, E> {
        let proof = self.prove(name, password, from).await?;
        proof.issue(&*self.0.store, issue).await
    }

    /// Who the name and password are of, at this moment: for what this request does and is then done with. What
    /// outlives it, as a session does, is issued by [`log_in`](Self::log_in).
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
        let proof = self.prove(name, password, from).await?;
        Ok(proof.stands_for())
    }

    /// Gives an account another password, for who has the old one. One that was set meanwhile stays: by its owner, it
    /// may be, because somebody else has the old one.
    ///
    /// # Errors
    ///
    /// The old password is wrong, or no longer the account's; the new one is too weak; or it can't be kept. The old one
    /// then counts as before.
    pub async fn change_password(
        &self,
        name: &str,
        old: &str,
        new: &str,
        from: Option<IpAddr>,
    ) -> Result<(), PasswordNotChanged> {
        let proof = self.prove(name, old, from).await;
        let proof = proof.map_err(PasswordNotChanged::Refused)?;
        let hash = self
            .hashed(NewPassword::Changed, &name.to_lowercase(), new)
            .await;
        let hash = hash.map_err(PasswordNotChanged::New)?;
        match proof.replace(&*self.0.store, hash).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(PasswordNotChanged::Refused(LoginRefused::Wrong)),
            Err(why) => Err(PasswordNotChanged::New(NotRegistered::Unavailable(why))),
        }
    }

    /// Gives an account another password, whatever the old one is. The app has made sure that its owner asks, as by a
    /// mail; by the old one, use [`change_password`](Self::change_password).
    ///
    /// # Errors
    ///
    /// The password is too weak, or it can't be kept; the old one then counts as before.
    pub async fn set_password(&self, name: &str, new: &str) -> Result<(), NotRegistered> {
        let name = name.to_lowercase();
        let hash = self.hashed(NewPassword::Changed, &name, new).await?;
        let account = self.0.store.get(&name).await;
        let account = account.map_err(NotRegistered::Unavailable)?;
        let gone = || {
            let why = "there is no such account, or another sets its password just now";
            NotRegistered::Unavailable(why.to_owned())
        };
        let was = account.ok_or_else(gone)?.password_hash;
        match self.0.store.replace_hash(&name, &was, hash).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(gone()),
            Err(why) => Err(NotRegistered::Unavailable(why)),
        }
    }

    async fn prove(
        &self,
        name: &str,
        password: &str,
        from: Option<IpAddr>,
    ) -> Result<Proof, LoginRefused> {
        if !is_possible(name, password) {
            return Err(LoginRefused::Wrong);
        }
        let name = name.to_lowercase();
        let counted = self.0.attempts.count(&name, from);
        counted.map_err(LoginRefused::TooMany)?;
        let is_right = |hash| self.0.hashing.verify(password.to_owned(), hash);
        Proof::of(&*self.0.store, &name, is_right).await
    }

    async fn hashed(
        &self,
        purpose: NewPassword,
        name: &str,
        password: &str,
    ) -> Result<String, NotRegistered> {
        if let Some(why) = weakness(name, password) {
            return Err(NotRegistered::Weak(why));
        }
        let hash = self.0.hashing.hash(purpose, password.to_owned()).await;
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

    use auth_core::{Problem, StoredIdentity, async_trait};
    use axum::response::IntoResponse;

    use super::{Accounts, NewPassword};
    use crate::{
        Account, AccountStore, AttemptLimits, LoginRefused, MemoryAccounts, NotRegistered,
        PasswordNotChanged,
    };

    const PASSWORD: &str = "correct horse battery";

    async fn with_ann(limits: AttemptLimits) -> Accounts {
        let accounts = Accounts::limited(MemoryAccounts::default(), limits);
        let ann = StoredIdentity::person("ann");
        let made = accounts.register("Ann@example.com", PASSWORD, ann);
        made.await.expect("a good password");
        accounts
    }

    #[tokio::test]
    async fn the_right_password_is_its_owners_and_all_else_is_wrong_in_one_word() {
        let accounts = with_ann(AttemptLimits::default()).await;
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
        let accounts = with_ann(AttemptLimits::default()).await;
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
        let accounts = with_ann(AttemptLimits::default()).await;
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
    async fn who_has_the_old_password_changes_it() {
        let accounts = with_ann(AttemptLimits::default()).await;
        let change = async |old: &str, new: &str| {
            let changed = accounts.change_password("Ann@example.com", old, new, None);
            changed.await
        };
        let wrong = change("a guess", "staple battery horse").await;
        assert_eq!(wrong, Err(PasswordNotChanged::Refused(LoginRefused::Wrong)));
        let weak = change(PASSWORD, "short").await;
        assert!(matches!(weak, Err(PasswordNotChanged::New(_))), "{weak:?}");
        assert_eq!(change(PASSWORD, "staple battery horse").await, Ok(()));
        let old = accounts.verify("ann@example.com", PASSWORD, None).await;
        assert_eq!(old, Err(LoginRefused::Wrong));
    }

    #[tokio::test]
    async fn a_password_that_is_changed_while_its_owner_logs_in_hands_nothing_out() {
        let accounts = with_ann(AttemptLimits::default()).await;
        let changed_meanwhile = async |_| {
            let set = accounts.set_password("ann@example.com", "staple battery horse");
            set.await.expect("a good password");
            Ok::<_, LoginRefused>("a session")
        };
        let login = accounts.log_in("ann@example.com", PASSWORD, None, changed_meanwhile);
        assert_eq!(login.await, Err(LoginRefused::Wrong));
        let session = async |_| Ok::<_, LoginRefused>("a session");
        let login = accounts.log_in("ann@example.com", "staple battery horse", None, session);
        assert_eq!(login.await, Ok("a session"));
    }

    #[tokio::test]
    async fn all_clones_count_the_same_attempts() {
        let one = NonZeroU32::MIN;
        let limits = AttemptLimits::new(one, Duration::from_hours(1));
        let accounts = with_ann(limits).await;
        let guess = accounts.verify("ann@example.com", "a guess", None).await;
        assert_eq!(guess, Err(LoginRefused::Wrong));
        let clone = accounts.clone();
        let refused = clone.verify("ann@example.com", "a guess", None).await;
        assert!(matches!(refused, Err(LoginRefused::TooMany(_))));
    }

    #[tokio::test]
    async fn attempts_are_limited_the_right_password_too() {
        let three = NonZeroU32::new(3).expect("three");
        let limits = AttemptLimits::new(three, Duration::from_hours(1));
        let accounts = with_ann(limits).await;
        for _ in 0..3 {
            let refused = accounts.verify("ann@example.com", "a guess", None).await;
            assert_eq!(refused, Err(LoginRefused::Wrong));
        }
        let refused = accounts.verify("ann@example.com", PASSWORD, None).await;
        let Err(refused @ LoginRefused::TooMany(_)) = refused else {
            panic!("{refused:?}");
        };
        // As part of the app's own errors, too.
        let answer = Problem::from(refused).into_response();
        assert_eq!(answer.status(), 429);
        let wait = answer.headers()["retry-after"].to_str().expect("ASCII");
        assert!(wait.parse::<u64>().expect("seconds") > 3_500, "{wait}");
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_alone() {
        let store = MemoryAccounts::default();
        let accounts = Accounts::new(MemoryAccounts::default());
        let hash = accounts
            .0
            .hashing
            .hash(NewPassword::Changed, PASSWORD.to_owned())
            .await;
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

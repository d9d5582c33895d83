use auth_core::StoredIdentity;

use crate::{Account, AccountStore, LoginRefused};

/// A password that was found right, and the account as it was then.
///
/// Finding it right takes long, and what is done with it longer; the account may be another by then. So it is looked at
/// again before anybody gets anything of it.
pub(crate) struct Proof(Account);

impl Proof {
    /// Proves a name's password; `is_right` takes its time over the hash.
    pub(crate) async fn of(
        store: &dyn AccountStore,
        name: &str,
        is_right: impl AsyncFnOnce(Option<String>) -> Result<bool, String>,
    ) -> Result<Self, LoginRefused> {
        let found = store.get(name).await;
        // Attempts count by the name that was given: an account that a store finds by another text would have several.
        let account = found.map_err(LoginRefused::Unavailable)?;
        let account = account.filter(|account| account.name == name);
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let compared = is_right(hash).await;
        let is_right = compared.map_err(LoginRefused::Unavailable)?;
        let proof = account.filter(|_| is_right).map(Self);
        let proof = proof.ok_or(LoginRefused::Wrong)?;
        proof.still_holds(store).await?;
        Ok(proof)
    }

    async fn still_holds(&self, store: &dyn AccountStore) -> Result<(), LoginRefused> {
        match store.get(&self.0.name).await {
            Ok(Some(now)) if now == self.0 => Ok(()),
            Ok(_) => Err(LoginRefused::Wrong),
            Err(why) => Err(LoginRefused::Unavailable(why)),
        }
    }

    /// What `issue` makes for the account's owner, if the proof still holds when it is made.
    ///
    /// Whoever changes a password and then ends what was issued has either ended this, or it is found out here.
    pub(crate) async fn issue<T, E: From<LoginRefused>>(
        self,
        store: &dyn AccountStore,
        issue: impl AsyncFnOnce(StoredIdentity) -> Result<T, E>,
    ) -> Result<T, E> {
        let issued = issue(self.0.stands_for.clone()).await?;
        self.still_holds(store).await?;
        Ok(issued)
    }

    pub(crate) fn stands_for(self) -> StoredIdentity {
        self.0.stands_for
    }

    /// Replaces the password that was proven, and no newer one: says whether it did.
    pub(crate) async fn replace(
        self,
        store: &dyn AccountStore,
        with: String,
    ) -> Result<bool, String> {
        let Account {
            name,
            password_hash,
            ..
        } = self.0;
        store.replace_hash(&name, &password_hash, with).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use auth_core::{StoredIdentity, async_trait};
    use shuttle::{
        future::block_on,
        sync::Mutex,
        thread::{self, yield_now},
    };

    use super::Proof;
    use crate::{Account, AccountStore, LoginRefused, MemoryAccounts};

    /// Her account; its hash is its password.
    fn ann(password: &str) -> Account {
        Account {
            name: "ann".to_owned(),
            password_hash: password.to_owned(),
            stands_for: StoredIdentity::person("ann"),
        }
    }

    /// An account whose every use is a point where the scheduler may turn to another thread.
    struct Scheduled(Mutex<Account>);

    impl Scheduled {
        fn with(password: &str) -> Arc<Self> {
            Arc::new(Self(Mutex::new(ann(password))))
        }

        fn account(&self) -> Account {
            self.0.lock().expect("nobody panics with it").clone()
        }
    }

    #[async_trait]
    impl AccountStore for Scheduled {
        async fn add(&self, _: Account) -> Result<bool, String> {
            Ok(false)
        }

        async fn get(&self, _: &str) -> Result<Option<Account>, String> {
            Ok(Some(self.account()))
        }

        async fn replace_hash(&self, _: &str, was: &str, with: String) -> Result<bool, String> {
            let mut account = self.0.lock().expect("nobody panics with it");
            let same = account.password_hash == was;
            if same {
                account.password_hash = with;
            }
            Ok(same)
        }
    }

    async fn prove(store: &Scheduled, password: &'static str) -> Result<Proof, LoginRefused> {
        let compare = async |hash: Option<String>| {
            yield_now();
            Ok(hash.as_deref() == Some(password))
        };
        Proof::of(store, "ann", compare).await
    }

    #[tokio::test]
    async fn a_password_that_is_replaced_while_it_is_compared_proves_nothing() {
        let store = MemoryAccounts::default();
        assert_eq!(store.add(ann("old")).await, Ok(true));
        let replaced_meanwhile = async |_| {
            let replaced = store.replace_hash("ann", "old", "new".to_owned()).await;
            assert_eq!(replaced, Ok(true));
            Ok(true)
        };
        let proof = Proof::of(&store, "ann", replaced_meanwhile).await;
        assert_eq!(proof.err(), Some(LoginRefused::Wrong));
    }

    #[test]
    fn in_every_order_no_session_of_the_old_password_outlives_the_change_that_ends_all() {
        shuttle::check_random(
            || {
                let store = Scheduled::with("old");
                let sessions = Arc::new(Mutex::new(Vec::new()));
                let changing = {
                    let (store, sessions) = (Arc::clone(&store), Arc::clone(&sessions));
                    thread::spawn(move || {
                        let set = block_on(store.replace_hash("ann", "old", "new".to_owned()));
                        assert_eq!(set, Ok(true));
                        sessions.lock().expect("nobody panics with it").clear();
                    })
                };
                let logins = [1, 2].map(|session| {
                    let (store, sessions) = (Arc::clone(&store), Arc::clone(&sessions));
                    thread::spawn(move || {
                        block_on(async {
                            let proof = prove(&store, "old").await?;
                            let issue = async |_| {
                                sessions
                                    .lock()
                                    .expect("nobody panics with it")
                                    .push(session);
                                Ok::<_, LoginRefused>(session)
                            };
                            proof.issue(&*store, issue).await
                        })
                    })
                });
                let handed_out = logins.map(|login| login.join().expect("a thread ends"));
                changing.join().expect("a thread ends");
                let sessions = sessions.lock().expect("nobody panics with it");
                for session in handed_out.into_iter().flatten() {
                    assert!(!sessions.contains(&session), "it outlives the change");
                }
            },
            5_000,
        );
    }

    #[test]
    fn in_every_order_who_has_the_old_password_never_replaces_a_newer_one() {
        shuttle::check_random(
            || {
                let store = Scheduled::with("old");
                let owner = Arc::clone(&store);
                let owner = thread::spawn(move || {
                    let was = owner.account().password_hash;
                    let reset = owner.replace_hash("ann", &was, "reset".to_owned());
                    block_on(reset)
                });
                let other = Arc::clone(&store);
                let other = thread::spawn(move || {
                    block_on(async {
                        let proof = prove(&other, "old").await.ok()?;
                        proof.replace(&*other, "theirs".to_owned()).await.ok()
                    })
                });
                let reset = owner.join().expect("a thread ends") == Ok(true);
                other.join().expect("a thread ends");
                if reset {
                    assert_eq!(store.account().password_hash, "reset");
                }
            },
            5_000,
        );
    }
}

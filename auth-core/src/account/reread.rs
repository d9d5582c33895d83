use std::sync::OnceLock;

use crate::{Identity, Principal};

/// What became of asking for the caller's account, for one decision.
#[derive(Debug, Default)]
pub(crate) struct Account(OnceLock<Box<Reread>>);

/// The answer to it.
#[derive(Debug)]
pub(crate) enum Reread {
    Is {
        /// The caller as the credential states them; what it has no claim for is the account's.
        stated: Principal,
        /// The caller as the account is now.
        now: Principal,
    },
    /// It is gone or disabled.
    Gone,
    Failed(String),
}

impl Reread {
    /// Whether it ends the decision, whatever the rule says.
    pub(crate) fn refuses(&self) -> bool {
        !matches!(self, Self::Is { .. })
    }
}

impl Account {
    pub(crate) fn get(&self) -> Option<&Reread> {
        self.0.get().map(|reread| &**reread)
    }

    /// Keeps the first answer: it is asked for once.
    pub(crate) fn answered(&self, caller: &Principal, answer: Result<Option<Identity>, String>) {
        let reread = match answer {
            Ok(Some(account)) => Reread::Is {
                stated: caller.completed_by(&account),
                now: caller.reread_as(&account),
            },
            Ok(None) => Reread::Gone,
            Err(why) => Reread::Failed(why),
        };
        let _ = self.0.set(Box::new(reread));
    }
}

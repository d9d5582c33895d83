use std::sync::Arc;

use super::{
    issuer::Keys,
    key_set::{KeySet, Skipped},
    remote::Remote,
};

/// The keys of an issuer, wherever they come from.
pub(super) enum Keyring {
    /// Those the app was told.
    Fixed(Arc<KeySet>),
    /// Those the issuer publishes.
    Published(Remote),
}

impl Keyring {
    /// # Errors
    ///
    /// Everything about the keys that can't work.
    pub(super) fn new(issuer: &str, keys: Keys) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        let mut fixed = keys.fixed;
        match KeySet::read(&keys.sets, &keys.allowed) {
            Ok((set, skipped)) => {
                if set.is_empty() && !skipped.is_empty() {
                    let whys: Vec<_> = skipped.iter().map(Skipped::to_string).collect();
                    faults.push(format!("no key that can be used: {}", whys.join(", ")));
                }
                for key in &skipped {
                    key.log(issuer);
                }
                fixed.merge(set);
            }
            Err(why) => faults.push(format!("a key set that can't be used: {why}")),
        }
        if fixed.is_mixed() {
            faults.push("a secret beside public keys: an issuer signs with one kind".to_owned());
        }
        let keyring = match keys.source {
            Some(source) => {
                if !fixed.is_empty() {
                    faults.push(
                        "keys said here beside published ones: leave one kind out".to_owned(),
                    );
                }
                Self::Published(Remote::new(issuer, source, keys.allowed, keys.outage))
            }
            None => {
                if fixed.is_empty() && faults.is_empty() {
                    faults.push(
                        "no key: add one, as `.es256(pem)`, or say where they are published, as \
                         `.jwks(url)`"
                            .to_owned(),
                    );
                }
                Self::Fixed(Arc::new(fixed))
            }
        };
        if faults.is_empty() {
            Ok(keyring)
        } else {
            Err(faults)
        }
    }

    /// The keys as of now, among them one that is `wanted` if the issuer has it.
    ///
    /// # Errors
    ///
    /// No token can be judged for want of keys; why.
    pub(super) async fn keys(
        &self,
        wanted: impl Fn(&KeySet) -> bool + Send,
    ) -> Result<Arc<KeySet>, String> {
        match self {
            Self::Fixed(set) => Ok(Arc::clone(set)),
            Self::Published(remote) => remote.keys(wanted).await,
        }
    }
}

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use crate::{Identity, principal::Vocabulary};

/// Names nobody knows are logged once each, and so many at most: a client may choose them.
const REMEMBERED: usize = 256;

/// The unknown names that were logged.
#[derive(Debug, Default)]
pub(super) struct UnknownNames(Mutex<HashSet<String>>);

impl UnknownNames {
    /// Adds a name that a credential states to who it names. One that the app doesn't know is dropped.
    pub(super) fn hold(
        &self,
        vocabulary: &'static Vocabulary,
        name: &str,
        identity: Identity,
    ) -> Identity {
        let index = vocabulary.index_of(name);
        match index.and_then(|index| u16::try_from(index).ok()) {
            Some(index) => identity.name(vocabulary, index),
            None => {
                self.log(vocabulary, name);
                identity
            }
        }
    }

    /// Says that a credential states nothing of a vocabulary where that is looked for: once.
    #[cfg(feature = "jwt")]
    pub(super) fn absent(&self, vocabulary: &Vocabulary, place: &impl std::fmt::Debug) {
        if self.is_new(format!("{} {place:?}", vocabulary.type_name)) {
            let cure = format!(
                "`.{}_at::<{}>([…])` says where they stand",
                vocabulary.kind.builder_method(),
                vocabulary.type_name
            );
            tracing::warn!(
                target: "auth_core::authentication",
                vocabulary = vocabulary.type_name, place = ?place, cure = ?cure,
                "a token has nothing where its roles or permissions are looked for"
            );
        }
    }

    fn is_new(&self, told: String) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.len() < REMEMBERED && seen.insert(told)
    }

    fn log(&self, vocabulary: &Vocabulary, name: &str) {
        if self.is_new(format!("{} {name}", vocabulary.type_name)) {
            let short: String = name.chars().take(64).collect();
            tracing::warn!(
                target: "auth_core::authentication",
                vocabulary = vocabulary.type_name, name = ?short,
                "a credential states a name the app doesn't know"
            );
        }
    }
}

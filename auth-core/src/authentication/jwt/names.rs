use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use super::json::Json;
use crate::{Identity, principal::Vocabulary};

/// Where a vocabulary's names stand in a token.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) vocabulary: &'static Vocabulary,
    pub(super) place: Vec<String>,
}

/// Names nobody knows are logged once each, and so many at most: a client chooses them.
const REMEMBERED: usize = 256;

/// The unknown names that were logged.
#[derive(Debug, Default)]
pub(super) struct Unknown(Mutex<HashSet<String>>);

impl Unknown {
    fn log(&self, vocabulary: &Vocabulary, name: &str) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < REMEMBERED && seen.insert(format!("{} {name}", vocabulary.type_name)) {
            let short: String = name.chars().take(64).collect();
            tracing::warn!(
                target: "auth_core::authentication",
                vocabulary = vocabulary.type_name, name = ?short, "a token states a name the app doesn't know"
            );
        }
    }
}

impl Source {
    /// Adds the names the token states to `identity`. Anything but a text or a list of texts is
    /// refused, never read as none.
    pub(super) fn fill(
        &self,
        claims: &Json,
        mut identity: Identity,
        unknown: &Unknown,
    ) -> Result<Identity, &'static str> {
        for name in texts(at(claims, &self.place)?)? {
            match self
                .vocabulary
                .names
                .iter()
                .position(|known| *known == name)
            {
                Some(index) => {
                    let index =
                        u16::try_from(index).map_err(|_| "a vocabulary of too many names")?;
                    identity = identity.name(self.vocabulary, index);
                }
                None => unknown.log(self.vocabulary, name),
            }
        }
        Ok(identity)
    }
}

/// Follows segments into nested objects. Absent is none; a step through anything but an object is
/// refused.
pub(super) fn at<'j>(claims: &'j Json, place: &[String]) -> Result<Option<&'j Json>, &'static str> {
    let mut here = claims;
    for segment in place {
        if !matches!(here, Json::Object(_)) {
            return Err("a claim's place leads through something that is no object");
        }
        match here.get(segment) {
            Some(next) => here = next,
            None => return Ok(None),
        }
    }
    Ok(Some(here))
}

/// A single text or a list of texts.
pub(super) fn texts(value: Option<&Json>) -> Result<Vec<&str>, &'static str> {
    const WRONG: &str = "names that are neither a text nor a list of texts";
    match value {
        None => Ok(Vec::new()),
        Some(Json::Text(text)) => Ok(vec![text]),
        Some(Json::List(list)) => list.iter().map(|one| one.text().ok_or(WRONG)).collect(),
        Some(_) => Err(WRONG),
    }
}

/// Scopes: a text of words, or a list (RFC 6749 §3.3; Azure and Okta write lists).
pub(super) fn scopes(value: Option<&Json>) -> Result<Vec<&str>, &'static str> {
    match value {
        Some(Json::Text(text)) => Ok(text.split(' ').filter(|word| !word.is_empty()).collect()),
        other => texts(other),
    }
}

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use axum::response::Response;
use http::{
    header::{CACHE_CONTROL, RETRY_AFTER, VARY, WWW_AUTHENTICATE},
    request::Parts,
};

use super::Denied;
use crate::facts::said;

/// How an app words denials, in an envelope of its own.
#[derive(Clone)]
pub(crate) struct Wording(Arc<Word>);

type Word = dyn Fn(&Denied, &Parts) -> Response + Send + Sync;

/// What an answer denies, until the router words it.
#[derive(Clone)]
pub(super) struct Unworded(pub(super) Arc<Denied>);

impl Wording {
    pub(crate) fn by(word: impl Fn(&Denied, &Parts) -> Response + Send + Sync + 'static) -> Self {
        Self(Arc::new(word))
    }

    /// The answer in the app's words, if it is a denial. It stays one: its status and challenge are put back.
    pub(crate) fn word(&self, mut answer: Response, request: &Parts) -> Response {
        let Some(Unworded(denied)) = answer.extensions_mut().remove() else {
            return answer;
        };
        let worded = catch_unwind(AssertUnwindSafe(|| (self.0)(&denied, request)));
        let mut worded = match worded {
            Ok(worded) => worded,
            Err(panic) => {
                let why = said(&*panic);
                tracing::error!(target: "auth_core::wiring", why = ?why, "a denial could not be worded");
                return answer;
            }
        };
        *worded.status_mut() = answer.status();
        for name in [WWW_AUTHENTICATE, CACHE_CONTROL, RETRY_AFTER] {
            worded.headers_mut().remove(&name);
            for value in answer.headers().get_all(&name) {
                worded.headers_mut().append(&name, value.clone());
            }
        }
        for value in answer.headers().get_all(VARY) {
            worded.headers_mut().append(VARY, value.clone());
        }
        worded
    }
}

impl fmt::Debug for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wording(..)")
    }
}

use std::{fmt, sync::Arc};

use axum::response::{IntoResponse, Response};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CACHE_CONTROL, Entry, RETRY_AFTER, VARY, WWW_AUTHENTICATE},
};

use super::{DenialKind, Problem};
use crate::{audit::Granting, authentication::slot::Edge, rule::DeniedWords};

/// A refusal: its kind for the app, its answer for the client.
///
/// The answer tells nothing but its kind; why exactly stands in the log.
pub struct Denied(Box<Refusal>);

struct Refusal {
    kind: DenialKind,
    edge: Option<Arc<Edge>>,
    /// What the challenge asks for.
    wanted: Vec<(&'static str, String)>,
    explanation: Option<String>,
    /// What the policy's author tells clients.
    words: Option<DeniedWords>,
    /// What was granted before, and isn't after all if this is the answer.
    granting: Option<Granting>,
}

impl Denied {
    pub(crate) fn at(kind: DenialKind, edge: &Arc<Edge>) -> Self {
        Self::new(kind, Some(Arc::clone(edge)))
    }

    pub(crate) fn new(kind: DenialKind, edge: Option<Arc<Edge>>) -> Self {
        let refusal = Refusal {
            kind,
            edge,
            wanted: Vec::new(),
            explanation: None,
            words: None,
            granting: None,
        };
        Self(Box::new(refusal))
    }

    /// A guard that found no authentication layer before it: never *nobody*.
    pub(crate) fn unwired() -> Self {
        tracing::error!(
            target: "auth_core::wiring",
            "a guard ran without the authentication layer before it: serve the router that `.authenticate(...)` returns"
        );
        Self::new(DenialKind::Misconfigured, None)
    }

    /// Says in the challenge which scopes would do.
    pub(crate) fn lacking(self, scopes: &[&'static str]) -> Self {
        if scopes.is_empty() {
            return self;
        }
        self.wanting(vec![("scope", scopes.join(" "))])
    }

    /// Says in the challenge what would do.
    pub(crate) fn wanting(mut self, wanted: Vec<(&'static str, String)>) -> Self {
        self.0.wanted = wanted;
        self
    }

    pub(crate) fn explained(mut self, explanation: String) -> Self {
        self.0.explanation = Some(explanation);
        self
    }

    /// With the words of the policy's author, who wrote them for clients. What is said to be missing, or can't be told,
    /// says no more.
    pub(crate) fn worded(mut self, words: Option<DeniedWords>) -> Self {
        let forbids = matches!(
            self.0.kind,
            DenialKind::Forbidden | DenialKind::InsufficientScope
        );
        self.0.words = words.filter(|_| forbids);
        self
    }

    pub(crate) fn instead_of(mut self, granting: Option<Granting>) -> Self {
        self.0.granting = granting;
        self
    }

    /// It is the answer.
    pub(super) fn answer(&self) {
        if let Some(granting) = &self.0.granting {
            granting.refuse();
        }
    }

    /// Which row of the table of answers this is.
    #[must_use]
    pub fn kind(&self) -> DenialKind {
        self.0.kind
    }

    /// Why, in the words of the rule, for logs and tests; never for clients.
    #[must_use]
    pub fn explanation(&self) -> Option<&str> {
        self.0.explanation.as_deref()
    }

    /// The code that the policy's author gave it, `denied(code = "…")`: beside the kind's own, for clients.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        self.0.words.map(|words| words.code)
    }

    /// What the policy's author tells clients, `denied(detail = "…")`.
    #[must_use]
    pub fn detail(&self) -> Option<&'static str> {
        self.0.words.and_then(|words| words.detail)
    }

    /// The challenges of its answer, as `WWW-Authenticate` has them.
    #[must_use]
    pub fn challenges(&self) -> Vec<HeaderValue> {
        let mut headers = HeaderMap::new();
        self.headers(&mut headers);
        let challenges = headers.get_all(WWW_AUTHENTICATE).iter();
        challenges.cloned().collect()
    }

    /// Whether the router words it in the app's own way.
    pub(super) fn is_to_be_worded(&self) -> bool {
        let edge = self.0.edge.as_ref();
        edge.is_some_and(|edge| edge.wording.is_some())
    }

    pub(super) fn headers(&self, headers: &mut HeaderMap) {
        let kind = self.0.kind;
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if kind.status() == http::StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        let Some(edge) = &self.0.edge else { return };
        vary(headers, &edge.vary);
        if kind.challenges() {
            for challenge in &edge.challenges {
                let mut challenge = challenge.clone();
                if let Some(error) = kind.challenge_error() {
                    challenge = challenge.with("error", error);
                }
                for (name, value) in &self.0.wanted {
                    challenge = challenge.with(name, value);
                }
                headers.append(WWW_AUTHENTICATE, challenge.header());
            }
        }
    }
}

/// Names each credential header in `Vary`, so that no cache serves one caller's answer to another.
pub(crate) fn vary(headers: &mut HeaderMap, on: &[HeaderName]) {
    for name in on {
        let name = HeaderValue::from(name.clone());
        match headers.entry(VARY) {
            Entry::Vacant(none) => {
                none.insert(name);
            }
            Entry::Occupied(mut some) => {
                if some.iter().all(|value| *value != name) {
                    some.append(name);
                }
            }
        }
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let explain = self
            .0
            .edge
            .as_ref()
            .is_some_and(|edge| edge.explain_to_client);
        let explanation = if explain {
            self.0.explanation.clone()
        } else {
            None
        };
        let problem = Problem::from(self);
        match explanation {
            Some(explanation) => problem.detail(explanation),
            None => problem,
        }
        .into_response()
    }
}

impl fmt::Debug for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Denied")
            .field("kind", &self.0.kind)
            .field("explanation", &self.0.explanation)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.code())
    }
}

impl std::error::Error for Denied {}

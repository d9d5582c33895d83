use axum::extract::{MatchedPath, OriginalUri};
use http::{Method, Uri, request::Parts};

/// The circumstances of a request, for conditions that take `&Context`.
///
/// No header is in it: what a client can say about itself is not a fact.
#[derive(Clone, Debug, Default)]
pub struct Context {
    method: Option<Method>,
    uri: Option<Uri>,
    template: Option<MatchedPath>,
}

impl Context {
    pub(crate) fn of(request: &Parts) -> Self {
        let original = request.extensions.get::<OriginalUri>();
        Self {
            method: Some(request.method.clone()),
            uri: Some(original.map_or_else(|| request.uri.clone(), |uri| uri.0.clone())),
            template: request.extensions.get().cloned(),
        }
    }

    /// The request's method, `HEAD` included; none outside a request.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// The request's URI as it arrived, whatever nesting stripped; none outside a request.
    #[must_use]
    pub fn uri(&self) -> Option<&Uri> {
        self.uri.as_ref()
    }

    /// The route's template, as `/tickets/{ticket_id}`; none in a fallback and outside a request.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.template.as_ref().map(MatchedPath::as_str)
    }
}

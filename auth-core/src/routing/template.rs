use axum::extract::{MatchedPath, NestedPath};
use http::request::Parts;

/// The template of the path a request matched, as `/tickets/{ticket_id}`; of a service or a fallback
/// below a prefix, the prefix's.
pub(crate) fn template(request: &Parts) -> Option<&str> {
    let matched = request.extensions.get::<MatchedPath>();
    let below = || request.extensions.get::<NestedPath>();
    matched
        .map(MatchedPath::as_str)
        .or_else(|| below().map(NestedPath::as_str))
}

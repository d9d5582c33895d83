//! Each decision explains itself: to the log, and to tests.

mod explain;

use axum::extract::MatchedPath;
use http::request::Parts;

pub(crate) use explain::explain;

use crate::{Principal, denial::DenialKind, rule::PolicyShape};

/// One event a denial, complete in itself.
///
/// Whatever a client may have chosen is written through `Debug`, which escapes control and
/// direction characters.
pub(crate) fn denied(
    kind: DenialKind,
    shape: &PolicyShape,
    caller: Option<&Principal>,
    request: Option<&Parts>,
    explanation: &str,
) {
    let route = request.and_then(|request| request.extensions.get::<MatchedPath>());
    tracing::info!(
        target: "auth_core::denial",
        code = kind.code(),
        status = kind.status().as_u16(),
        issuer = caller.map(|caller| tracing::field::debug(caller.issuer())),
        subject = caller.map(|caller| tracing::field::debug(caller.subject())),
        method = request.map(|request| request.method.as_str()),
        route = route.map(MatchedPath::as_str),
        policy = shape.name,
        declared_at = format_args!("{}:{}", shape.file, shape.line),
        explanation,
        "denied"
    );
}

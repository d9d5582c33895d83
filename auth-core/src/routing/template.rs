use std::{borrow::Cow, sync::Arc};

use axum::extract::{MatchedPath, NestedPath, Request};
use http::request::Parts;

/// Where a service was mounted: a router inside of it matches what is left of the path, and knows nothing of this.
#[derive(Clone)]
struct Mount {
    template: Arc<str>,
    /// What had been matched by then.
    matched: Option<MatchedPath>,
}

/// Tells what is matched inside of a service where that was mounted.
pub(super) fn mount(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    if let Some(template) = template(&parts) {
        let mount = Mount {
            template: template.into(),
            matched: parts.extensions.get().cloned(),
        };
        parts.extensions.insert(mount);
    }
    Request::from_parts(parts, body)
}

/// Whether a request is inside of a mounted service.
pub(crate) fn is_mounted(request: &Parts) -> bool {
    request.extensions.get::<Mount>().is_some()
}

/// The whole template of the path a request matched, as `/tickets/{ticket_id}`; of a service or a fallback below a
/// prefix, the prefix's.
pub(crate) fn template(request: &Parts) -> Option<Cow<'_, str>> {
    let matched = request.extensions.get().map(MatchedPath::as_str);
    let Some(mount) = request.extensions.get::<Mount>() else {
        let nested = request.extensions.get().map(NestedPath::as_str);
        return matched.or(nested).map(Cow::Borrowed);
    };
    let before = mount.matched.as_ref().map(MatchedPath::as_str);
    Some(match (before, matched) {
        (before, matched) if before == matched => Cow::Borrowed(&*mount.template),
        (_, None) => Cow::Borrowed(&*mount.template),
        // axum puts what it matched behind what it had matched.
        (Some(_), Some(whole)) => Cow::Borrowed(whole),
        (None, Some(rest)) => Cow::Owned(format!("{}{rest}", mount.template.trim_end_matches('/'))),
    })
}

/// The same of a matched route alone.
pub(crate) fn route(request: &Parts) -> Option<Cow<'_, str>> {
    let matched = request.extensions.get::<MatchedPath>();
    matched.and_then(|_| template(request))
}

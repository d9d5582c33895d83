use std::sync::Arc;

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
pub(crate) fn template(request: &Parts) -> Option<&str> {
    let matched = request.extensions.get().map(MatchedPath::as_str);
    let Some(mount) = request.extensions.get::<Mount>() else {
        return matched.or(request.extensions.get().map(NestedPath::as_str));
    };
    let before = mount.matched.as_ref().map(MatchedPath::as_str);
    // axum puts what it matches below behind what it had matched.
    let since = matched.filter(|_| before != matched);
    Some(since.unwrap_or(&mount.template))
}

/// The same of a matched route alone.
pub(crate) fn route(request: &Parts) -> Option<&str> {
    let matched = request.extensions.get::<MatchedPath>();
    matched.and_then(|_| template(request))
}

//! Paths that a service may read as another route's: axum matches a path as it is written, and who serves files decodes it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{OriginalUri, Request},
};
use percent_encoding::percent_decode_str;
use tower::util::MapRequestLayer;

use super::policies::{Mounted, Policies};

/// What routes a whole has, to find out which of them a path means once it is decoded.
#[derive(Clone)]
struct Routes(Arc<matchit::Router<usize>>);

impl Routes {
    /// None where nothing is mounted that might read a path otherwise.
    fn of(policies: &Policies) -> Option<Self> {
        if !policies.iter().any(|row| row.is_service) {
            return None;
        }
        let mut routes = matchit::Router::new();
        for (at, row) in policies.iter().enumerate() {
            if row.mounted == Mounted::UnknownPath {
                continue;
            }
            for pattern in row.patterns() {
                // Another method of a path is at that path already.
                let _ = routes.insert(pattern, at);
            }
        }
        Some(Self(Arc::new(routes)))
    }

    /// Tells the services below of it. The outermost knows of the whole, and is met first.
    fn tell(&self, mut request: Request) -> Request {
        request.extensions_mut().get_or_insert_with(|| self.clone());
        request
    }

    /// Whether a path means one route as it is written, and another one once it is decoded.
    fn differ(&self, path: &str) -> bool {
        let Some(decoded) = decoded(path) else {
            return false;
        };
        let route = |path: &str| self.0.at(path).ok().map(|found| *found.value);
        let meant = route(&decoded);
        meant.is_some() && meant != route(path)
    }
}

/// Tells a router's services of all the routes that stand beside them.
pub(super) fn tell_routes(inner: Router, all: &Policies) -> Router {
    match Routes::of(all) {
        Some(routes) => inner.layer(MapRequestLayer::new(move |request| routes.tell(request))),
        None => inner,
    }
}

/// Whether a service may take a request for one that another route's policy is about.
pub(super) fn is_respelled(request: &Request) -> bool {
    let extensions = request.extensions();
    let path = extensions.get().map(|OriginalUri(uri)| uri.path());
    let routes = extensions.get::<Routes>();
    routes
        .zip(path)
        .is_some_and(|(routes, path)| routes.differ(path))
}

/// A path as who serves files reads it: decoded, without what is empty, and with its dots resolved. None where that is how
/// it is written.
fn decoded(path: &str) -> Option<String> {
    if !["%", "\\", "//", "/."]
        .iter()
        .any(|mark| path.contains(mark))
    {
        return None;
    }
    let text = percent_decode_str(path).decode_utf8_lossy();
    let mut segments = Vec::new();
    for segment in text.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let slash = if path.ends_with('/') && !segments.is_empty() {
        "/"
    } else {
        ""
    };
    Some(format!("/{}{slash}", segments.join("/")))
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_path_is_decoded_as_who_serves_files_does() {
        for (path, read) in [
            ("/files/a", None),
            ("/files/a%20b", Some("/files/a b")),
            ("/files/%70rivate/a", Some("/files/private/a")),
            ("/files/private%2Fa", Some("/files/private/a")),
            ("/files//private/./a/", Some("/files/private/a/")),
            ("/files/x/%2e%2E/private", Some("/files/private")),
            ("/files/private%5Ca", Some("/files/private/a")),
            ("/../..//", Some("/")),
        ] {
            assert_eq!(decoded(path).as_deref(), read, "{path}");
        }
    }
}

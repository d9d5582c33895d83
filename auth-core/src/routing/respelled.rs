//! Paths that a service may read as another route's: axum matches a path as it is written, and who serves files decodes it.

use std::sync::Arc;

use axum::{Router, extract::Request};
use http::{Uri, request::Parts};
use percent_encoding::percent_decode_str;
use tower::util::MapRequestLayer;

use super::policies::{Mounted, Policies};

/// The routes of one whole, to find out which of them a path means once it is decoded.
struct Routes(matchit::Router<usize>);

/// The wholes around a service, each with the path as it was asked for it: below a prefix that is what is left.
#[derive(Clone, Default)]
struct Around(Vec<(Arc<Routes>, Uri)>);

impl Routes {
    /// None where nothing is mounted that might read a path otherwise.
    fn of(policies: &Policies) -> Option<Self> {
        if !policies.iter().any(|row| row.is_service) {
            return None;
        }
        let mut routes = matchit::Router::new();
        for (at, row) in policies.iter().enumerate() {
            let mut before = policies.iter().take(at);
            if row.mounted == Mounted::UnknownPath || before.any(|other| other.is_at(row)) {
                continue;
            }
            for pattern in row.patterns() {
                if let Err(why) = routes.insert(&pattern, at) {
                    tracing::error!(
                        target: "auth_core::wiring",
                        path = ?pattern, why = ?why,
                        "a path stands beside others as axum would not have it"
                    );
                }
            }
        }
        Some(Self(routes))
    }

    /// Whether a path means one route as it is written, and another one as a service may read it.
    fn differ(&self, path: &str) -> bool {
        let route = |path: &str| self.0.at(path).ok().map(|found| *found.value);
        let Ok(written) = self.0.at(path) else {
            return false;
        };
        // Nothing of it is read but by axum.
        if written.params.is_empty() {
            return false;
        }
        let read = decoded(path);
        let bare = read.trim_end_matches('/');
        [bare, &format!("{bare}/")]
            .into_iter()
            .filter_map(route)
            .any(|meant| meant != *written.value)
    }
}

/// Tells a router's services of all the routes that stand beside them.
pub(super) fn tell_routes(inner: Router, all: &Policies) -> Router {
    let Some(routes) = Routes::of(all).map(Arc::new) else {
        return inner;
    };
    inner.layer(MapRequestLayer::new(move |mut request: Request| {
        let whole = (Arc::clone(&routes), request.uri().clone());
        let around: &mut Around = request.extensions_mut().get_or_insert_default();
        around.0.push(whole);
        request
    }))
}

/// Whether a service may take a request for one that another route's policy is about.
pub(super) fn is_respelled(request: &Parts) -> bool {
    let around = request.extensions.get::<Around>();
    let mut wholes = around.into_iter().flat_map(|around| &around.0);
    wholes.any(|(routes, asked)| routes.differ(asked.path()))
}

/// A path as who serves files reads it: decoded, without what is empty, and with its dots resolved.
fn decoded(path: &str) -> String {
    let text = percent_decode_str(path).decode_utf8_lossy();
    let mut segments = Vec::new();
    for segment in text.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_path_is_decoded_as_who_serves_files_does() {
        for (path, read) in [
            ("/files/a", "/files/a"),
            ("/files/a/", "/files/a"),
            ("/files/a%20b", "/files/a b"),
            ("/files/%70rivate/a", "/files/private/a"),
            ("/files/private%2Fa", "/files/private/a"),
            ("/files//private/./a/", "/files/private/a"),
            ("/files/x/%2e%2E/private", "/files/private"),
            ("/files/private%5Ca", "/files/private/a"),
            ("/../..//", "/"),
        ] {
            assert_eq!(decoded(path), read, "{path}");
        }
    }
}

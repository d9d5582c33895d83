//! Paths that a service may read as another route's: axum matches a path as it is written, and who serves files decodes it.

use std::{borrow::Cow, sync::Arc};

use axum::{Router, extract::Request};
use http::{Uri, request::Parts};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use tower::util::MapRequestLayer;

use super::policies::{Mounted, Policies, PolicyRow};

/// The routes of one whole, to find out which of them a path means once it is decoded.
struct Routes {
    routes: matchit::Router<Route>,
    /// Whether there are routes that aren't among these.
    unlisted: bool,
}

/// Which row of the table it is, and what its parameter is called that takes all that is left of a path.
#[derive(Clone)]
struct Route {
    row: usize,
    rest: Option<String>,
}

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
            if matches!(row.mounted, Mounted::UnknownPath | Mounted::Unlisted)
                || before.any(|other| other.is_at(row))
            {
                continue;
            }
            for pattern in row.patterns() {
                let rest = pattern
                    .split_once("{*")
                    .map(|(_, rest)| rest.trim_end_matches('}'));
                let rest = rest.map(str::to_owned);
                if let Err(why) = routes.insert(&pattern, Route { row: at, rest }) {
                    tracing::error!(
                        target: "auth_core::wiring",
                        path = ?pattern, why = ?why,
                        "a path stands beside others as axum would not have it"
                    );
                }
            }
        }
        let unlisted = policies.iter().any(PolicyRow::is_unlisted);
        Some(Self { routes, unlisted })
    }

    /// Whether a path means one route as it is written, and another one, or the same with other keys, as a service may
    /// read it.
    fn differ(&self, path: &str) -> bool {
        let read = decoded(path);
        // Of what isn't listed nobody can say which of them it means.
        if self.unlisted && !is_plain(path) {
            return true;
        }
        let bare = read.trim_end_matches('/');
        let with_slash = format!("{bare}/");
        let reads = [bare, &with_slash].map(|path| self.routes.at(path).ok());
        let Ok(written) = self.routes.at(path) else {
            return reads.iter().any(Option::is_some);
        };
        // Nothing of it is read but by axum.
        if written.params.is_empty() {
            return false;
        }
        let rest = written.value.rest.as_deref();
        let named = |(name, _): &(&str, &str)| Some(*name) != rest;
        reads.iter().flatten().any(|read| {
            let read_keys = read
                .params
                .iter()
                .filter(named)
                .map(|(_, value)| Cow::Borrowed(value));
            let keys = written.params.iter().filter(named);
            let keys = keys.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy());
            read.value.row != written.value.row || !read_keys.eq(keys)
        })
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

/// Whether a service may take a request for another one than a policy was asked about. Where dots stand for folders, who
/// resolves them says what is meant: no two do it alike.
pub(super) fn is_respelled(request: &Parts) -> bool {
    let around = request.extensions.get::<Around>();
    let mut wholes = around.into_iter().flat_map(|around| &around.0);
    has_dots(request.uri.path())
        || wholes.any(|(routes, asked)| has_dots(asked.path()) || routes.differ(asked.path()))
}

fn has_dots(path: &str) -> bool {
    path.split('/').any(|segment| {
        let segment = percent_decode_str(segment).decode_utf8_lossy();
        segment
            .split(['/', '\\'])
            .any(|part| [".", ".."].contains(&part))
    })
}

/// Whether a path is spelled in the one way in which it is mostly: nothing is encoded that needn't be, nor what would separate
/// parts of it, and nothing is empty but what is after a slash at the end.
fn is_plain(path: &str) -> bool {
    let spelled = |segment: &str| {
        let decoded = percent_decode_str(segment).decode_utf8_lossy();
        let again = utf8_percent_encode(&decoded, ENCODED).to_string();
        !decoded.contains(['/', '\\']) && again.eq_ignore_ascii_case(segment)
    };
    let segments = path.strip_prefix('/').unwrap_or(path);
    let segments = segments.strip_suffix('/').unwrap_or(segments);
    segments
        .split('/')
        .all(|segment| spelled(segment) && (!segment.is_empty() || path == "/"))
}

/// What browsers encode in a path (URL Standard, the path percent-encode set), and `%` itself.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%');

/// A path as who serves files reads it: decoded, and without what is empty.
fn decoded(path: &str) -> String {
    let text = percent_decode_str(path).decode_utf8_lossy();
    let segments = text
        .split(['/', '\\'])
        .filter(|segment| !segment.is_empty());
    format!("/{}", segments.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::{decoded, has_dots, is_plain};

    #[test]
    fn a_path_is_plain_in_one_spelling_alone() {
        for path in [
            "/",
            "/a",
            "/a/",
            "/a%20b/c",
            "/%C3%A4",
            "/%c3%a4",
            "/@scope/x",
            "/a+b",
            "/100%25",
        ] {
            assert!(is_plain(path), "{path}");
        }
        for path in [
            "//",
            "/a//b",
            "/%61",
            "/a%2Fb",
            "/a%5cb",
            "/%40scope",
            "/a//",
        ] {
            assert!(!is_plain(path), "{path}");
        }
    }

    #[test]
    fn a_path_is_decoded_as_who_serves_files_does() {
        for (path, read) in [
            ("/files/a", "/files/a"),
            ("/files/a/", "/files/a"),
            ("/files/a%20b", "/files/a b"),
            ("/files/%70rivate/a", "/files/private/a"),
            ("/files/private%2Fa", "/files/private/a"),
            ("/files//private/a/", "/files/private/a"),
            ("/files/private%5Ca", "/files/private/a"),
            ("//", "/"),
        ] {
            assert_eq!(decoded(path), read, "{path}");
        }
    }

    #[test]
    fn dots_are_found_however_they_are_spelled() {
        for path in [
            "/a/./b",
            "/a/..",
            "/a/%2e%2E/b",
            "/a/..%2fb",
            "/x%2F.%5cy",
            "/%2e",
        ] {
            assert!(has_dots(path), "{path}");
        }
        for path in ["/a.b/c..d", "/...", "/.well-known/x", "/a/%2ehidden"] {
            assert!(!has_dots(path), "{path}");
        }
    }
}

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};

/// Whether a request was asked who calls: what is answered after that may be for the caller alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    /// Somebody looked at who calls.
    caller: AtomicBool,
    /// A guard decided.
    guard: AtomicBool,
}

impl Asked {
    pub(crate) fn by_a_guard(&self) {
        self.0.guard.store(true, Ordering::Relaxed);
    }

    pub(crate) fn who_calls(&self) {
        self.0.caller.store(true, Ordering::Relaxed);
    }

    /// Keeps an answer out of the caches that several people share, where it may be for its caller alone; `known` says
    /// whether that one was somebody.
    pub(crate) fn keep_private(&self, known: bool, headers: &mut HeaderMap) {
        let guarded = self.0.guard.load(Ordering::Relaxed);
        if known && (guarded || self.0.caller.load(Ordering::Relaxed)) {
            make_private(headers);
        } else if guarded {
            // What nobody is granted may still hang on where they call from, and when.
            let entry = headers.entry(CACHE_CONTROL);
            entry.or_insert(HeaderValue::from_static("private"));
        }
    }
}

/// What some shared caches look at first.
const TARGETED: [&str; 4] = [
    "surrogate-control",
    "x-accel-expires",
    "edge-control",
    "x-litespeed-cache-control",
];

/// `private` in place of what lets shared caches keep an answer (RFC 9111 §5.2.2), whatever the handler says.
fn make_private(headers: &mut HeaderMap) {
    // They are said to some shared caches past `Cache-Control` (RFC 9213; nginx, Akamai, LiteSpeed).
    let targeted: Vec<_> = headers
        .keys()
        .filter(|name| {
            let name = name.as_str();
            name.ends_with("cdn-cache-control") || TARGETED.contains(&name)
        })
        .cloned()
        .collect();
    for name in targeted {
        headers.remove(name);
    }
    let said: Vec<_> = headers.get_all(CACHE_CONTROL).iter().collect();
    let said: Vec<_> = said.iter().map(|value| value.as_bytes()).collect();
    let said = String::from_utf8_lossy(&said.join(&b", "[..])).into_owned();
    let mut kept: Vec<_> = directives(&said)
        .filter(|directive| {
            let name = directive.split('=').next().unwrap_or_default().trim();
            let shared = ["public", "s-maxage", "proxy-revalidate"];
            !shared.iter().any(|word| name.eq_ignore_ascii_case(word))
        })
        .collect();
    // `private="x-name"` keeps one header private, and not the answer.
    let is = |word: &str| kept.iter().any(|said| said.eq_ignore_ascii_case(word));
    if !is("private") && !is("no-store") {
        kept.insert(0, "private");
    }
    // What can't be written as a header says nothing that could be kept to.
    let value = HeaderValue::from_str(&kept.join(", "));
    let value = value.unwrap_or(HeaderValue::from_static("no-store"));
    headers.insert(CACHE_CONTROL, value);
}

/// The parts of a list between commas, those in quotes aside.
fn directives(list: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let parts = list.split(move |letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};

    use super::make_private;

    #[test]
    fn what_lets_shared_caches_keep_an_answer_is_taken_out() {
        for (said, made) in [
            (&[][..], "private"),
            (&[""], "private"),
            (&["public"], "private"),
            (&["Public, max-age=60"], "private, max-age=60"),
            (&["max-age=60", "S-MaxAge=600"], "private, max-age=60"),
            (
                &["public, no-cache=\"a, public\""],
                "private, no-cache=\"a, public\"",
            ),
            (
                &["private=\"x-name\", public"],
                "private, private=\"x-name\"",
            ),
            (&["private, max-age=5"], "private, max-age=5"),
            (&["no-store"], "no-store"),
            (&["public, no-store"], "no-store"),
            (
                &["must-revalidate,proxy-revalidate ,, public"],
                "private, must-revalidate",
            ),
        ] {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append(CACHE_CONTROL, HeaderValue::from_static(value));
            }
            make_private(&mut headers);
            let all: Vec<_> = headers.get_all(CACHE_CONTROL).iter().collect();
            assert_eq!(all, [made], "{said:?}");
        }
    }

    #[test]
    fn what_is_said_to_some_shared_caches_alone_is_taken_out() {
        let mut headers = HeaderMap::new();
        for name in [
            "cdn-cache-control",
            "acme-cdn-cache-control",
            "surrogate-control",
            "x-accel-expires",
            "edge-control",
            "x-litespeed-cache-control",
        ] {
            headers.insert(name, HeaderValue::from_static("max-age=60"));
        }
        make_private(&mut headers);
        assert_eq!(headers.len(), 1, "{headers:?}");
    }
}

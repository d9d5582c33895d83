use std::time::SystemTime;

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{COOKIE, Entry, SET_COOKIE},
};

/// Takes cookies of these names out of a request, and leaves all others as they are.
pub(super) fn take_out(headers: &mut HeaderMap, names: &[String]) {
    if names.is_empty() || !headers.contains_key(COOKIE) {
        return;
    }
    let kept: Vec<HeaderValue> = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| without(value, names))
        .collect();
    headers.remove(COOKIE);
    for value in kept {
        headers.append(COOKIE, value);
    }
}

/// A `Cookie` header without these; none if nothing is left.
fn without(value: &HeaderValue, names: &[String]) -> Option<HeaderValue> {
    let bytes = value.as_bytes();
    let pairs = bytes.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let kept: Vec<_> = pairs
        .filter(|pair| !pair.is_empty() && !names.iter().any(|name| is_named(pair, name)))
        .collect();
    let kept = kept.join(&b"; "[..]);
    if kept.is_empty() {
        None
    } else {
        HeaderValue::from_bytes(&kept).ok()
    }
}

/// Whether a request holds a cookie of one of these names.
pub(super) fn hold(headers: &HeaderMap, names: &[String]) -> bool {
    let mut held = headers.get_all(COOKIE).iter();
    held.any(|value| {
        let mut pairs = value.as_bytes().split(|byte| *byte == b';');
        pairs.any(|pair| names.iter().any(|name| is_named(pair.trim_ascii(), name)))
    })
}

/// Whether an answer sets a cookie of this name.
pub(super) fn sets(headers: &HeaderMap, name: &str) -> bool {
    let mut set = headers.get_all(SET_COOKIE).iter();
    set.any(|value| is_named(value.as_bytes().trim_ascii(), name))
}

/// Whether an answer clears a cookie of this name: it sets one that is over, or has all cookies cleared, and sets no other.
pub(super) fn clears(headers: &HeaderMap, name: &str) -> bool {
    let set = headers
        .get_all(SET_COOKIE)
        .iter()
        .map(HeaderValue::as_bytes);
    let mut named = set.filter(|cookie| is_named(cookie, name)).peekable();
    let all = || {
        let mut kinds = headers
            .get_all(CLEAR_SITE_DATA)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        kinds.any(|kind| [&b"\"cookies\""[..], b"\"*\""].contains(&kind.trim_ascii()))
    };
    (named.peek().is_some() || all()) && named.all(is_over)
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Takes out what an answer says of a cookie.
pub(super) fn unset(headers: &mut HeaderMap, name: &str) {
    let Entry::Occupied(entry) = headers.entry(SET_COOKIE) else {
        return;
    };
    let (_, values) = entry.remove_entry_mult();
    let others: Vec<_> = values
        .filter(|cookie| !is_named(cookie.as_bytes(), name))
        .collect();
    for cookie in others {
        headers.append(SET_COOKIE, cookie);
    }
}

/// Whether a browser forgets a cookie when it is told this of it (RFC 6265 §5.3): nothing is in it, or its time is over. Of
/// attributes that are said twice the last counts, and `Max-Age` before `Expires`.
fn is_over(cookie: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cookie);
    let mut parts = text.split(';');
    let value = parts
        .next()
        .and_then(|pair| pair.split_once('='))
        .map(|(_, value)| value.trim());
    let (mut lasts, mut ends) = (None, None);
    for attribute in parts {
        let (name, said) = attribute.split_once('=').unwrap_or((attribute, ""));
        let (name, said) = (name.trim(), said.trim());
        if name.eq_ignore_ascii_case("max-age") {
            lasts = seconds(said).or(lasts);
        } else if name.eq_ignore_ascii_case("expires") {
            // Older servers write dashes where there are spaces.
            let at = httpdate::parse_http_date(said)
                .or_else(|_| httpdate::parse_http_date(&said.replace('-', " ")));
            ends = at.ok().or(ends);
        }
    }
    match (lasts, ends) {
        (Some(lasts), _) => !lasts,
        (None, Some(ends)) => ends <= SystemTime::now(),
        (None, None) => value == Some(""),
    }
}

/// Whether there is time left, if that is what is said.
fn seconds(said: &str) -> Option<bool> {
    let digits = said.strip_prefix('-').unwrap_or(said);
    let legal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    legal.then(|| !said.starts_with('-') && digits.bytes().any(|byte| byte != b'0'))
}

fn is_named(pair: &[u8], name: &str) -> bool {
    let written = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    written.trim_ascii() == name.as_bytes()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::COOKIE};

    use super::{is_over, take_out};

    #[test]
    fn a_cookie_is_over_as_browsers_have_it() {
        for (cookie, over) in [
            ("s=1", false),
            ("s=", true),
            ("s=; Path=/", true),
            ("s=1; Max-Age=0", true),
            ("s=1; max-age=-5; Path=/", true),
            ("s=1; Max-Age=60", false),
            ("s=; Max-Age=60", false),
            ("s=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", true),
            ("s=1; Expires=Thu, 01 Jan 2970 00:00:00 GMT", false),
            (
                "s=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60",
                false,
            ),
        ] {
            assert_eq!(is_over(cookie.as_bytes()), over, "{cookie}");
        }
    }

    #[test]
    fn only_the_named_cookies_go() {
        for (before, after) in [
            (&["a=1; s=2; b=3"][..], &["a=1; b=3"][..]),
            (&["s=2"], &[]),
            (&["s=2; s=3", "a=1;s=4 ;"], &["a=1"]),
            (&["ss=2; as=3; S=4"], &["ss=2; as=3; S=4"]),
            (&["s"], &[]),
            (&[" s =2; a==;; b"], &["a==; b"]),
        ] {
            let mut headers = HeaderMap::new();
            for value in before {
                headers.append(COOKIE, HeaderValue::from_static(value));
            }
            take_out(&mut headers, &["s".to_owned()]);
            let left: Vec<_> = headers.get_all(COOKIE).iter().collect();
            assert_eq!(left, after, "{before:?}");
        }
    }
}

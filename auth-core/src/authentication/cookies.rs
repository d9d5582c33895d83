use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
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

fn is_named(pair: &[u8], name: &str) -> bool {
    let written = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    written.trim_ascii() == name.as_bytes()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::COOKIE};

    use super::take_out;

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

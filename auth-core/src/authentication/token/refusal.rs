//! Why a token isn't accepted, in words for the log: what it says, what is wanted, and what to write where that is meant.
//!
//! Who it is for and who issued it is no secret; the token itself is, and is never in these words.

use std::{borrow::Cow, sync::Arc, time::Duration};

use crate::{Identity, authentication::Outcome};

/// Words for the log.
pub(super) type Why = Cow<'static, str>;

/// Why a token isn't accepted.
#[derive(Debug)]
pub(super) enum Unaccepted {
    /// It doesn't verify.
    Refused(Why),
    /// It can't be judged now.
    Unavailable(String),
}

impl From<&'static str> for Unaccepted {
    fn from(why: &'static str) -> Self {
        Self::Refused(why.into())
    }
}

impl From<Why> for Unaccepted {
    fn from(why: Why) -> Self {
        Self::Refused(why)
    }
}

impl From<Result<Arc<Identity>, Unaccepted>> for Outcome {
    fn from(judged: Result<Arc<Identity>, Unaccepted>) -> Self {
        match judged {
            Ok(identity) => Self::Known(identity),
            Err(Unaccepted::Refused(why)) => Self::Refused(why.into_owned()),
            Err(Unaccepted::Unavailable(why)) => Self::Unavailable(why),
        }
    }
}

pub(super) fn another_issuer<'i>(said: &str, trusted: impl Iterator<Item = &'i str>) -> Why {
    let trusted: Vec<_> = trusted.collect();
    let bare = |name: &str| name.trim_end_matches('/').len();
    let by_a_slash = trusted
        .iter()
        .any(|name| name[..bare(name)] == said[..bare(said)]);
    let cure = if by_a_slash {
        ": they differ in the slash at the end, and `Issuer::new` names it as tokens do"
    } else {
        ""
    };
    let (said, trusted) = (excerpt(said), listed(&trusted));
    format!("its issuer is {said}, and trusted is {trusted}{cure}").into()
}

pub(super) fn another_audience(said: &[&str], ours: &[String]) -> Why {
    let ours: Vec<_> = ours.iter().map(String::as_str).collect();
    let (said, ours) = (listed(said), listed(&ours));
    format!("it is for {said}, and we are {ours}: `.audience(…)` says who else we are").into()
}

pub(super) fn no_audience(at: &impl std::fmt::Debug) -> Why {
    format!("it names no audience at {at:?}: `.audience_at([…])` says where this issuer does")
        .into()
}

/// `typ` as it stands there, if it does; `may_be` says whether tokens of older providers look like this.
pub(super) fn another_type(said: Option<&str>, wanted: &str, may_be: bool) -> Why {
    let cure = if may_be {
        ": where its issuer can't be told to write that, `.allow_untyped()` takes it"
    } else {
        ""
    };
    match said {
        Some(said) => format!("its `typ` is {}, and not `{wanted}`{cure}", excerpt(said)).into(),
        None => format!("it has no `typ`, which should be `{wanted}`{cure}").into(),
    }
}

pub(super) fn missing(claim: &str) -> Why {
    format!("it has no `{claim}`, which the app requires (`require_claim`)").into()
}

pub(super) fn no_key(algorithm: &str, key_id: Option<&str>) -> Why {
    match key_id {
        Some(id) => format!("no key for {algorithm} is called {}", excerpt(id)).into(),
        None => format!("no key for {algorithm}, and it names none").into(),
    }
}

pub(super) fn never_taken(algorithm: &str) -> Why {
    format!("its `alg` is {}, which is never taken", excerpt(algorithm)).into()
}

pub(super) fn expired(ago: Duration) -> Why {
    format!("it expired {} s ago", ago.as_secs()).into()
}

pub(super) fn not_yet(what: &str, ahead: Duration, leeway: Duration) -> Why {
    let (ahead, leeway) = (ahead.as_secs(), leeway.as_secs());
    format!("it {what} in {ahead} s, by our clock: they may differ by {leeway} s (`.leeway(…)`)")
        .into()
}

/// As much as shows what it is.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 128;

    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn listed(names: &[&str]) -> String {
    const MOST: usize = 4;

    let mut shown: Vec<_> = names.iter().take(MOST).map(|name| excerpt(name)).collect();
    if names.len() > MOST {
        shown.push("others".to_owned());
    }
    if shown.is_empty() {
        "nobody".to_owned()
    } else {
        shown.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{another_audience, another_issuer};

    #[test]
    fn words_say_what_came_and_what_is_wanted_and_no_more_of_it_than_shows_it() {
        let ours = ["https://id.example"];
        let words = another_issuer("https://id.example/", ours.into_iter());
        assert_eq!(
            words,
            "its issuer is `https://id.example/`, and trusted is `https://id.example`: they differ in the slash at the \
             end, and `Issuer::new` names it as tokens do"
        );
        let words = another_issuer(&"ä".repeat(8_000), ours.into_iter());
        assert!(words.chars().count() < 220, "{words}");
        let words = another_audience(&["a"; 1_000], &["notes".to_owned()]);
        assert_eq!(
            words,
            "it is for `a`, `a`, `a`, `a`, others, and we are `notes`: `.audience(…)` says who else we are"
        );
    }
}

use std::borrow::Cow;

use axum::extract::RawPathParams;
use http::request::Parts;

use crate::routing::template;

/// Where the key of a resource stands.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum KeyAt {
    /// In the parameter that its kind names: `{ticket_id}`, or `{id}` after `/tickets/`.
    Kind,
    /// In this parameter of the path.
    Param(&'static str),
    /// In these parameters of the path, as one text: `acme/website`.
    Params(&'static [&'static str]),
    /// In this parameter of the query.
    Query(&'static str),
}

/// Why a route's path doesn't say which resource is meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum KeyFault {
    /// No parameter is the kind's key; what would be.
    Absent(String),
    /// One name stands in the path twice.
    Twice,
}

/// Whether a parameter's name alone makes it the key of `kind`.
fn is_key(name: &str, kind: &str, param: Option<&str>) -> bool {
    match param {
        Some(param) => name == param,
        None => name.strip_suffix("_id") == Some(kind),
    }
}

/// What a request says a key is.
pub(crate) enum KeyText<'p> {
    Is(Cow<'p, str>),
    /// It says nothing of it.
    NotNamed,
    /// It says something that is no key: two of them, or a part that could be read as two.
    Unreadable,
}

/// What a request says the key of `kind` is.
pub(crate) fn key_text<'p>(
    params: &'p RawPathParams,
    request: &'p Parts,
    kind: &str,
    at: KeyAt,
) -> KeyText<'p> {
    let named = |param| named(params, request, kind, param);
    match at {
        KeyAt::Kind => named(None),
        KeyAt::Param(param) => named(Some(param)),
        KeyAt::Params(all) => {
            let mut parts = Vec::new();
            for param in all {
                match named(Some(param)) {
                    // A part that holds the mark between parts could be read as two.
                    KeyText::Is(part) if part.contains('/') => return KeyText::Unreadable,
                    KeyText::Is(part) => parts.push(part),
                    other => return other,
                }
            }
            KeyText::Is(Cow::Owned(parts.join("/")))
        }
        KeyAt::Query(name) => {
            let query = request.uri.query().unwrap_or_default().as_bytes();
            let mut found = form_urlencoded::parse(query).filter(|(known, _)| known == name);
            match (found.next(), found.next()) {
                (Some((_, value)), None) => KeyText::Is(value),
                (None, _) => KeyText::NotNamed,
                (Some(_), Some(_)) => KeyText::Unreadable,
            }
        }
    }
}

fn named<'p>(
    params: &'p RawPathParams,
    request: &Parts,
    kind: &str,
    param: Option<&str>,
) -> KeyText<'p> {
    let by_name = params.iter().filter(|(name, _)| is_key(name, kind, param));
    let by_name = by_name.map(|(_, text)| text);
    let by_place = match by_place(params, request, kind, param) {
        Ok(by_place) => by_place,
        Err(Unclear) => return KeyText::Unreadable,
    };
    let mut found = by_name.chain(by_place);
    match (found.next(), found.next()) {
        (Some(text), None) => KeyText::Is(Cow::Borrowed(text)),
        (None, _) => KeyText::NotNamed,
        // A router that is mounted as a service below a key may have one of its own, and no start has seen both.
        (Some(_), Some(_)) => KeyText::Unreadable,
    }
}

/// It can't be told which `{id}` of the template is which of the path's.
struct Unclear;

/// What stands as `{id}` directly after the kind's own segment. Only for these the template has to be asked.
fn by_place<'p>(
    params: &'p RawPathParams,
    request: &Parts,
    kind: &str,
    param: Option<&str>,
) -> Result<Vec<&'p str>, Unclear> {
    let ids = params.iter().filter(|(name, _)| *name == "id");
    let ids: Vec<_> = ids.map(|(_, text)| text).collect();
    let template = template(request).filter(|_| param.is_none() && !ids.is_empty());
    let Some(template) = template else {
        return Ok(Vec::new());
    };
    let places: Vec<_> = ids_of(template, kind).collect();
    if places.len() != ids.len() {
        return Err(Unclear);
    }
    let of_kind = ids.into_iter().zip(places).filter(|(_, is)| *is);
    Ok(of_kind.map(|(text, _)| text).collect())
}

/// Each `{id}` of a template: whether it stands directly after the kind's own segment.
fn ids_of(template: &str, kind: &str) -> impl Iterator<Item = bool> {
    let segments = template.split('/');
    let before = [""].into_iter().chain(segments.clone());
    let ids = before
        .zip(segments)
        .filter(|(_, segment)| parameter(segment) == Some("id"));
    ids.map(move |(before, _)| names_kind(before, kind))
}

/// Whether a full path template says which `kind` is meant.
pub(crate) fn check_key(template: &str, kind: &str, at: KeyAt) -> Result<(), KeyFault> {
    match at {
        KeyAt::Kind => parameter_of(template, kind, None).map(drop),
        KeyAt::Param(param) => parameter_of(template, kind, Some(param)).map(drop),
        KeyAt::Params(all) => all
            .iter()
            .try_for_each(|param| parameter_of(template, kind, Some(param)).map(drop)),
        KeyAt::Query(_) => Ok(()),
    }
}

/// The path parameter that is the key of `kind`, on a full path template.
///
/// `{ticket_id}`, or `{id}` directly after a static segment that is the kind or its plural.
fn parameter_of<'t>(
    template: &'t str,
    kind: &str,
    param: Option<&str>,
) -> Result<&'t str, KeyFault> {
    let mut found = None;
    let mut before = "";
    for segment in template.split('/') {
        if let Some(name) = parameter(segment) {
            let by_place = param.is_none() && name == "id" && names_kind(before, kind);
            if by_place || is_key(name, kind, param) {
                if found.is_some() {
                    return Err(KeyFault::Twice);
                }
                found = Some(name);
            }
        }
        before = segment;
    }
    found.ok_or_else(|| KeyFault::Absent(param.map_or_else(|| format!("{kind}_id"), str::to_owned)))
}

/// The name in `{name}`, `{*name}` or `v{name}`; two braces are one that is meant literally.
pub(crate) fn parameter(segment: &str) -> Option<&str> {
    let mut rest = segment;
    loop {
        let (_, after) = rest.split_once('{')?;
        match after.strip_prefix('{') {
            Some(literal) => rest = literal,
            None => {
                let (name, _) = after.split_once('}')?;
                return Some(name.strip_prefix('*').unwrap_or(name));
            }
        }
    }
}

fn names_kind(segment: &str, kind: &str) -> bool {
    let same = |a: &str| a.replace('-', "_") == kind;
    same(segment)
        || segment.strip_suffix('s').is_some_and(same)
        || segment.strip_suffix("es").is_some_and(same)
        || segment
            .strip_suffix("ies")
            .is_some_and(|stem| same(&format!("{stem}y")))
}

#[cfg(test)]
mod tests {
    use super::{KeyFault, parameter_of};

    #[test]
    fn a_key_is_found_by_the_kinds_name_or_after_its_segment() {
        assert_eq!(
            parameter_of("/tickets/{ticket_id}", "ticket", None),
            Ok("ticket_id")
        );
        assert_eq!(parameter_of("/tickets/{id}", "ticket", None), Ok("id"));
        assert_eq!(
            parameter_of("/categories/{id}/x", "category", None),
            Ok("id")
        );
        assert_eq!(
            parameter_of("/t/{slug}", "ticket", Some("slug")),
            Ok("slug")
        );
    }

    #[test]
    fn an_id_of_something_else_is_no_key() {
        let absent = Err(KeyFault::Absent("ticket_id".to_owned()));
        assert_eq!(parameter_of("/projects/{id}", "ticket", None), absent);
        assert_eq!(parameter_of("/tickets/new/{id}", "ticket", None), absent);
        assert_eq!(parameter_of("/tickets", "ticket", None), absent);
    }

    #[test]
    fn two_keys_of_one_kind_are_a_fault() {
        let twice = "/tickets/{id}/of/{ticket_id}";
        assert_eq!(parameter_of(twice, "ticket", None), Err(KeyFault::Twice));
    }
}

use axum::extract::RawPathParams;

/// Why a route's path doesn't say which resource is meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum KeyFault {
    /// No parameter is the kind's key.
    Absent,
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

/// The text of the key of `kind` among a request's path parameters.
pub(crate) fn key_text<'p>(
    params: &'p RawPathParams,
    template: &str,
    kind: &str,
    param: Option<&str>,
) -> Option<&'p str> {
    let named = |wanted: &dyn Fn(&str) -> bool| {
        let mut all = params.iter();
        all.find(|(name, _)| wanted(name)).map(|(_, text)| text)
    };
    // Only of `{id}` does the template have to be asked.
    named(&|name| is_key(name, kind, param)).or_else(|| {
        let found = key_parameter(template, kind, param).ok()?;
        named(&|name| name == found)
    })
}

/// The path parameter that is the key of `kind`, on a full path template.
///
/// `{ticket_id}`, or `{id}` directly after a static segment that is the kind or its plural.
pub(crate) fn key_parameter<'t>(
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
    found.ok_or(KeyFault::Absent)
}

/// The name in `{name}` or `{*name}`.
pub(crate) fn parameter(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    (!name.starts_with('{')).then(|| name.strip_prefix('*').unwrap_or(name))
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
    use super::{KeyFault, key_parameter};

    #[test]
    fn a_key_is_found_by_the_kinds_name_or_after_its_segment() {
        assert_eq!(
            key_parameter("/tickets/{ticket_id}", "ticket", None),
            Ok("ticket_id")
        );
        assert_eq!(key_parameter("/tickets/{id}", "ticket", None), Ok("id"));
        assert_eq!(
            key_parameter("/categories/{id}/x", "category", None),
            Ok("id")
        );
        assert_eq!(
            key_parameter("/t/{slug}", "ticket", Some("slug")),
            Ok("slug")
        );
    }

    #[test]
    fn an_id_of_something_else_is_no_key() {
        let absent = Err(KeyFault::Absent);
        assert_eq!(key_parameter("/projects/{id}", "ticket", None), absent);
        assert_eq!(key_parameter("/tickets/new/{id}", "ticket", None), absent);
        assert_eq!(key_parameter("/tickets", "ticket", None), absent);
    }

    #[test]
    fn two_keys_of_one_kind_are_a_fault() {
        let twice = "/tickets/{id}/of/{ticket_id}";
        assert_eq!(key_parameter(twice, "ticket", None), Err(KeyFault::Twice));
    }
}

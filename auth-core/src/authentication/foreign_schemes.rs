use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, Entry},
};

/// Schemes of `Authorization` that mean nothing here: what a proxy in front of the app asked for, and left.
#[derive(Clone, Debug, Default)]
pub(crate) struct ForeignSchemes(Vec<&'static str>);

impl ForeignSchemes {
    /// # Errors
    ///
    /// It is no scheme: a token (RFC 9110 §11.1).
    pub(crate) fn add(&mut self, scheme: &'static str) -> Result<(), &'static str> {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if scheme.is_empty() || !scheme.bytes().all(legal) {
            return Err("it is no scheme of `Authorization`");
        }
        self.0.push(scheme);
        Ok(())
    }

    pub(crate) fn contain(&self, scheme: &str) -> bool {
        self.0.iter().any(|one| one.eq_ignore_ascii_case(scheme))
    }

    /// Takes the values out that are of such a scheme.
    pub(super) fn take_out(&self, headers: &mut HeaderMap) -> Vec<HeaderValue> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let Entry::Occupied(entry) = headers.entry(AUTHORIZATION) else {
            return Vec::new();
        };
        let (_, values) = entry.remove_entry_mult();
        let of_none = |value: &HeaderValue| {
            let scheme = value.as_bytes().split(|byte| *byte == b' ').next();
            let scheme = scheme.and_then(|scheme| str::from_utf8(scheme).ok());
            scheme.is_some_and(|scheme| self.contain(scheme))
        };
        let (foreign, ours): (Vec<_>, Vec<_>) = values.partition(of_none);
        put_back(headers, ours);
        foreign
    }
}

pub(super) fn put_back(headers: &mut HeaderMap, values: Vec<HeaderValue>) {
    for value in values {
        headers.append(AUTHORIZATION, value);
    }
}

use http::{HeaderName, header::AUTHORIZATION, request::Parts};

use super::Presented;

/// Where a client puts a credential: behind a scheme in `Authorization`, or alone in another header.
#[derive(Clone, Debug)]
pub(super) struct CredentialHeader {
    pub(super) name: HeaderName,
    pub(super) scheme: &'static str,
}

impl CredentialHeader {
    pub(super) fn authorization(scheme: &'static str) -> Self {
        Self {
            name: AUTHORIZATION,
            scheme,
        }
    }

    /// Whether there is one, or what should be one.
    pub(super) fn presented(&self, request: &Parts) -> Presented {
        let mut values = request.headers.get_all(&self.name).iter();
        if values.any(|value| self.after_scheme(value.as_bytes()).is_some()) {
            Presented::Explicit
        } else {
            Presented::Nothing
        }
    }

    /// The credential's text; none where there is no such header.
    ///
    /// # Errors
    ///
    /// A header that holds no single credential of this kind.
    pub(super) fn text<'r>(&self, request: &'r Parts) -> Result<Option<&'r str>, &'static str> {
        let mut values = request.headers.get_all(&self.name).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err("more than one header with a credential");
        }
        let text = self.after_scheme(value.as_bytes());
        let text = text.ok_or("an `Authorization` header of another scheme")?;
        match str::from_utf8(text) {
            Ok(text) if text.is_ascii() => Ok(Some(text)),
            _ => Err("a header with a credential that is not ASCII"),
        }
    }

    /// What follows the scheme, which is spelled in any case (RFC 9110 §11.1); all of it in a header that
    /// has none.
    fn after_scheme<'v>(&self, value: &'v [u8]) -> Option<&'v [u8]> {
        if self.name != AUTHORIZATION {
            return Some(value);
        }
        let (scheme, rest) = value.split_at_checked(self.scheme.len())?;
        let ours = scheme.eq_ignore_ascii_case(self.scheme.as_bytes());
        match rest {
            _ if !ours => None,
            [b' ', text @ ..] => Some(text),
            [] => Some(rest),
            _ => None,
        }
    }
}

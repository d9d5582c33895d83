use std::fmt::Write;

use http::HeaderValue;

/// A `WWW-Authenticate` challenge (RFC 9110 §11.6.1): a scheme and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    scheme: &'static str,
    parameters: Vec<(&'static str, String)>,
}

impl Challenge {
    /// A challenge of `scheme` without parameters.
    #[must_use]
    pub fn new(scheme: &'static str) -> Self {
        Self {
            scheme,
            parameters: Vec::new(),
        }
    }

    /// Adds a parameter. Characters that RFC 6750 §3 does not allow in one become `?`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        let value = value.as_ref().chars();
        let value = value.map(|c| match c {
            ' ' | '!' | '#'..='[' | ']'..='~' => c,
            _ => '?',
        });
        self.parameters.push((name, value.collect()));
        self
    }

    pub(crate) fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The header's value.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        let mut text = self.scheme.to_owned();
        for (at, (name, value)) in self.parameters.iter().enumerate() {
            let comma = if at == 0 { " " } else { ", " };
            let _ = write!(text, "{comma}{name}=\"{value}\"");
        }
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("Bearer"))
    }
}

/// By what kind of credential somebody showed who they are: for the audit trail, and for rules that trust one
/// kind less than another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A token that an issuer gave out.
    AccessToken,
    /// A key that a machine keeps.
    ApiKey,
    /// A browser's session.
    Session,
    /// One of the app's own authenticators, in a word.
    Other(&'static str),
}

impl CredentialKind {
    /// What it is called in the audit trail.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::ApiKey => "api_key",
            Self::Session => "session",
            Self::Other(word) => word,
        }
    }
}

use http::StatusCode;

/// The rows of the table of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenialKind {
    /// No credentials, and the rule doesn't hold for nobody.
    Unauthenticated,
    /// Credentials that don't verify.
    InvalidToken,
    /// Credentials that can't be read as such, or two of them.
    InvalidRequest,
    /// Another site made the browser send the request, and its cookie with it.
    CrossSiteRequest,
    /// Credentials that can't be judged now.
    CredentialsUnavailable,
    /// A known caller who may not do this.
    Forbidden,
    /// A known caller whose credential lacks nothing but scopes.
    InsufficientScope,
    /// All else holds, and the login is too old or too weak (RFC 9470).
    InsufficientUserAuthentication,
    /// A resource that isn't there, or is hidden from this caller.
    NotFound,
    /// A decision that can't be made now.
    Unavailable,
    /// A guard without an authentication layer before it, or a handler its policy doesn't fit.
    Misconfigured,
}

impl DenialKind {
    /// The status of the answer.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Unauthenticated | Self::InvalidToken | Self::InsufficientUserAuthentication => {
                StatusCode::UNAUTHORIZED
            }
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::Forbidden | Self::InsufficientScope | Self::CrossSiteRequest => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::CredentialsUnavailable | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Misconfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code in the answer's body: one a row, never one an atom.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::InvalidToken => "invalid_token",
            Self::InvalidRequest => "invalid_request",
            Self::CrossSiteRequest => "cross_site_request",
            Self::CredentialsUnavailable => "credentials_unavailable",
            Self::Forbidden => "forbidden",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
            Self::Misconfigured => "misconfigured",
        }
    }

    /// The `error` of a bearer challenge (RFC 6750 §3.1, RFC 9470 §3); none without credentials.
    pub(crate) fn challenge_error(self) -> Option<&'static str> {
        match self {
            Self::InvalidToken => Some("invalid_token"),
            Self::InvalidRequest => Some("invalid_request"),
            Self::InsufficientScope => Some("insufficient_scope"),
            Self::InsufficientUserAuthentication => Some("insufficient_user_authentication"),
            _ => None,
        }
    }

    /// Whether the answer carries the router's challenges.
    pub(crate) fn challenges(self) -> bool {
        matches!(
            self,
            Self::Unauthenticated
                | Self::InvalidToken
                | Self::InvalidRequest
                | Self::InsufficientScope
                | Self::InsufficientUserAuthentication
        )
    }
}

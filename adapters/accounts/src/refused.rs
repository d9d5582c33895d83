use std::{fmt, time::Duration};

use auth_core::Problem;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// Why nobody is logged in. As an answer it is 401, 429 or 503, and tells nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginRefused {
    /// There is no such account, or its password is another: nobody learns which.
    Wrong,
    /// Too many attempts, for this name or from this address; the next one counts after this time.
    TooMany(Duration),
    /// It can't be told now. The words go to the log alone.
    Unavailable(String),
}

impl fmt::Display for LoginRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong => f.write_str("the name or the password is wrong"),
            Self::TooMany(time) => write!(f, "too many attempts: try again in {time:.0?}"),
            Self::Unavailable(why) => write!(f, "accounts can't be asked now: {why}"),
        }
    }
}

impl std::error::Error for LoginRefused {}

impl From<LoginRefused> for Problem {
    fn from(refused: LoginRefused) -> Self {
        match refused {
            LoginRefused::Wrong => Problem::new(StatusCode::UNAUTHORIZED, "login_refused")
                .detail("the name or the password is wrong"),
            LoginRefused::TooMany(wait) => {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").retry_after(wait)
            }
            LoginRefused::Unavailable(why) => {
                tracing::error!(target: "auth_accounts", ?why, "accounts can't be asked");
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "accounts_unavailable")
            }
        }
    }
}

impl IntoResponse for LoginRefused {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

/// Why there is no new account, or no new password.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotRegistered {
    /// The name is somebody's already.
    Taken,
    /// The password can't be used; why, for whom it concerns.
    Weak(&'static str),
    /// It can't be kept now. The words go to the log alone.
    Unavailable(String),
}

impl fmt::Display for NotRegistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str("the name is taken"),
            Self::Weak(why) => f.write_str(why),
            Self::Unavailable(why) => write!(f, "the account can't be kept now: {why}"),
        }
    }
}

impl std::error::Error for NotRegistered {}

/// Why a password wasn't changed by who gave the old one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordNotChanged {
    /// The old password proves nothing.
    Refused(LoginRefused),
    /// The new one can't be used or kept.
    New(NotRegistered),
}

impl fmt::Display for PasswordNotChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => why.fmt(f),
            Self::New(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for PasswordNotChanged {}

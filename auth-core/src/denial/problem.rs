use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};
use serde::Serialize;

use super::{Denied, wording::Unworded};

/// An error as RFC 9457 tells it: `application/problem+json` with a stable `code`.
///
/// The framework's own refusals come as problems, and the app's may: `Problem` is free for it.
///
/// ```
/// use auth_core::Problem;
/// use axum::http::StatusCode;
///
/// let problem = Problem::new(StatusCode::CONFLICT, "stale").detail("read the ticket again");
/// assert_eq!(problem.status(), StatusCode::CONFLICT);
/// assert_eq!(problem.code(), "stale");
/// ```
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    reason: Option<&'static str>,
    detail: Option<String>,
    retry_after: Option<Duration>,
    denied: Option<Denied>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl Problem {
    /// A problem of the app's own, with a code that clients may rely on.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            reason: None,
            detail: None,
            retry_after: None,
            denied: None,
        }
    }

    /// Says more to the client. It stands in the answer: nothing internal belongs here.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says after what time trying again may help: in `Retry-After`, in whole seconds.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The status it is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    pub(super) fn body(&self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            reason: self.reason,
            detail: self.detail.as_deref(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let problem = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, problem);
        response
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let kind = denied.kind();
        Self {
            reason: denied.reason(),
            detail: denied.detail().map(str::to_owned),
            denied: Some(denied),
            ..Self::new(kind.status(), kind.code())
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.body();
        if let Some(wait) = self.retry_after {
            let started = u64::from(wait.subsec_nanos() > 0);
            let seconds = HeaderValue::from(wait.as_secs().saturating_add(started));
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        if let Some(denied) = self.denied {
            denied.answer();
            denied.headers(response.headers_mut());
            if denied.is_to_be_worded() {
                response.extensions_mut().insert(Unworded(Arc::new(denied)));
            }
        }
        response
    }
}

//! What clients are told of errors that are no denials: RFC 9457, as denials are.

use auth_core::Problem;
use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};
use serde::de::DeserializeOwned;

use crate::{domain::Invalid, repository::StoreError, service::Failure};

/// A JSON body; what can't be read as one is a problem document.
pub(crate) struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::from_request(request, state).await {
            Ok(Json(input)) => Ok(Self(input)),
            Err(rejection) => Err(unreadable(&rejection)),
        }
    }
}

fn unreadable(rejection: &JsonRejection) -> Problem {
    let code = match rejection {
        JsonRejection::JsonSyntaxError(_) => "malformed_json",
        JsonRejection::JsonDataError(_) => "unexpected_json",
        JsonRejection::MissingJsonContentType(_) => "not_json",
        _ => "unreadable_body",
    };
    Problem::new(rejection.status(), code).detail(rejection.body_text())
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_ticket").detail(invalid.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = ?error.to_string(), "the store failed");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable")
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Invalid(invalid) => invalid.into(),
            Failure::Stale => Self::new(StatusCode::CONFLICT, "stale_version")
                .detail("somebody changed the ticket meanwhile: read it again"),
            Failure::NotAPerson => Self::new(StatusCode::FORBIDDEN, "not_a_person"),
            Failure::Store(error) => error.into(),
        }
    }
}

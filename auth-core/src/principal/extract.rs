use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::Principal;
use crate::{
    authentication::slot::slot,
    denial::{DenialKind, Denied},
};

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Denied;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Denied> {
        let slot = slot(request).ok_or_else(Denied::unwired)?;
        let caller = slot.caller.clone();
        caller.ok_or_else(|| Denied::at(DenialKind::Unauthenticated, &slot.edge))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Principal {
    type Rejection = Denied;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Option<Self>, Denied> {
        let slot = slot(request).ok_or_else(Denied::unwired)?;
        Ok(slot.caller.clone())
    }
}

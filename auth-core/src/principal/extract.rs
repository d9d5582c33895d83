use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::Principal;
use crate::{
    audit::Denial,
    authentication::slot::slot,
    denial::{DenialKind, Denied},
};

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Denied;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Denied> {
        let slot = slot(request).ok_or_else(Denied::unwired)?;
        slot.asked.who_calls();
        if let Some(caller) = &slot.caller {
            return Ok(caller.clone());
        }
        let shape = slot.decision.as_ref().map(|decision| decision.shape);
        let explanation = "the handler takes a `Principal`, and the caller is nobody";
        Err(Denial::after_grant(
            request,
            DenialKind::Unauthenticated,
            shape,
            explanation.to_owned(),
            None,
        ))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Principal {
    type Rejection = Denied;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Option<Self>, Denied> {
        let slot = slot(request).ok_or_else(Denied::unwired)?;
        slot.asked.who_calls();
        Ok(slot.caller.clone())
    }
}

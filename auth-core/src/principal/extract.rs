use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::Principal;
use crate::{
    audit::{self, Granting},
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
        let granting = Granting::of(request);
        let denial = audit::Denial {
            kind: DenialKind::Unauthenticated,
            caller: None,
            request: Some(request),
            shape,
            explanation: "the handler takes a `Principal`, and the caller is nobody".to_owned(),
        };
        Err(denial.refuse_after_grant(granting, None))
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

//! A forgotten `.authenticate(...)`, in our words: impls of foreign traits whose condition, on
//! another type than the router (rustc would print the foreign headline otherwise), never holds.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    marker::PhantomData,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use tower_service::Service;

use super::PolicyRouter;

/// Something that has an authentication layer.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this router has no authentication layer yet",
    label = "call `.authenticate(...)` on it first",
    note = "guards read the `Principal` that the authentication layer puts into the request"
)]
pub trait Authenticated: sealed::Sealed {}

/// Never [`Authenticated`].
#[doc(hidden)]
#[derive(Debug)]
pub struct NoAuthentication<S>(PhantomData<S>);

mod sealed {
    pub trait Sealed {}
}

/// What such a router would answer, were there one.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct NotServed;

impl IntoResponse for NotServed {
    fn into_response(self) -> Response {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

impl<R> Service<R> for NotServed {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: R) -> Self::Future {
        ready(Ok(Self.into_response()))
    }
}

impl<S> PolicyRouter<S> {
    /// Never: what may be served is [`Guarded`](crate::Guarded).
    #[doc(hidden)]
    #[must_use]
    pub fn into_make_service(self) -> NotServed
    where
        NoAuthentication<S>: Authenticated,
    {
        NotServed
    }
}

impl<S, R> Service<R> for PolicyRouter<S>
where
    NoAuthentication<S>: Authenticated,
{
    type Response = NotServed;
    type Error = Infallible;
    type Future = Ready<Result<NotServed, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: R) -> Self::Future {
        ready(Ok(NotServed))
    }
}

impl<S: Clone + Send + Sync + 'static> From<PolicyRouter<S>> for Router<S>
where
    NoAuthentication<S>: Authenticated,
{
    fn from(_: PolicyRouter<S>) -> Self {
        Self::new()
    }
}

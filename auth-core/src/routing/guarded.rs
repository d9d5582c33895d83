use std::{any::type_name, fmt, marker::PhantomData, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request},
    handler::Handler,
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;

use crate::{
    audit::HandlerName,
    authentication::slot::Slot,
    guard::{DeclaresPolicy, Extracted, Guard},
    rule::{Policy, PolicyShape, Said, Shape},
};

/// A handler under a policy that it doesn't declare itself; [`guarded`] makes it.
pub struct WithPolicy<P, H, T> {
    policy: Arc<P>,
    handler: H,
    name: &'static str,
    arguments: PhantomData<fn() -> T>,
}

/// Declares the policy of a closure, or of another crate's handler, at the route:
/// `get(guarded(EditTicket, handler))`.
///
/// The guard runs before all of the handler, and so before a layer that the handler has of its own
/// ([`Handler::layer`]).
pub fn guarded<P, H, T>(policy: P, handler: H) -> WithPolicy<P, H, T> {
    WithPolicy::new(Arc::new(policy), handler)
}

impl<P, H, T> WithPolicy<P, H, T> {
    pub(super) fn new(policy: Arc<P>, handler: H) -> Self {
        Self {
            policy,
            handler,
            name: type_name::<H>(),
            arguments: PhantomData,
        }
    }

    /// What logs call the handler.
    pub(super) fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }
}

/// The arguments of a handler that was given its policy at the route.
#[doc(hidden)]
pub struct Declared<T>(PhantomData<T>);

#[diagnostic::do_not_recommend]
impl<P: Shape, H, T> DeclaresPolicy<WithPolicy<P, H, T>> for Declared<T> {
    type Arguments = Self;
    const SHAPE: &'static PolicyShape = P::SHAPE;

    fn said(handler: &WithPolicy<P, H, T>) -> Option<Said> {
        handler.policy.said()
    }
}

// It extracts its guard itself, and the handler what is the handler's.
impl<P, H, T, S> Extracted<WithPolicy<P, H, T>, S> for Declared<T>
where
    P: Policy<S>,
    H: Handler<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
{
}

// Named in no error: who has no handler doesn't mean this one.
#[diagnostic::do_not_recommend]
impl<P, H, T, S> Handler<Declared<T>, S> for WithPolicy<P, H, T>
where
    P: Policy<S>,
    H: Handler<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
{
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, state: S) -> Self::Future {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            if let Some(slot) = parts.extensions.get_mut::<Slot>() {
                slot.handler = Some(HandlerName::given(self.name));
            }
            match Guard::<P>::from_request_parts(&mut parts, &state).await {
                Ok(_) => {
                    self.handler
                        .call(Request::from_parts(parts, body), state)
                        .await
                }
                Err(denied) => denied.into_response(),
            }
        })
    }
}

// By hand: a derived one wants `P: Clone` and `T: Clone`.
impl<P, H: Clone, T> Clone for WithPolicy<P, H, T> {
    fn clone(&self) -> Self {
        Self {
            policy: Arc::clone(&self.policy),
            handler: self.handler.clone(),
            name: self.name,
            arguments: PhantomData,
        }
    }
}

impl<P, H, T> fmt::Debug for WithPolicy<P, H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "guarded({}, {})", type_name::<P>(), type_name::<H>())
    }
}

impl<T> fmt::Debug for Declared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Declared")
    }
}

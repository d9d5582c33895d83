use std::{any::Any, future::Future, marker::PhantomData, sync::Arc};

use axum::{extract::Request, handler::Handler, response::Response};
use futures_util::future::BoxFuture;

/// A mounted handler.
///
/// Its own type is erased, so that what axum makes of a handler is compiled once, and not once for
/// each of an app's hundreds.
pub(super) struct Answering<S>(Arc<dyn Erased<S>>);

impl<S: 'static> Answering<S> {
    pub(super) fn new<H, T>(handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        Self(Arc::new(Typed {
            handler,
            arguments: PhantomData,
        }))
    }
}

/// A handler without its type.
trait Erased<S>: Send + Sync {
    fn call(&self, request: Request, state: S) -> BoxFuture<'static, Response>;
}

struct Typed<H, T> {
    handler: H,
    arguments: PhantomData<fn() -> T>,
}

impl<H, T, S> Erased<S> for Typed<H, T>
where
    H: Handler<T, S>,
    T: 'static,
{
    fn call(&self, request: Request, state: S) -> BoxFuture<'static, Response> {
        boxed(self.handler.clone().call(request, state))
    }
}

/// A function's future comes from axum in a box already, and isn't put into another one.
fn boxed<F>(future: F) -> BoxFuture<'static, Response>
where
    F: Future<Output = Response> + Send + 'static,
{
    let mut future = Some(future);
    let erased: &mut dyn Any = &mut future;
    if let Some(known) = erased.downcast_mut::<Option<BoxFuture<'static, Response>>>()
        && let Some(boxed) = known.take()
    {
        return boxed;
    }
    match future {
        Some(future) => Box::pin(future),
        None => unreachable!("it is taken above alone, and then returned"),
    }
}

impl<S> Handler<(), S> for Answering<S>
where
    S: Send + 'static,
{
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, state: S) -> Self::Future {
        self.0.call(request, state)
    }
}

// By hand: a derived one wants `S: Clone`.
impl<S> Clone for Answering<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

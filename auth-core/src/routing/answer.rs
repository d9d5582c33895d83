use std::{
    any::Any,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{extract::Request, handler::Handler, response::Response};
use futures_util::future::BoxFuture;

use crate::{
    authentication::{
        layer::keep_private,
        slot::{Edge, Slot},
    },
    rule::{PolicyKind, PolicyShape},
};

/// A mounted handler. Of a guarded one's answers no shared cache keeps any.
///
/// Its own type is erased, so that what axum makes of a handler is compiled once, and not once for
/// each of an app's hundreds.
pub(super) struct Answering<S> {
    handler: Arc<dyn Erased<S>>,
    guarded: bool,
}

impl<S: 'static> Answering<S> {
    pub(super) fn new<H, T>(handler: H, shape: &PolicyShape) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let guarded = !matches!(shape.kind, PolicyKind::Public { .. });
        let handler = Typed {
            handler,
            arguments: PhantomData,
        };
        Self {
            handler: Arc::new(handler),
            guarded,
        }
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
    type Future = AnsweringFuture;

    fn call(self, request: Request, state: S) -> Self::Future {
        let slot = request.extensions().get::<Slot>();
        let private = slot
            .filter(|_| self.guarded)
            .map(|slot| Arc::clone(&slot.edge));
        AnsweringFuture {
            answering: self.handler.call(request, state),
            private,
        }
    }
}

// By hand: a derived one wants `S: Clone`.
impl<S> Clone for Answering<S> {
    fn clone(&self) -> Self {
        Self {
            handler: Arc::clone(&self.handler),
            guarded: self.guarded,
        }
    }
}

pub(super) struct AnsweringFuture {
    answering: BoxFuture<'static, Response>,
    private: Option<Arc<Edge>>,
}

impl Future for AnsweringFuture {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let mut response = ready!(self.answering.as_mut().poll(cx));
        if let Some(edge) = &self.private {
            keep_private(&mut response, edge);
        }
        Poll::Ready(response)
    }
}

use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{extract::Request, handler::Handler, response::Response};

use pin_project_lite::pin_project;

use crate::authentication::{
    layer::keep_private,
    slot::{Edge, Slot},
};

/// A guarded handler whose answers no shared cache keeps.
#[derive(Clone)]
pub(super) struct Private<H>(pub(super) H);

/// Wraps the handler's extractor tuple, so that the two `Handler` impls don't overlap.
pub(super) struct Answered<T>(PhantomData<T>);

#[diagnostic::do_not_recommend]
impl<H, T, S> Handler<Answered<T>, S> for Private<H>
where
    H: Handler<T, S>,
    T: 'static,
    S: Send + 'static,
{
    type Future = PrivateFuture<H::Future>;

    fn call(self, request: Request, state: S) -> Self::Future {
        let edge = request
            .extensions()
            .get::<Slot>()
            .map(|slot| Arc::clone(&slot.edge));
        PrivateFuture {
            answering: self.0.call(request, state),
            edge,
        }
    }
}

pin_project! {
    pub(super) struct PrivateFuture<F> {
        #[pin]
        answering: F,
        edge: Option<Arc<Edge>>,
    }
}

impl<F: Future<Output = Response>> Future for PrivateFuture<F> {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let this = self.project();
        let mut response = ready!(this.answering.poll(cx));
        keep_private(&mut response, this.edge.as_deref());
        Poll::Ready(response)
    }
}

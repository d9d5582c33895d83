use std::{
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::Body;
use http::Request;
use tower_service::Service;

/// Where an authenticated router was mounted, for what it knows of its own paths.
#[derive(Clone)]
pub(crate) struct Prefix(pub(super) Arc<str>);

/// Tells an authenticated router below of its prefix.
#[derive(Clone)]
pub(crate) struct UnderPrefix<I> {
    inner: I,
    prefix: Arc<str>,
}

impl<I> UnderPrefix<I> {
    pub(crate) fn new(inner: I, prefix: Arc<str>) -> Self {
        Self { inner, prefix }
    }
}

impl<I: Service<Request<Body>>> Service<Request<Body>> for UnderPrefix<I> {
    type Response = I::Response;
    type Error = I::Error;
    type Future = I::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), I::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> I::Future {
        let extensions = request.extensions_mut();
        let whole = match extensions.get::<Prefix>() {
            Some(outer) => format!("{}{}", outer.0, self.prefix).into(),
            None => Arc::clone(&self.prefix),
        };
        extensions.insert(Prefix(whole));
        self.inner.call(request)
    }
}

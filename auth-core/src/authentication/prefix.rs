use std::sync::Arc;

use axum::extract::Request;

/// Where an authenticated router was mounted, for what it knows of its own paths.
#[derive(Clone)]
pub(crate) struct Prefix(pub(super) Arc<str>);

impl Prefix {
    pub(crate) fn of(path: &str) -> Self {
        Self(path.trim_end_matches('/').into())
    }

    /// Tells the authenticated router below of it: of the whole prefix, where that router is mounted deeper.
    pub(crate) fn tell(&self, mut request: Request) -> Request {
        let extensions = request.extensions_mut();
        let whole = match extensions.get::<Self>() {
            Some(outer) => format!("{}{}", outer.0, self.0).into(),
            None => Arc::clone(&self.0),
        };
        extensions.insert(Self(whole));
        request
    }
}

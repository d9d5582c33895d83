use std::convert::Infallible;

use http::{
    HeaderName, Method, Request, Response, StatusCode,
    header::{HOST, ORIGIN, UPGRADE},
    request::Parts,
};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::csrf::{ConfigError, CsrfLayer};

/// Tells requests that another site made the browser send, as the browser marks them.
///
/// tower-http judges; that a WebSocket handshake is no mere reading is said here.
#[derive(Clone, Debug, Default)]
pub(crate) struct CrossSite(CsrfLayer);

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl CrossSite {
    pub(crate) fn trust(self, origin: &str) -> Result<Self, ConfigError> {
        Ok(Self(self.0.add_trusted_origin(origin)?))
    }

    /// Whether the request must not count on the browser's cookie.
    pub(crate) async fn refuses(&self, request: &Parts) -> bool {
        let mut judged = Request::new(());
        *judged.method_mut() = if request.headers.contains_key(UPGRADE) {
            Method::POST
        } else {
            request.method.clone()
        };
        *judged.uri_mut() = request.uri.clone();
        for name in [HOST, ORIGIN, SEC_FETCH_SITE] {
            for value in request.headers.get_all(&name) {
                judged.headers_mut().append(&name, value.clone());
            }
        }
        match self.0.layer(service_fn(pass)).oneshot(judged).await {
            Ok(answer) => answer.status() != StatusCode::OK,
            Err(never) => match never {},
        }
    }
}

/// What is asked for a request that counts.
async fn pass(_: Request<()>) -> Result<Response<()>, Infallible> {
    Ok(Response::new(()))
}

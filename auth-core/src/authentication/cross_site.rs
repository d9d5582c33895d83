use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{
    HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{AUTHORIZATION, COOKIE, HOST, ORIGIN, UPGRADE},
    request::Parts,
};
use tower::{ServiceExt, service_fn};
use tower_http::csrf::CsrfLayer;
use tower_layer::Layer;

use super::slot::slot;
use crate::denial::{DenialKind, Denied};

/// Tells requests that another site made the browser send, as the browser marks them.
///
/// tower-http judges; that a WebSocket handshake is no mere reading is said here. One over HTTP/2 is a `CONNECT`
/// (RFC 8441), which is none either.
#[derive(Clone, Debug, Default)]
pub(crate) struct CrossSite(CsrfLayer);

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl CrossSite {
    /// Takes another origin's pages for the app's own.
    pub(crate) fn trust(&mut self, origin: &str) -> Result<(), String> {
        let trusting = std::mem::take(&mut self.0).add_trusted_origin(origin);
        self.0 = trusting.map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Whether the request must not count on what the browser sent with it by itself.
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

/// Whether a browser may have put this header in by itself, for whatever page asked.
pub(super) fn browsers_send(request: &Parts, header: &HeaderName) -> bool {
    const LOGGED_IN_BY: [&[u8]; 4] = [b"basic", b"digest", b"negotiate", b"ntlm"];

    let by_browsers = |value: &HeaderValue| {
        let mut words = value.as_bytes().split(|byte| *byte == b' ');
        let scheme = words.next().unwrap_or_default();
        LOGGED_IN_BY
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
    };
    match *header {
        COOKIE => true,
        AUTHORIZATION => request.headers.get_all(header).iter().any(by_browsers),
        _ => false,
    }
}

/// What is asked for a request that counts.
async fn pass(_: Request<()>) -> Result<Response<()>, Infallible> {
    Ok(Response::new(()))
}

/// A request of the app's own pages, or one that only reads: for what must not be done because another site's page made
/// a browser ask for it, and where no credential stands that could be refused, as a login.
///
/// The router looks at every request whose credential is [ambient](super::Presented::Ambient) by itself. As a handler's
/// argument this is 403 `cross_site_request`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SameSite;

impl<S: Sync> FromRequestParts<S> for SameSite {
    type Rejection = Denied;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Denied> {
        let edge = &slot(request).ok_or_else(Denied::unwired)?.edge;
        if edge.cross_site.refuses(request).await {
            tracing::info!(
                target: "auth_core::authentication",
                "another site's page asks for what only the app's own may"
            );
            return Err(Denied::at(DenialKind::CrossSiteRequest, edge));
        }
        Ok(Self)
    }
}

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{
    HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CACHE_CONTROL, CONNECTION, CONTENT_LANGUAGE,
        CONTENT_LENGTH, CONTENT_TYPE, COOKIE, DATE, HOST, ORIGIN, PRAGMA, RANGE, REFERER, UPGRADE,
        USER_AGENT,
    },
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

/// Whether a page can't have a browser send this header to another site unless that site allows it first: all but what
/// browsers write themselves, and what the Fetch standard lets every page set (§2.2.2).
pub(super) fn is_asked_for_first(header: &HeaderName) -> bool {
    const SET_BY_PAGES: [HeaderName; 5] = [
        ACCEPT,
        ACCEPT_LANGUAGE,
        CONTENT_LANGUAGE,
        CONTENT_TYPE,
        RANGE,
    ];
    const BY_BROWSERS: [HeaderName; 12] = [
        ACCEPT_ENCODING,
        CACHE_CONTROL,
        CONNECTION,
        CONTENT_LENGTH,
        COOKIE,
        DATE,
        HOST,
        ORIGIN,
        PRAGMA,
        REFERER,
        UPGRADE,
        USER_AGENT,
    ];

    let name = header.as_str();
    let reserved = name.starts_with("sec-") || name.starts_with("proxy-");
    !reserved && !SET_BY_PAGES.contains(header) && !BY_BROWSERS.contains(header)
}

/// Whether a browser may have logged in by this header, and sends it by itself since.
pub(super) fn is_of_browsers_login(value: &HeaderValue) -> bool {
    const LOGGED_IN_BY: [&[u8]; 4] = [b"basic", b"digest", b"negotiate", b"ntlm"];

    let mut words = value.as_bytes().split(|byte| *byte == b' ');
    let scheme = words.next().unwrap_or_default();
    LOGGED_IN_BY
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
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

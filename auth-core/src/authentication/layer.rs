use std::{
    convert::Infallible,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;
use http::{
    HeaderMap, HeaderValue, Request,
    header::{CACHE_CONTROL, SET_COOKIE},
    request::Parts,
};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    HomeOfAll, Outcome, cookies,
    dead_credentials::DeadCredentials,
    foreign_schemes::{ForeignSchemes, put_back},
    several,
    shared_caches::Asked,
    slot::{Edge, Slot},
};
use crate::{
    Principal,
    denial::{DenialKind, Denied, Wording, vary},
    facts::within,
    routing::template,
};

/// Authenticates every request of a router, before anything downstream.
#[derive(Clone)]
pub(crate) struct AuthenticationLayer(pub(crate) Arc<Authentication>);

/// What one router's authentication is made of.
pub(crate) struct Authentication {
    pub(crate) edge: Arc<Edge>,
    pub(crate) keep_credentials: bool,
    pub(crate) foreign_schemes: ForeignSchemes,
    /// Routes where dead credentials make the caller nobody.
    pub(crate) dead_credentials: Option<DeadCredentials>,
}

impl<I> Layer<I> for AuthenticationLayer {
    type Service = Authenticating<I>;

    fn layer(&self, inner: I) -> Authenticating<I> {
        Authenticating {
            authentication: Arc::clone(&self.0),
            inner: Arc::new(inner),
        }
    }
}

/// Cheap to clone, as axum does for each request; the service below is cloned once, when it is called.
pub(crate) struct Authenticating<I> {
    authentication: Arc<Authentication>,
    inner: Arc<I>,
}

impl<I> Clone for Authenticating<I> {
    fn clone(&self) -> Self {
        Self {
            authentication: Arc::clone(&self.authentication),
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<I> Service<Request<Body>> for Authenticating<I>
where
    I: Service<Request<Body>, Response = Response, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    I::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Each call has a service of its own, and waits for it.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let mut inner = I::clone(&self.inner);
        let authentication = Arc::clone(&self.authentication);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let foreign = authentication.foreign_schemes.take_out(&mut parts.headers);
            let judged = authentication.judge(&parts).await;
            authentication.take_out(&mut parts);
            if authentication.keep_credentials {
                put_back(&mut parts.headers, foreign);
            }
            let wording = authentication.wording_of(&parts);
            let word = |answer| match &wording {
                Some((wording, request)) => wording.word(answer, request),
                None => answer,
            };
            match judged {
                Ok(Caller {
                    principal,
                    clear,
                    unjudged,
                }) => {
                    let known = principal.clone();
                    let asked = authentication.enter(&mut parts, principal);
                    match poll_fn(|cx| inner.poll_ready(cx)).await {
                        Ok(()) => {
                            let answer = inner.call(Request::from_parts(parts, body)).await?;
                            let mut answer = word(answer);
                            asked.keep_private(known.is_some(), answer.headers_mut());
                            // It can't be told whose login it is that the answer ends.
                            if unjudged && authentication.clears(answer.headers()) {
                                let unavailable = DenialKind::CredentialsUnavailable;
                                let denied = Denied::at(unavailable, &authentication.edge);
                                return Ok(word(denied.into_response()));
                            }
                            let ended = authentication.end_cleared(known, answer.headers_mut());
                            if let Err(denied) = ended.await {
                                return Ok(word(denied.into_response()));
                            }
                            authentication.leave(answer.headers_mut(), clear);
                            Ok(answer)
                        }
                        Err(never) => match never {},
                    }
                }
                Err(denied) => Ok(word(denied.into_response())),
            }
        })
    }
}

/// Who calls, and what the answer tells the client's browser about that.
#[derive(Default)]
struct Caller {
    principal: Option<Principal>,
    clear: Option<HeaderValue>,
    /// Somebody may have called by a cookie: what came along could not be judged, and is ignored.
    unjudged: bool,
}

impl Authentication {
    async fn judge(&self, request: &Parts) -> Result<Caller, Denied> {
        let headers = &self.edge.credential_headers;
        let cross_site = &self.edge.cross_site;
        let chosen = several::chosen(&self.edge.judges, headers, request);
        let outcome = match chosen.map(|place| place.and_then(|place| self.edge.judges.get(place)))
        {
            Ok(Some(judge)) => {
                let judged = within(self.edge.deadline, judge.judge(cross_site, request)).await;
                judged.unwrap_or_else(Outcome::Unavailable)
            }
            Ok(None) => Outcome::Nobody,
            Err(why) => Outcome::Malformed(why),
        };
        let (kind, why) = match outcome {
            Outcome::Nobody => return Ok(Caller::default()),
            Outcome::Lapsed(clear) => {
                return Ok(Caller {
                    clear: Some(clear),
                    ..Caller::default()
                });
            }
            Outcome::Known(identity) if identity.subject().is_empty() => {
                let why = "an authenticator states somebody without a name".to_owned();
                (DenialKind::InvalidToken, why)
            }
            Outcome::Known(identity) => {
                let home = HomeOfAll::is(request, &self.edge.home, &identity);
                let principal = Principal::verified(identity, home);
                return Ok(Caller {
                    principal: Some(principal.of(&self.edge).known_by(chosen.ok().flatten())),
                    ..Caller::default()
                });
            }
            Outcome::CrossSite(why) => (DenialKind::CrossSiteRequest, why),
            Outcome::Malformed(why) => (DenialKind::InvalidRequest, why.to_owned()),
            Outcome::Refused(why) => (DenialKind::InvalidToken, why),
            Outcome::Unavailable(why) => (DenialKind::CredentialsUnavailable, why),
        };
        // Dead credentials may be ignored; a request that can't be read stays one, and so does one that
        // another site made.
        let dead = matches!(
            kind,
            DenialKind::InvalidToken | DenialKind::CredentialsUnavailable
        );
        let ignored = dead
            && self
                .dead_credentials
                .as_ref()
                .is_some_and(|they| they.are_none(request));
        tracing::info!(
            target: "auth_core::authentication",
            code = kind.code(),
            method = ?request.method,
            route = template(request),
            why = ?why,
            ignored,
            "credentials not accepted"
        );
        if ignored {
            Ok(Caller {
                unjudged: kind == DenialKind::CredentialsUnavailable
                    && cookies::hold(&request.headers, &self.edge.credential_cookies),
                ..Caller::default()
            })
        } else {
            Err(Denied::at(kind, &self.edge))
        }
    }

    /// Takes the credentials out of the request.
    fn take_out(&self, request: &mut Parts) {
        if !self.keep_credentials {
            for name in &self.edge.credential_headers {
                request.headers.remove(name);
            }
            cookies::take_out(&mut request.headers, &self.edge.credential_cookies);
        }
    }

    /// How denials are worded, with the request as it is told of.
    fn wording_of(&self, request: &Parts) -> Option<(Wording, Parts)> {
        let wording = self.edge.wording.clone()?;
        Some((wording, request.clone()))
    }

    /// Overwrites the slot, with *nobody* too.
    fn enter(&self, request: &mut Parts, caller: Option<Principal>) -> Asked {
        // They are told to this router: another one that it mounts as a service is a whole of its own.
        request.extensions.remove::<HomeOfAll>();
        let (edge, asked) = (Arc::clone(&self.edge), Asked::default());
        request.extensions.insert(Slot {
            caller,
            asked: asked.clone(),
            edge,
            decision: None,
            handler: None,
        });
        asked
    }

    fn clears(&self, answer: &HeaderMap) -> bool {
        let mut cookies = self.edge.credential_cookies.iter();
        cookies.any(|name| cookies::clears(answer, name))
    }

    /// Ends the login whose cookie an answer clears: a handler that did so before there was an authentication layer has no
    /// cookie to find it by, and would log nobody out. What its authenticator says of the cookie takes the place of what the
    /// handler did, which may have another path.
    async fn end_cleared(
        &self,
        caller: Option<Principal>,
        answer: &mut HeaderMap,
    ) -> Result<(), Denied> {
        let Some(caller) = caller else {
            return Ok(());
        };
        for name in &self.edge.credential_cookies {
            if !cookies::clears(answer, name) {
                continue;
            }
            match caller.login_ended(&self.edge, name).await {
                Outcome::Lapsed(clear) => {
                    cookies::unset(answer, name);
                    answer.append(SET_COOKIE, clear);
                }
                Outcome::Unavailable(why) => {
                    tracing::error!(target: "auth_core::authentication", why = ?why, "a login is not ended");
                    return Err(Denied::at(DenialKind::CredentialsUnavailable, &self.edge));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Says what the answer depends on, clears a cookie that lapsed unless the answer sets it anew, and keeps caches
    /// from keeping an answer that gives a credential or takes it.
    fn leave(&self, answer: &mut HeaderMap, clear: Option<HeaderValue>) {
        vary(answer, &self.edge.vary);
        let cookies = &self.edge.credential_cookies;
        let sets_anew = cookies.iter().any(|name| cookies::sets(answer, name));
        match clear {
            Some(clear) if !sets_anew => {
                answer.append(SET_COOKIE, clear);
            }
            _ if !sets_anew => return,
            _ => {}
        }
        answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

//! Shared parts of the integration tests: an app of notes, and a way of calling it.

#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::unused_async,
    reason = "a library of tests: it panics where a test fails"
)]

pub mod log;
pub mod notes;
pub mod shelves;

use auth_core::{Authenticator, Challenge, CredentialKind, Identity, Outcome, async_trait};
use axum::{body::Body, response::Response};
use http::{HeaderName, Method, Request, request::Parts};
use http_body_util::BodyExt;
use notes::{Permission, Role};
use tower::{Service, ServiceExt};

/// An app's own way of knowing who calls: `x-caller: ann; writer; scope=notes:write`.
#[derive(Debug)]
pub struct Callers;

/// The header that says it.
pub const CALLER: HeaderName = HeaderName::from_static("x-caller");

#[async_trait]
impl Authenticator for Callers {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        let mut values = request.headers.get_all(CALLER).iter();
        let Some(value) = values.next() else {
            return Outcome::Nobody;
        };
        if values.next().is_some() {
            return Outcome::Malformed("two callers");
        }
        let Ok(text) = value.to_str() else {
            return Outcome::Malformed("not ASCII");
        };
        let mut words = text.split(';').map(str::trim);
        let subject = words.next().unwrap_or_default();
        match subject {
            "expired" => return Outcome::Refused("it has expired".to_owned()),
            "unjudged" => return Outcome::Unavailable("the directory is down".to_owned()),
            "panics" => panic!("in the authenticator"),
            _ => {}
        }
        Outcome::known(words.fold(named(subject), stated))
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Caller").with("realm", "notes")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![CALLER]
    }
}

fn named(subject: &str) -> Identity {
    Identity::person("tests", subject).credential_kind(CredentialKind::Other("caller"))
}

fn stated(identity: Identity, word: &str) -> Identity {
    match word {
        "reader" => identity.role(Role::Reader),
        "writer" => identity.role(Role::Writer),
        "admin" => identity.role(Role::Admin),
        "may-delete" => identity.permission(Permission::NoteDelete),
        other => match other.split_once('=') {
            Some(("scope", scope)) => identity.scope(scope),
            Some(("tenant", tenant)) => identity.tenant(tenant),
            Some(("through", actor)) => identity.acted_by("tests", actor),
            _ => panic!("a test's caller says {other:?}"),
        },
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// Its head.
    pub head: http::response::Parts,
    /// Its body, as text.
    pub body: String,
}

impl Answer {
    /// The status as a number, which reads best in a table.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// A header's text; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.head
            .headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("?"))
    }

    /// The problem's stable code; empty where the body is no problem.
    #[must_use]
    pub fn code(&self) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Calls a service as `caller`; an empty one sends no credentials.
pub async fn call<V>(service: &V, method: Method, path: &str, caller: &str) -> Answer
where
    V: Service<Request<Body>, Response = Response> + Clone,
    V::Error: std::fmt::Debug,
{
    let mut request = Request::builder().method(method).uri(path);
    if !caller.is_empty() {
        request = request.header(CALLER, caller);
    }
    send(service, request.body(Body::empty()).expect("a request")).await
}

/// Sends a request to a service.
pub async fn send<V>(service: &V, request: Request<Body>) -> Answer
where
    V: Service<Request<Body>, Response = Response> + Clone,
    V::Error: std::fmt::Debug,
{
    let response = service
        .clone()
        .oneshot(request)
        .await
        .expect("a router answers");
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    Answer {
        head,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

#[cfg(doctest)]
#[doc = include_str!("../../docs/providers.md")]
struct Providers;

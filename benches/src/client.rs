//! Whoever asks an app for something, again and again.

use std::fmt::Debug;

use axum::{body::Body, response::Response};
use http::{HeaderName, HeaderValue, Request, StatusCode, Uri};
use http_body_util::BodyExt;
use tokio::runtime::Runtime;
use tower::{Service, ServiceExt};

use crate::rounds::Rounds;

/// One request after the other, each to the end of its body.
#[derive(Debug)]
pub struct Client<'a, V> {
    /// What it runs on.
    pub runtime: &'a Runtime,
    /// The app.
    pub service: V,
    /// What it asks for.
    pub path: &'static str,
    /// What it shows.
    pub credential: (HeaderName, HeaderValue),
}

impl<'a, V> Client<'a, V>
where
    V: Service<Request<Body>, Response = Response> + Clone + 'a,
    V::Error: Debug,
{
    /// Asks, as a column.
    pub fn column(self, name: &'static str, rounds: &mut Rounds<'a>) {
        rounds.column(name, move |times| self.turn(times));
    }

    fn turn(&self, times: u32) {
        self.runtime.block_on(async {
            for _ in 0..times {
                self.once().await;
            }
        });
    }

    async fn once(&self) {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = Uri::from_static(self.path);
        let (name, value) = self.credential.clone();
        request.headers_mut().insert(name, value);
        let response = self.service.clone().oneshot(request).await;
        let response = response.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        let body = response.into_body().collect().await.expect("a body");
        assert_eq!(body.to_bytes(), "done");
    }
}

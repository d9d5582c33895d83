//! Tokens that must not count, as a table: none passes, on guarded and public routes alike.

mod api_keys;
mod attacks;
mod cache;
mod empty_ids;
mod enriched;
mod enriched_meanwhile;
mod followed;
mod issuer;
mod keys;
mod left_out;
mod logout;
mod minted;
mod opaque;
mod outlasting;
mod pairs;
mod principal;
mod proxied;
mod published;
mod recipes;
mod refresh;
mod revoked;
mod several;
mod sliding;
mod step_up;
mod vocabularies;
mod words;

use auth_core::{Bearer, Guarded, Issuer, PolicyRouter, Principal, public, requires, routing::get};
use auth_tests::{
    Answer,
    notes::{Permission, Role},
    send,
};
use axum::body::Body;
use http::Request;

const SECRET: &[u8] = b"a secret of the tests, thirty-two bytes or more";

#[requires(authenticated)]
async fn guarded(me: Principal) -> String {
    me.subject().to_owned()
}

#[requires(role = "writer")]
async fn writers() -> &'static str {
    "written"
}

#[public(because = "it shows that bad credentials count nowhere")]
async fn open() -> &'static str {
    "open"
}

fn issuer() -> Issuer {
    Issuer::new("https://id.example")
        .audience("notes")
        .hs256(SECRET)
        .roles::<Role>()
        .permissions::<Permission>()
        .tenant_at(["org", "id"])
}

fn app(issuer: Issuer) -> Guarded {
    PolicyRouter::new()
        .route("/guarded", get(guarded))
        .route("/writers", get(writers))
        .route("/open", get(open))
        .authenticate(Bearer::jwt(issuer))
}

async fn present(app: &Guarded, path: &str, authorization: &str) -> Answer {
    let request = Request::get(path).header("authorization", authorization);
    send(app, request.body(Body::empty()).expect("a header's text")).await
}

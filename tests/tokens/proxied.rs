//! What is fetched from this very machine, in the clear, goes through no proxy that the environment names.

use std::process::Command;

use auth_core::{Bearer, Issuer, PolicyRouter, routing::get};
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use axum::Router;
use jsonwebtoken::Algorithm;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    pairs::{ec, signed},
    present,
};

/// Run by the test below, in a process whose environment names a proxy.
#[tokio::test]
#[ignore = "the test below runs it, in a process of its own"]
async fn in_a_process_with_a_proxy() {
    let token = std::env::var("TOKEN_OF_THE_PROXY").expect("a token");
    // Nothing listens there, on this machine.
    let issuer = Issuer::new("https://id.example")
        .audience("notes")
        .jwks("http://127.0.0.1:9/keys");
    let app = PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(Bearer::jwt(issuer));
    let status = present(&app, "/guarded", &token).await.status();
    assert_eq!(status, 503, "the proxy's keys are nobody's");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_fetched_from_this_machine_goes_through_no_proxy() {
    let pair = ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let keys = json!({ "keys": [pair.jwk(Algorithm::ES256, "one")] }).to_string();
    // It says which keys are the issuer's.
    let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = proxy.local_addr().expect("an address");
    let answers = Router::new().fallback(move || async move { keys });
    tokio::spawn(async move { axum::serve(proxy, answers).await });
    let token = signed(Algorithm::ES256, "ES256", Some("one"), &pair.signing);
    let child = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "proxied::in_a_process_with_a_proxy", "--ignored"])
            .env("HTTP_PROXY", format!("http://{address}"))
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .env_remove("REQUEST_METHOD")
            .env("TOKEN_OF_THE_PROXY", token)
            .output()
    });
    let child = child.await.expect("it ends").expect("it runs");
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}");
}

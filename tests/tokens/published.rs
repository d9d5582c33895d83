//! Keys fetched over HTTP from an issuer on this machine, well-behaved or not.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use auth_core::{Bearer, Guarded, Issuer, PolicyRouter, routing::get};
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use axum::{Router, body::Body, response::Redirect, routing};
use jsonwebtoken::Algorithm;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    minted::{encoded, members, object},
    pairs::{Pair, ec},
    present,
};

/// What stands at the paths of one issuer, and how often each request came.
struct Published {
    address: SocketAddr,
    pair: Pair,
    hits: Arc<AtomicUsize>,
}

impl Published {
    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn token(&self, issuer: &str) -> String {
        let mut claims = members();
        claims.retain(|(name, _)| *name != "iss");
        claims.push(("iss", format!("\"{issuer}\"")));
        let header = r#"{"alg":"ES256","typ":"at+jwt","kid":"one"}"#;
        let message = format!("{}.{}", encoded(header), encoded(object(&claims)));
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &self.pair.signing, Algorithm::ES256);
        format!("Bearer {message}.{}", signature.expect("a signature"))
    }
}

async fn issuer() -> Published {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let at = move |path: &str| format!("http://{address}{path}");
    let pair = ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let jwk = pair.jwk(Algorithm::ES256, "one");
    let good = json!({ "keys": [jwk] }).to_string();
    let many = json!({ "keys": vec![jwk; 10_000] }).to_string();
    let big = format!("{}{good}", " ".repeat(10 * 1024 * 1024));
    let hits = Arc::new(AtomicUsize::new(0));

    let text = |text: String| routing::get(move || async move { text });
    let describes = |issuer: String, keys: String| {
        text(json!({ "issuer": issuer, "jwks_uri": keys }).to_string())
    };
    let (counted, set) = (Arc::clone(&hits), good.clone());
    let app = Router::new()
        .route("/keys", text(good.clone()))
        .route(
            "/counted",
            routing::get(move || async move {
                counted.fetch_add(1, Ordering::Relaxed);
                set
            }),
        )
        .route(
            "/moved",
            routing::get(|| async { Redirect::to("/counted") }),
        )
        .route("/big", text(big))
        .route("/many", text(many))
        .route("/html", text("<html>no keys</html>".to_owned()))
        .route("/empty", text(String::new()))
        .route("/hangs", routing::get(std::future::pending::<String>))
        .route(
            "/drips",
            routing::get(|| async { Body::from_stream(drops()) }),
        )
        .route(
            "/oidc/.well-known/openid-configuration",
            describes(at("/oidc"), at("/keys")),
        )
        .route(
            "/.well-known/oauth-authorization-server/oauth",
            describes(at("/oauth"), at("/keys")),
        )
        .route(
            "/liar/.well-known/openid-configuration",
            describes(at("/oidc"), at("/keys")),
        )
        .route(
            "/slashed/.well-known/openid-configuration",
            describes(at("/slashed/"), at("/keys")),
        )
        .route(
            "/elsewhere/.well-known/openid-configuration",
            describes(at("/elsewhere"), "http://keys.example/keys".to_owned()),
        )
        .route(
            "/file/.well-known/openid-configuration",
            describes(at("/file"), "file:///etc/passwd".to_owned()),
        );
    tokio::spawn(async move { axum::serve(listener, app).await });
    Published {
        address,
        pair,
        hits,
    }
}

/// A body that never ends, a byte at a time.
fn drops() -> impl futures_util::Stream<Item = Result<&'static str, std::io::Error>> {
    futures_util::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Some((Ok(" "), ()))
    })
}

fn app(issuer: Issuer) -> Guarded {
    PolicyRouter::new()
        .route("/guarded", get(crate::guarded))
        .authenticate(Bearer::jwt(issuer.audience("notes")))
}

async fn status(published: &Published, issuer: Issuer, name: &str) -> u16 {
    let answer = present(&app(issuer), "/guarded", &published.token(name)).await;
    answer.status()
}

#[tokio::test]
async fn a_published_set_is_used_and_a_misbehaving_issuer_is_503() {
    let published = issuer().await;
    for (path, expected) in [
        ("/keys", 200),
        ("/counted", 200),
        ("/moved", 503),
        ("/big", 503),
        ("/many", 503),
        ("/html", 503),
        ("/empty", 503),
        ("/nothing", 503),
    ] {
        let issuer = Issuer::new("https://id.example").jwks(published.at(path));
        let got = status(&published, issuer, "https://id.example").await;
        assert_eq!(got, expected, "{path}");
    }
    assert_eq!(
        published.hits.load(Ordering::Relaxed),
        1,
        "a redirect is not followed"
    );
}

#[tokio::test]
async fn an_issuer_that_takes_too_long_is_503() {
    let published = issuer().await;
    let ask = async |path: &str| {
        let issuer = Issuer::new("https://id.example").jwks(published.at(path));
        status(&published, issuer, "https://id.example").await
    };
    let (hangs, drips) = tokio::join!(ask("/hangs"), ask("/drips"));
    assert_eq!((hangs, drips), (503, 503));
}

#[tokio::test]
async fn nobody_listens() {
    let published = issuer().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let gone = listener.local_addr().expect("an address");
    drop(listener);
    let issuer = Issuer::new("https://id.example").jwks(format!("http://{gone}/keys"));
    assert_eq!(status(&published, issuer, "https://id.example").await, 503);
}

#[tokio::test]
async fn keys_are_found_where_the_issuer_says_that_it_is_itself() {
    let published = issuer().await;
    for (path, expected) in [
        ("/oidc", 200),
        ("/oauth", 200),
        ("/liar", 503),
        ("/slashed", 503),
        ("/slashed/", 200),
        ("/elsewhere", 503),
        ("/file", 503),
        ("/nowhere", 503),
    ] {
        let name = published.at(path);
        let issuer = Issuer::new(&name).discover();
        assert_eq!(status(&published, issuer, &name).await, expected, "{path}");
    }
}

#[test]
fn keys_are_fetched_over_https_alone_but_from_this_machine() {
    let with = |url: &str| Bearer::try_jwt(Issuer::new("i").audience("a").jwks(url));
    for url in [
        "https://id.example/keys",
        "http://localhost:1/keys",
        "http://127.0.0.7/keys",
        "http://[::1]/keys",
    ] {
        assert!(with(url).is_ok(), "{url}");
    }
    for url in [
        "http://id.example/keys",
        "http://localhost.example/keys",
        "http://127.0.0.1.example/keys",
        "http://10.0.0.1/keys",
        "ftp://id.example/keys",
        "file:///etc/passwd",
        "data:application/json,{}",
        "id.example/keys",
        "",
    ] {
        let faults = with(url).expect_err(url).to_string();
        assert!(faults.contains(&format!("{url:?}")), "{faults}");
    }
    for name in ["http://id.example", "id.example", "https://id.example/?a=b"] {
        let issuer = Issuer::new(name).audience("a").discover();
        assert!(Bearer::try_jwt(issuer).is_err(), "{name}");
    }
    let both = Issuer::new("i")
        .audience("a")
        .jwks("https://id.example/keys")
        .hs256([7; 32]);
    let faults = Bearer::try_jwt(both).expect_err("two places").to_string();
    assert!(faults.contains("leave one kind out"), "{faults}");
}

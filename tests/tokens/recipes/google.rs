use std::sync::OnceLock;

use auth_core::{Algorithm, Bearer, Issuer};
use auth_tests::{notes::Role, send};
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use axum::body::Body;
use http::{HeaderName, Request};
use serde_json::json;

use super::{app, ask, signed_with, with};
use crate::{
    minted::now,
    pairs::{Pair, ec},
};

#[tokio::test]
async fn google() {
    static PROXY: OnceLock<Pair> = OnceLock::new();
    let pair = PROXY.get_or_init(|| ec(&ECDSA_P256_SHA256_FIXED_SIGNING));
    let es256 = jsonwebtoken::Algorithm::ES256;
    let keys = json!({ "keys": [pair.jwk(es256, "f9R3yg")] });
    let proxy = Issuer::new("https://cloud.google.com/iap")
        .jwks_json(keys.to_string())
        .algorithms([Algorithm::Es256])
        .audience("/projects/123456/global/backendServices/7890")
        .allow_untyped()
        .machine_without(["hd"])
        .roles::<Role>();
    let assertion = HeaderName::from_static("x-goog-iap-jwt-assertion");
    let app = app(Bearer::jwt(proxy).in_header(assertion));
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "f9R3yg" });
    let claims = json!({
        "aud": "/projects/123456/global/backendServices/7890", "email": "ann@example.com",
        "exp": now() + 600, "iat": now(), "iss": "https://cloud.google.com/iap",
        "sub": "accounts.google.com:1234", "hd": "example.com", "google": { "access_levels": [] },
    });
    let token = signed_with(pair, es256, &header, &claims);
    let (status, body) = ask(&app, "x-goog-iap-jwt-assertion", &token).await;
    let who = "accounts.google.com:1234 Person writer=false delete=false  -";
    assert_eq!((status, body.as_str()), (200, who));
    let service = json!({ "email": "billing@notes.iam.gserviceaccount.com", "hd": null });
    let service = signed_with(pair, es256, &header, &with(&claims, &service));
    let (_, body) = ask(&app, "x-goog-iap-jwt-assertion", &service).await;
    let who = "accounts.google.com:1234 Machine writer=false delete=false  -";
    assert_eq!(body, who);
    // The proxy knows people by a cookie, which any site's page has a browser send.
    for (site, expected) in [("cross-site", 403), ("same-origin", 200)] {
        let request = Request::post("/written")
            .header("x-goog-iap-jwt-assertion", &token)
            .header("sec-fetch-site", site)
            .body(Body::empty());
        let answer = send(&app, request.expect("a request")).await;
        assert_eq!(answer.status(), expected, "{site}");
    }
    // A client that talks past the proxy has nothing to put there, and nothing elsewhere counts.
    let (status, _) = ask(&app, "authorization", &format!("Bearer {token}")).await;
    assert_eq!(status, 401);
    let others = with(&claims, &json!({ "aud": "/projects/1/apps/other" }));
    let others = signed_with(pair, es256, &header, &others);
    let (status, _) = ask(&app, "x-goog-iap-jwt-assertion", &others).await;
    assert_eq!(status, 401);
}

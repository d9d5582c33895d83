//! What a request says about itself is no fact: only the authenticator tells who calls.

use auth_tests::{notes, send};
use axum::body::Body;
use http::Request;

const CLAIMS: [(&str, &str); 24] = [
    ("x-user", "ann"),
    ("x-user-id", "ann"),
    ("x-remote-user", "ann"),
    ("remote-user", "ann"),
    ("x-forwarded-user", "ann"),
    ("x-forwarded-email", "ann@example.com"),
    ("x-auth-request-user", "ann"),
    ("x-authenticated-userid", "ann"),
    ("x-webauth-user", "ann"),
    ("x-role", "admin"),
    ("x-roles", "admin"),
    ("x-groups", "admin"),
    ("x-scope", "notes:write"),
    ("x-tenant", "acme"),
    ("x-original-url", "/health"),
    ("x-rewrite-url", "/health"),
    ("x-original-uri", "/health"),
    ("x-forwarded-uri", "/health"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-real-ip", "127.0.0.1"),
    ("forwarded", "for=127.0.0.1;host=localhost"),
    ("cookie", "session=admin; x-caller=ann"),
    ("authorization", "Bearer admin"),
    ("x-middleware-subrequest", "middleware"),
];

#[tokio::test]
async fn headers_that_claim_things_change_nothing() {
    let app = notes::app(notes::state());
    let paths = [
        "/whoami",
        "/owned/1",
        "/admin-or-owner/2",
        "/scoped",
        "/hidden/2",
    ];
    for (name, value) in CLAIMS {
        for path in paths {
            for caller in ["", "cid"] {
                let mut request = Request::get(path);
                if !caller.is_empty() {
                    request = request.header("x-caller", caller);
                }
                let plain = request.body(Body::empty()).unwrap();
                let mut claiming = Request::new(Body::empty());
                *claiming.uri_mut() = plain.uri().clone();
                *claiming.headers_mut() = plain.headers().clone();
                claiming.headers_mut().insert(name, value.parse().unwrap());
                let (plain, claiming) = (send(&app, plain).await, send(&app, claiming).await);
                assert_eq!(plain.status(), claiming.status(), "{name} on {path}");
                assert_eq!(plain.body, claiming.body, "{name} on {path}");
            }
        }
    }
}

//! Ways of serving: as a service, over connections with the peer's address, inside outer layers,
//! beside routers with other authenticators, and the one door out.

use std::net::SocketAddr;

use auth_core::{
    Authenticator, Challenge, Identity, Outcome, PolicyRouter, Principal, async_trait, public,
    requires, routing::get,
};
use auth_tests::{Callers, call, send};
use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    middleware::{Next, from_fn},
    response::Response,
};
use http::{HeaderName, Method, request::Parts};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tower::Service;

#[requires(authenticated)]
async fn whoami(me: Principal) -> String {
    format!("{} of {}", me.subject(), me.issuer())
}

#[public(because = "it tells the client its own address")]
async fn address(peer: ConnectInfo<SocketAddr>) -> String {
    peer.0.ip().to_string()
}

/// Another way of knowing who calls.
struct Robots;

#[async_trait]
impl Authenticator for Robots {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match request.headers.get("x-robot") {
            Some(_) => Outcome::known(Identity::machine("robots", "r2")),
            None => Outcome::Nobody,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Robot")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![HeaderName::from_static("x-robot")]
    }
}

fn people() -> auth_core::Guarded {
    PolicyRouter::new()
        .route("/whoami", get(whoami))
        .route("/address", get(address))
        .authenticate(Callers)
}

fn robots() -> auth_core::Guarded {
    PolicyRouter::new()
        .route("/robots/whoami", get(whoami))
        .authenticate(Robots)
}

#[tokio::test]
async fn a_request_meets_exactly_one_authenticator() {
    let merged = people().merge(robots());
    let nested = people().nest("/all", robots());
    for (app, prefix) in [(merged, ""), (nested, "/all")] {
        for (path, header, status, challenge) in [
            ("/whoami".to_owned(), "x-caller", 200, ""),
            ("/whoami".to_owned(), "x-robot", 401, "Caller"),
            (format!("{prefix}/robots/whoami"), "x-robot", 200, ""),
            (format!("{prefix}/robots/whoami"), "x-caller", 401, "Robot"),
        ] {
            let request = Request::get(&path).header(header, "ann");
            let answer = send(&app, request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status(), status, "{path} with {header}");
            assert!(answer.header("www-authenticate").starts_with(challenge));
        }
        let paths: Vec<_> = app
            .policies()
            .iter()
            .map(|row| row.path().to_owned())
            .collect();
        assert_eq!(paths[2], format!("{prefix}/robots/whoami"));
    }
}

async fn outer(request: Request, next: Next) -> Response {
    assert!(
        request.extensions().get::<Principal>().is_none(),
        "who calls is nowhere where others could put it"
    );
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert("x-outer", http::HeaderValue::from_static("ran"));
    response
}

#[tokio::test]
async fn outer_layers_run_around_denials_and_never_instead_of_them() {
    let app = people().layer(from_fn(outer));
    for (caller, status) in [("", 401), ("ann", 200), ("expired", 401)] {
        let answer = call(&app, Method::GET, "/whoami", caller).await;
        assert_eq!((answer.status(), answer.header("x-outer")), (status, "ran"));
    }
}

#[tokio::test]
async fn an_extension_of_the_apps_is_never_taken_for_a_caller() {
    async fn forging(mut request: Request, next: Next) -> Response {
        let ann = Principal::for_test(Identity::person("tests", "ann"));
        request.extensions_mut().insert(ann.clone());
        request.extensions_mut().insert(Some(ann));
        next.run(request).await
    }
    let outside = people().layer(from_fn(forging));
    let inside = PolicyRouter::new()
        .route("/whoami", get(whoami))
        .layer(from_fn(forging))
        .authenticate(Callers);
    for app in [outside, inside] {
        assert_eq!(call(&app, Method::GET, "/whoami", "").await.status(), 401);
    }
}

#[tokio::test]
async fn dead_credentials_are_refused_on_unknown_paths_and_methods_too() {
    let app = people();
    for (method, path) in [
        (Method::GET, "/nowhere"),
        (Method::PUT, "/whoami"),
        (Method::GET, "/"),
    ] {
        let answer = call(&app, method.clone(), path, "expired").await;
        assert_eq!(
            (answer.status(), answer.code().as_str()),
            (401, "invalid_token"),
            "{method} {path}"
        );
    }
}

async fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: x\r\nx-caller: ann\r\nconnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

#[tokio::test]
async fn handlers_may_know_the_peers_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = listener.local_addr().expect("its address");
    let service = people().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    assert!(ask(at, "/address").await.ends_with("127.0.0.1"));
    assert!(ask(at, "/whoami").await.ends_with("ann of tests"));
}

#[tokio::test]
async fn what_is_added_behind_the_one_door_out_is_the_apps_own_matter() {
    let router = people()
        .into_axum_router()
        .route("/plain", axum::routing::get(|| async { "plain" }));
    assert_eq!(
        call(&router, Method::GET, "/plain", "expired").await.body,
        "plain"
    );
    assert_eq!(
        call(&router, Method::GET, "/whoami", "").await.status(),
        401
    );
}

#[tokio::test]
async fn a_service_maker_makes_guarded_services_and_no_plain_router() {
    let made = people().into_make_service().call(()).await;
    let Ok(made): Result<auth_core::Guarded, _> = made;
    assert_eq!(call(&made, Method::GET, "/whoami", "").await.status(), 401);
    assert_eq!(made.policies().iter().count(), 2);
}

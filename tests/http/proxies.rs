//! Where a request came from: a fact of the connection, and of what trusted proxies say; never of a client.

use std::net::SocketAddr;

use auth_core::{Context, Guarded, PolicyRouter, condition, public, requires, routing::get};
use auth_tests::{Answer, Callers, log::logged, send};
use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequestParts},
    response::{IntoResponse, Response},
};
use http::{Request, StatusCode};
use tokio::net::TcpListener;

/// the request comes from the office
#[condition]
fn from_the_office(context: &Context) -> bool {
    context
        .client()
        .is_some_and(|client| client.to_string() == "198.51.100.7")
}

/// the client came over https
#[condition]
fn over_https(context: &Context) -> bool {
    context
        .scheme()
        .is_some_and(|scheme| *scheme == http::uri::Scheme::HTTPS)
}

#[requires(authenticated, when = |context: &Context| context.scheme() == Some(&http::uri::Scheme::HTTP))]
async fn plain() -> StatusCode {
    StatusCode::OK
}

#[requires(authenticated, when = from_the_office)]
async fn office() -> StatusCode {
    StatusCode::OK
}

#[requires(authenticated, when = over_https)]
async fn secret() -> StatusCode {
    StatusCode::OK
}

#[public(because = "anyone may try a password")]
async fn tries(context: Context) -> String {
    context
        .client()
        .map_or("-".to_owned(), |from| from.to_string())
}

fn routes() -> PolicyRouter {
    PolicyRouter::new()
        .route("/tries", get(tries))
        .route("/office", get(office))
        .route("/secret", get(secret))
        .route("/plain", get(plain))
}

fn behind_proxies() -> Guarded {
    routes()
        .trusted_proxies(["10.0.0.0/8", "192.0.2.1", "fd00::/8"])
        .authenticate(Callers)
}

async fn ask(app: &Guarded, path: &str, from: &str, headers: &[(&str, &str)]) -> u16 {
    answer(app, path, from, headers).await.status()
}

async fn answer(app: &Guarded, path: &str, from: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path).header("x-caller", "ann");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !from.is_empty() {
        let from: SocketAddr = from.parse().expect("an address");
        request = request.extension(ConnectInfo(from));
    }
    let request = request.body(Body::empty()).expect("a request");
    send(app, request).await
}

const OFFICE: &str = "198.51.100.7";
const FOR: &str = "x-forwarded-for";

#[tokio::test]
async fn a_proxy_that_nobody_named_is_told_of_once() {
    let app = routes().authenticate(Callers);
    let warned = logged(async {
        for headers in [
            &[][..],
            &[(FOR, OFFICE)],
            &[("forwarded", "for=198.51.100.7")],
        ] {
            ask(&app, "/tries", "10.0.0.1:50000", headers).await;
        }
    });
    let warned = warned.await;
    let of_wiring = warned
        .iter()
        .filter(|(target, _)| target == "auth_core::wiring");
    let words: Vec<_> = of_wiring.map(|(_, fields)| &fields["message"]).collect();
    assert!(
        matches!(&words[..], [one] if one.contains("`PolicyRouter::trusted_proxies`")),
        "{words:?}"
    );
    let named = behind_proxies();
    let warned = logged(ask(&named, "/tries", "10.0.0.1:50000", &[(FOR, OFFICE)])).await;
    assert_eq!(warned, []);
}

#[tokio::test]
async fn what_a_client_says_of_where_it_is_counts_nothing() {
    let app = routes().authenticate(Callers);
    for from in ["203.0.113.9:50000", "10.0.0.1:50000", ""] {
        for name in [
            FOR,
            "forwarded",
            "x-real-ip",
            "cf-connecting-ip",
            "true-client-ip",
        ] {
            for value in [OFFICE, "for=198.51.100.7"] {
                let status = ask(&app, "/office", from, &[(name, value)]).await;
                assert_eq!(status, 403, "{name} from {from:?}");
            }
        }
        for name in ["x-forwarded-proto", "x-forwarded-ssl", "forwarded"] {
            for value in ["https", "on", "proto=https"] {
                let status = ask(&app, "/secret", from, &[(name, value)]).await;
                assert_eq!(status, 403, "{name} from {from:?}");
            }
        }
    }
    for (from, status) in [
        ("198.51.100.7:50000", 200),
        ("[::ffff:198.51.100.7]:50000", 200),
        ("", 403),
    ] {
        assert_eq!(ask(&app, "/office", from, &[]).await, status, "{from}");
    }
}

#[tokio::test]
async fn the_client_is_the_last_address_that_is_no_trusted_proxys() {
    let app = behind_proxies();
    let proxy = "10.1.2.3:40000";
    for (from, said, status) in [
        (proxy, &[OFFICE][..], 200),
        ("[::ffff:10.1.2.3]:40000", &[OFFICE], 200),
        ("[fd00::1]:40000", &[OFFICE], 200),
        (proxy, &["203.0.113.9, 198.51.100.7"], 200),
        (proxy, &["203.0.113.9", OFFICE], 200),
        (proxy, &["198.51.100.7, 10.9.9.9,192.0.2.1"], 200),
        (proxy, &["198.51.100.7:52011"], 200),
        (proxy, &["::ffff:198.51.100.7"], 200),
        (proxy, &["[::ffff:198.51.100.7]:443"], 200),
        // What stands before the client is the client's own word.
        (proxy, &["198.51.100.7, 203.0.113.9"], 403),
        (proxy, &[OFFICE, "203.0.113.9"], 403),
        // Not a proxy's: the connection is the client.
        ("203.0.113.9:1", &[OFFICE], 403),
        ("192.0.2.2:1", &[OFFICE], 403),
        ("198.51.100.7:1", &["203.0.113.9"], 200),
        // Nothing, or nothing that can be read.
        (proxy, &[], 403),
        (proxy, &[""], 403),
        (proxy, &["unknown"], 403),
        (proxy, &["198.51.100.7, "], 403),
        (proxy, &["198.51.100.7, unknown"], 403),
        (proxy, &["198.51.100.7, _hidden"], 403),
        (proxy, &["198.51.100.7\t10.0.0.1"], 403),
        (proxy, &["198.51.100.007"], 403),
        ("", &[OFFICE], 403),
    ] {
        let headers: Vec<_> = said.iter().map(|said| (FOR, *said)).collect();
        let got = ask(&app, "/office", from, &headers).await;
        assert_eq!(got, status, "{said:?} from {from}");
    }
}

#[tokio::test]
async fn a_handler_is_told_of_the_client_what_conditions_are() {
    let proxy = "10.1.2.3:40000";
    for (app, from, said, client) in [
        (behind_proxies(), proxy, "203.0.113.9, 198.51.100.7", OFFICE),
        (behind_proxies(), proxy, "unknown", "-"),
        (behind_proxies(), "203.0.113.9:1", OFFICE, "203.0.113.9"),
        (routes().authenticate(Callers), proxy, OFFICE, "10.1.2.3"),
        (routes().authenticate(Callers), "", OFFICE, "-"),
    ] {
        let answer = answer(&app, "/tries", from, &[(FOR, said)]).await;
        assert_eq!((answer.status(), answer.body.as_str()), (200, client));
    }
}

#[tokio::test]
async fn without_the_authentication_layer_a_handler_is_told_nothing() {
    let request =
        Request::get("/tries").extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
    let mut request = request.body(()).expect("a request").into_parts().0;
    let context = Context::from_request_parts(&mut request, &()).await;
    assert_eq!(context.expect_err("no layer").into_response().status(), 500);
}

#[tokio::test]
async fn the_scheme_is_what_a_trusted_proxy_says_once() {
    let app = behind_proxies();
    for (from, said, https, http) in [
        ("10.1.2.3:1", &["https"][..], 200, 403),
        ("10.1.2.3:1", &["http"], 403, 200),
        ("10.1.2.3:1", &["HTTPS"], 403, 403),
        ("10.1.2.3:1", &["https", "http"], 403, 403),
        ("10.1.2.3:1", &["http", "https"], 403, 403),
        ("10.1.2.3:1", &["https, http"], 403, 403),
        ("10.1.2.3:1", &[], 403, 403),
        ("203.0.113.9:1", &["https"], 403, 403),
        ("203.0.113.9:1", &["http"], 403, 403),
        ("", &["https"], 403, 403),
    ] {
        let headers: Vec<_> = said
            .iter()
            .map(|said| ("x-forwarded-proto", *said))
            .collect();
        for (path, status) in [("/secret", https), ("/plain", http)] {
            let got = ask(&app, path, from, &headers).await;
            assert_eq!(got, status, "{path} {said:?} from {from}");
        }
    }
}

#[test]
fn proxies_that_are_no_networks_are_refused_at_start_all_at_once() {
    let app = routes().trusted_proxies(["10.0.0.0/8", "proxy.internal", "0.0.0.0/0", "::/0"]);
    let errors = app.try_authenticate(Callers).expect_err("three faults");
    assert_eq!(
        errors.to_string(),
        "this router can't work\n  \
         - the trusted proxies: `proxy.internal`: it is no address and no network; \
         name the proxies' own addresses or networks, as `10.0.0.0/8`\n  \
         - the trusted proxies: `0.0.0.0/0`: it is every address: any client could say where it comes from; \
         name the proxies' own addresses or networks, as `10.0.0.0/8`\n  \
         - the trusted proxies: `::/0`: it is every address: any client could say where it comes from; \
         name the proxies' own addresses or networks, as `10.0.0.0/8`"
    );
}

/// the request comes from this machine
#[condition]
fn from_here(context: &Context) -> bool {
    context.client().is_some_and(|client| client.is_loopback())
}

#[requires(when = from_here)]
async fn here() -> Response {
    "here".into_response()
}

#[tokio::test]
async fn over_a_real_connection_the_address_is_its_other_end() {
    let app = PolicyRouter::new()
        .route("/here", get(here))
        .authenticate(Callers);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let request = b"GET /here HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = crate::tcp::exchange(address, request).await;
    assert_eq!(crate::tcp::status(&answer), "200", "{answer}");
}

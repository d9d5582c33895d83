//! What only a real connection shows.

use auth_core::{Bearer, Issuer};
use auth_tests::notes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Serves the notes, and answers where.
async fn serve(app: auth_core::Guarded) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Sends bytes, and answers what came back until the server closes or `enough` of it did.
pub(crate) async fn exchange(address: std::net::SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The server may close before it has read all of a head that is too long.
    let _ = stream.write_all(sent).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn a_denied_client_that_waits_for_100_continue_is_never_asked_for_its_body() {
    let address = serve(notes::app(notes::state())).await;
    for (caller, expected) in [
        ("", "401"),
        ("ann", "403"),
        ("expired", "401"),
        ("ann; writer", "100"),
    ] {
        let caller = if caller.is_empty() {
            String::new()
        } else {
            format!("x-caller: {caller}\r\n")
        };
        let request = format!(
            "POST /with-body HTTP/1.1\r\nhost: x\r\n{caller}content-type: application/json\r\n\
             content-length: 2\r\nexpect: 100-continue\r\n\r\n"
        );
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("the head is sent");
        let mut answer = vec![0; 4096];
        let read = stream.read(&mut answer).await.expect("an answer");
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert_eq!(status(&answer), expected, "{caller:?}: {answer}");
    }
}

#[tokio::test]
async fn two_authorization_headers_are_400_and_none_of_them_counts() {
    let issuer = Issuer::new("https://id.example")
        .audience("notes")
        .hs256([7; 32]);
    let app = auth_core::PolicyRouter::new()
        .route("/", auth_core::routing::get(open))
        .authenticate(Bearer::jwt(issuer));
    let address = serve(app).await;
    for head in [
        "authorization: Bearer a.b.c\r\nauthorization: Bearer a.b.c\r\n",
        "authorization: Bearer a.b.c\r\nAuthorization: Basic YTpi\r\n",
        "authorization: Bearer a.b.c, Bearer a.b.c\r\n",
        "authorization:\r\n",
        "authorization: Bearer\r\n",
        "authorization: Basic YTpi\r\n",
    ] {
        let request = format!("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{head}\r\n");
        let answer = exchange(address, request.as_bytes()).await;
        assert_eq!(status(&answer), "400", "{head}: {answer}");
        assert!(answer.contains("invalid_request"), "{answer}");
    }
}

#[auth_core::public(because = "bad credentials count nowhere")]
async fn open() -> &'static str {
    "open"
}

#[tokio::test]
async fn a_head_of_600_kib_is_refused_and_the_server_lives_on() {
    let address = serve(notes::app(notes::state())).await;
    let long = "a".repeat(600 * 1024);
    for name in ["x-caller", "authorization", "cookie"] {
        let request = format!(
            "GET /whoami HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{name}: {long}\r\n\r\n"
        );
        let answer = exchange(address, request.as_bytes()).await;
        assert!(
            matches!(status(&answer), "431" | "400" | ""),
            "{name}: {answer}"
        );
    }
    let answer = exchange(
        address,
        b"GET /whoami HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-caller: ann\r\n\r\n",
    )
    .await;
    assert_eq!(status(&answer), "200", "{answer}");
}

#[tokio::test]
async fn odd_request_lines_lead_around_no_guard() {
    let address = serve(notes::app(notes::state())).await;
    for (line, allowed) in [
        ("GET http://evil.example/whoami HTTP/1.1", &["401"][..]),
        ("GET /whoami HTTP/1.0", &["401"]),
        ("get /whoami HTTP/1.1", &["400", "405"]),
        ("CONNECT /whoami HTTP/1.1", &["400", "404", "405", "401"]),
        ("OPTIONS * HTTP/1.1", &["400", "404", "405"]),
        ("GET //whoami HTTP/1.1", &["404"]),
        ("GET /whoami/../whoami HTTP/1.1", &["404"]),
        ("HEAD /whoami HTTP/1.1", &["401"]),
    ] {
        let request = format!("{line}\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = exchange(address, request.as_bytes()).await;
        assert!(allowed.contains(&status(&answer)), "{line}: {answer}");
    }
}

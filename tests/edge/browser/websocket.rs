use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use auth_core::{
    PolicyRouter, Principal, StoredIdentity, public, requires,
    routing::{any, get, post},
};
use auth_edge_tests::logins::sessions;
use auth_sessions::{Login, LoginAttempt, SessionCookie, Sessions, SessionsUnavailable};
use axum::{
    extract::{FromRef, State, WebSocketUpgrade, ws::Message},
    response::{Html, Response},
};
use tokio::net::TcpListener;

use crate::{browser::Browser, elsewhere::Elsewhere};

#[derive(Clone, FromRef)]
struct App {
    sessions: Sessions,
    runs: Arc<AtomicUsize>,
}

#[public(because = "anyone may look")]
async fn page() -> Html<&'static str> {
    Html("<!doctype html><title>Here</title><p>Here")
}

#[public(because = "one logs in here", ignores_credentials)]
async fn log_in(
    sessions: State<Sessions>,
    attempt: LoginAttempt,
) -> Result<SessionCookie, SessionsUnavailable> {
    let ann = Login::new("accounts", StoredIdentity::person("ann"));
    sessions.log_in(ann, attempt).await
}

#[requires(authenticated)]
async fn greet(
    runs: State<Arc<AtomicUsize>>,
    me: Principal,
    upgrade: WebSocketUpgrade,
) -> Response {
    runs.fetch_add(1, Ordering::SeqCst);
    upgrade.on_upgrade(async move |mut socket| {
        let text = format!("hello {}", me.subject());
        let _ = socket.send(Message::Text(text.into())).await;
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_elsewhere_opens_no_websocket_on_the_cookie() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let elsewhere = Elsewhere::start().await;
    let state = App {
        sessions: sessions(),
        runs: Arc::default(),
    };
    let app = PolicyRouter::new()
        .route("/", get(page))
        .route("/login", post(log_in))
        .route("/greet", any(greet))
        .with_state(state.clone())
        .authenticate(state.sessions);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let host = listener.local_addr().expect("its address").to_string();
    tokio::spawn(async move { axum::serve(listener, app).await });

    let open = format!(
        "const socket = new WebSocket('ws://{host}/greet');
         socket.onmessage = (event) => done(event.data);
         socket.onerror = () => done('refused');"
    );
    browser.go(&format!("http://{host}/")).await;
    assert_eq!(browser.run(&open).await, "refused", "nobody is logged in");
    let log_in = "fetch('/login', { method: 'post' }).then((answer) => done(answer.statusText));";
    browser.run(log_in).await;
    assert_eq!(browser.run(&open).await, "hello ann");
    for url in [&elsewhere.same_site, &elsewhere.cross_site] {
        browser.go(url).await;
        assert_eq!(browser.run(&open).await, "refused", "{url}");
    }
    assert_eq!(state.runs.load(Ordering::SeqCst), 1, "the handler ran once");
    // It is where the page is from that counts, and nothing about the browser.
    browser.go(&format!("http://{host}/")).await;
    assert_eq!(browser.run(&open).await, "hello ann");
}

//! An app with logins, a browser that keeps a cookie, and what is expected of shared sessions.

use auth_core::{
    CredentialKind, Guarded, PolicyRouter, Principal, StoredIdentity, public, requires,
    routing::{get, post},
};
use auth_sessions::{
    Login, LoginAttempt, MemoryDirectory, SessionCookie, Sessions, SessionsUnavailable,
};
use auth_tests::{Answer, notes::Role, send};
use axum::{body::Body, extract::State, http::HeaderMap};
use http::Request;
use tower_sessions::MemoryStore;

#[public(because = "one logs in here", ignores_credentials)]
async fn log_in(
    sessions: State<Sessions>,
    attempt: LoginAttempt,
    headers: HeaderMap,
) -> Result<(SessionCookie, &'static str), SessionsUnavailable> {
    let name = headers
        .get("x-name")
        .map_or("ann", |name| name.to_str().expect("ASCII"));
    let who = match headers.get("x-program") {
        Some(_) => StoredIdentity::machine(name),
        None => StoredIdentity::person(name),
    };
    let who = who.role(Role::Writer).tenant("acme");
    let login = Login::new("accounts", who)
        .class("pwd")
        .provider_session("provider-1")
        .note("a browser");
    Ok((sessions.log_in(login, attempt).await?, "in"))
}

#[requires(authenticated)]
async fn log_out(
    sessions: State<Sessions>,
    me: Principal,
) -> Result<SessionCookie, SessionsUnavailable> {
    sessions.log_out(&me).await
}

#[requires(role = "writer")]
async fn writes(me: Principal, headers: HeaderMap) -> String {
    let cookies = headers
        .get("cookie")
        .map_or("none", |cookie| cookie.to_str().expect("ASCII"));
    assert!(me.authenticated_at().is_some(), "a session is a login");
    assert_eq!(me.credential_kind(), Some(CredentialKind::Session));
    format!(
        "{} of {} at {} by {}, other cookies: {cookies}",
        me.subject(),
        me.issuer(),
        me.tenant().unwrap_or("-"),
        me.authentication_class().unwrap_or("-"),
    )
}

#[requires(authenticated)]
async fn end_others(
    sessions: State<Sessions>,
    me: Principal,
) -> Result<&'static str, SessionsUnavailable> {
    sessions.end_others(&me).await?;
    Ok("ended")
}

#[requires(authenticated)]
async fn end_one(
    sessions: State<Sessions>,
    me: Principal,
    handle: axum::extract::Path<String>,
) -> Result<String, SessionsUnavailable> {
    Ok(sessions.end(&me, &handle).await?.to_string())
}

#[public(because = "anyone may look")]
async fn open(me: Option<Principal>) -> String {
    me.map_or_else(|| "nobody".to_owned(), |me| me.subject().to_owned())
}

/// Sessions in this process alone.
pub fn sessions() -> Sessions {
    Sessions::new(MemoryStore::default(), MemoryDirectory::default()).roles::<Role>()
}

/// The app's routes.
pub fn routes(sessions: &Sessions) -> PolicyRouter {
    PolicyRouter::new()
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/writes", get(writes).post(writes))
        .route("/end-others", post(end_others))
        .route("/end/{handle}", post(end_one))
        .route("/open", get(open).post(open))
        .with_state(sessions.clone())
}

/// The app that nothing but a session opens.
pub fn app(sessions: &Sessions) -> Guarded {
    routes(sessions).authenticate(sessions.clone())
}

/// What one browser sends: its session's cookie, and whatever a test adds.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The session's cookie, or whatever a test puts there.
    pub cookie: Option<String>,
}

impl Browser {
    /// Sends a request, and keeps or drops the cookie as the answer says.
    pub async fn send(
        &mut self,
        app: &Guarded,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = send(app, request.body(Body::empty()).expect("a request")).await;
        for value in answer.head.headers.get_all("set-cookie") {
            let text = value.to_str().expect("ASCII");
            let pair = text.split(';').next().expect("a pair");
            let cleared = text.contains("Max-Age=0");
            self.cookie = (!cleared).then(|| pair.to_owned());
        }
        answer
    }

    /// A request without more.
    pub async fn get(&mut self, app: &Guarded, path: &str) -> Answer {
        self.send(app, "GET", path, &[]).await
    }

    /// A request without more.
    pub async fn post(&mut self, app: &Guarded, path: &str) -> Answer {
        self.send(app, "POST", path, &[]).await
    }

    /// A browser in which somebody is logged in.
    pub async fn logged_in(app: &Guarded, name: &str) -> Self {
        let mut browser = Self::default();
        let answer = browser
            .send(app, "POST", "/login", &[("x-name", name)])
            .await;
        assert_eq!(answer.status(), 200);
        assert!(browser.cookie.is_some());
        browser
    }
}

/// What begins in one process counts in the other, and ends for both.
pub async fn are_shared(one: Sessions, other: Sessions) {
    let (here, there) = (app(&one.roles::<Role>()), app(&other.roles::<Role>()));
    let mut browser = Browser::logged_in(&here, "ann").await;
    let mut tab = browser.clone();
    let mut others = Browser::logged_in(&there, "ann").await;
    for app in [&here, &there] {
        assert_eq!(
            browser.get(app, "/writes").await.body,
            "ann of accounts at acme by pwd, other cookies: none"
        );
    }
    assert_eq!(browser.post(&there, "/logout").await.status(), 204);
    assert_eq!(tab.get(&here, "/writes").await.status(), 401);
    assert_eq!(tab.cookie, None, "it is cleared");
    assert_eq!(others.get(&here, "/writes").await.status(), 200);
    // A new login ends the session that it came with, in the other process too.
    let mut old = others.clone();
    assert_eq!(others.post(&here, "/login").await.status(), 200);
    assert_eq!(old.get(&there, "/writes").await.status(), 401);
    assert_eq!(others.get(&there, "/writes").await.status(), 200);
}

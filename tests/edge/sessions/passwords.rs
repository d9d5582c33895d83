//! Logins by a password: one that is under way when the password changes, and those that are guesses.

use std::{
    convert::Infallible,
    net::SocketAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use auth_accounts::{
    Account, AccountStore, Accounts, AttemptLimits, LoginRefused, MemoryAccounts, NotRegistered,
};
use auth_core::{
    Context, Guarded, PolicyRouter, Principal, Problem, StoredIdentity, SubjectKind, async_trait,
    authentication::api_key::{ApiKeys, MemoryApiKeys},
    public, requires,
    routing::{get, post},
};
use auth_edge_tests::logins::{Browser, app as app_of, sessions};
use auth_sessions::{Login, LoginAttempt, SessionCookie, Sessions};
use auth_tests::send;
use axum::{
    body::Body,
    extract::{ConnectInfo, FromRef, State},
    http::{HeaderMap, Request, StatusCode},
};
use futures_util::stream;
use tokio::sync::oneshot;

const OLD: &str = "correct horse battery";
const NEW: &str = "staple battery horse";

#[derive(Clone)]
struct App {
    accounts: Accounts,
    sessions: Sessions,
    /// The password changes, and all sessions end, while somebody logs in: before or after their session begins.
    changes_before: Arc<AtomicBool>,
    changes_after: Arc<AtomicBool>,
}

impl FromRef<App> for Sessions {
    fn from_ref(app: &App) -> Self {
        app.sessions.clone()
    }
}

impl App {
    async fn change_if(&self, now: &AtomicBool) {
        if now.swap(false, Ordering::Relaxed) {
            let set = self.accounts.set_password("ann", NEW).await;
            set.expect("a good password");
            let ended = self.sessions.end_all("accounts", "ann").await;
            ended.expect("memory");
        }
    }
}

#[public(because = "one logs in here", ignores_credentials)]
async fn log_in(
    app: State<App>,
    context: Context,
    attempt: LoginAttempt,
    headers: HeaderMap,
) -> Result<SessionCookie, Problem> {
    let password = headers["x-password"].to_str().expect("ASCII");
    let begin = async |who| {
        app.change_if(&app.changes_before).await;
        let cookie = app.sessions.log_in(Login::new("accounts", who), attempt);
        let cookie = cookie.await?;
        app.change_if(&app.changes_after).await;
        Ok(cookie)
    };
    let client = context.client();
    app.accounts.log_in("ann", password, client, begin).await
}

#[requires(authenticated)]
async fn inside() -> &'static str {
    "inside"
}

async fn app() -> (App, Guarded) {
    let five = NonZeroU32::new(5).expect("five");
    let limits = AttemptLimits::new(five, Duration::from_hours(1));
    let app = App {
        accounts: Accounts::limited(MemoryAccounts::default(), limits),
        sessions: sessions(),
        changes_before: Arc::default(),
        changes_after: Arc::default(),
    };
    let ann = StoredIdentity::person("ann");
    let made = app.accounts.register("ann", OLD, ann).await;
    made.expect("a good password");
    let served = routes(&app).authenticate(app.sessions.clone());
    (app, served)
}

fn routes(app: &App) -> PolicyRouter {
    PolicyRouter::new()
        .route("/login", post(log_in))
        .route("/inside", get(inside))
        .with_state(app.clone())
}

#[tokio::test]
async fn nobody_is_logged_in_by_a_password_that_is_changed_while_they_log_in() {
    for before in [true, false] {
        let (app, served) = app().await;
        let log_in = async |password| {
            let mut browser = Browser::default();
            let password = [("x-password", password)];
            let answer = browser.send(&served, "POST", "/login", &password).await;
            (answer, browser)
        };
        let (answer, mut earlier) = log_in(OLD).await;
        assert_eq!((answer.status(), earlier.cookie.is_some()), (204, true));
        let now = if before {
            &app.changes_before
        } else {
            &app.changes_after
        };
        now.store(true, Ordering::Relaxed);
        let (answer, again) = log_in(OLD).await;
        assert_eq!(
            (answer.status(), answer.code().as_str()),
            (401, "login_refused")
        );
        assert_eq!(again.cookie, None, "what began is in nobody's hands");
        assert_eq!(earlier.get(&served, "/inside").await.status(), 401);
        let (answer, mut anns) = log_in(NEW).await;
        assert_eq!(answer.status(), 204);
        assert_eq!(anns.get(&served, "/inside").await.status(), 200);
    }
}

/// A guess, or the owner's login, that a proxy the app trusts forwards; `said` is what the client says of itself.
async fn tries(served: &Guarded, password: &str, said: &str, client: &str) -> u16 {
    let proxy = SocketAddr::from(([10, 1, 2, 3], 40_000));
    let request = Request::post("/login")
        .header("x-password", password)
        .header("x-forwarded-for", format!("{said}, {client}"))
        .extension(ConnectInfo(proxy));
    let request = request.body(Body::empty()).expect("a request");
    send(served, request).await.status()
}

#[tokio::test]
async fn who_guesses_is_paused_whatever_address_they_claim_and_the_owner_is_not() {
    let (app, _) = app().await;
    let served = routes(&app)
        .trusted_proxies(["10.0.0.0/8"])
        .authenticate(app.sessions.clone());
    let (guesser, owner) = ("203.0.113.9", "198.51.100.7");
    for number in 0..20 {
        let claimed = format!("192.0.2.{number}");
        let status = if number < 5 { 401 } else { 429 };
        assert_eq!(tries(&served, "a guess", &claimed, guesser).await, status);
    }
    assert_eq!(tries(&served, OLD, "192.0.2.1", guesser).await, 429);
    for _ in 0..5 {
        assert_eq!(tries(&served, OLD, guesser, owner).await, 204);
    }
}

#[tokio::test]
async fn an_account_that_a_store_finds_by_another_text_has_no_attempts_of_its_own_there() {
    /// `"ann "` is `"ann"` to it, as in a `VARCHAR` whose collation pads.
    #[derive(Default)]
    struct Padding(MemoryAccounts);
    #[async_trait]
    impl AccountStore for Padding {
        async fn add(&self, account: Account) -> Result<bool, String> {
            self.0.add(account).await
        }

        async fn get(&self, name: &str) -> Result<Option<Account>, String> {
            self.0.get(name.trim_end()).await
        }

        async fn replace_hash(&self, name: &str, was: &str, to: String) -> Result<bool, String> {
            self.0.replace_hash(name.trim_end(), was, to).await
        }
    }
    let accounts = Accounts::new(Padding::default());
    let ann = StoredIdentity::person("ann");
    let made = accounts.register("ann", "correct horse battery", ann);
    made.await.expect("a good password");
    let log_in = async |name: &str| {
        let found = accounts.verify(name, "correct horse battery", None);
        found.await.map(|who| who.subject)
    };
    assert_eq!(log_in("ann").await, Ok("ann".to_owned()));
    assert_eq!(log_in("ann ").await, Err(LoginRefused::Wrong));
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_sign_up_keep_nobody_from_logging_in() {
    let accounts = Accounts::new(MemoryAccounts::default());
    let ann = StoredIdentity::person("ann");
    accounts.register("ann", OLD, ann).await.expect("it is new");
    let flood = (0..200).map(|number| {
        let accounts = accounts.clone();
        tokio::spawn(async move {
            for again in 0..20 {
                let who = StoredIdentity::person("mallory");
                let name = format!("mallory-{number}-{again}");
                let _ = accounts.register(&name, NEW, who).await;
            }
        })
    });
    let flood: Vec<_> = flood.collect();
    for _ in 0..5 {
        let login = accounts
            .verify("ann", OLD, Some([203, 0, 113, 7].into()))
            .await;
        assert!(login.is_ok(), "{login:?}");
    }
    for one in flood {
        one.abort();
    }
    // Who asks for a name that is taken costs no work.
    let taken = accounts.register("ann", NEW, StoredIdentity::person("bob"));
    assert_eq!(taken.await, Err(NotRegistered::Taken));
}

#[tokio::test]
async fn who_signs_up_again_and_again_keeps_nobody_from_changing_a_password() {
    let accounts = Accounts::new(MemoryAccounts::default());
    let made = accounts.register("ann", OLD, StoredIdentity::person("ann"));
    made.await.expect("a good password");
    let robots = async |number: u32| {
        let name = format!("robot{number}");
        let robot = StoredIdentity::person(name.clone());
        accounts
            .register(&name, "a password of no person", robot)
            .await
    };
    let flood = futures_util::future::join_all((0..40).map(robots));
    let changed = accounts.set_password("ann", NEW);
    let (flood, changed) = futures_util::join!(flood, changed);
    let refused = flood.iter().filter(|made| made.is_err()).count();
    assert!(refused > 0, "too many at once");
    assert_eq!(changed, Ok(()));
}

#[requires(authenticated)]
async fn issue_own(
    State(keys): State<ApiKeys>,
    me: Principal,
    _what_for: String,
) -> Result<String, StatusCode> {
    let stands_for = StoredIdentity::person(me.subject());
    let key = keys.issue_own(&me, None, stands_for).await;
    let key = key.map_err(|_| StatusCode::CONFLICT)?;
    Ok(key.reveal().to_owned())
}

#[requires(authenticated)]
async fn known(me: Principal) -> String {
    me.subject().to_owned()
}

/// The guard decides when a request's head is there, and its body may come as late as its sender likes.
#[tokio::test]
async fn no_key_is_handed_out_by_a_session_that_ended_while_the_request_went_on() {
    let sessions = sessions();
    let keys = ApiKeys::new("notes", MemoryApiKeys::default()).issuer("accounts");
    let served = PolicyRouter::new()
        .route("/keys", post(issue_own))
        .route("/known", get(known))
        .with_state(keys.clone())
        .authenticate((sessions.clone(), keys.clone()));
    let browser = Browser::logged_in(&app_of(&sessions), "ann").await;
    for ended in [false, true] {
        let (finish, finished) = oneshot::channel::<()>();
        let (began, begins) = oneshot::channel::<()>();
        let body = stream::once(async move {
            // axum asks for the body once the guard has decided.
            let _ = began.send(());
            let _ = finished.await;
            Ok::<_, Infallible>("for my script")
        });
        let request = Request::post("/keys")
            .header("cookie", browser.cookie.clone().expect("a session"))
            .header("content-type", "text/plain")
            .body(Body::from_stream(body))
            .expect("a request");
        let served_too = served.clone();
        let under_way = tokio::spawn(async move { send(&served_too, request).await });
        begins.await.expect("it begins");
        if ended {
            sessions.end_all("accounts", "ann").await.expect("memory");
            let removed = keys.remove_all("accounts", SubjectKind::Person, "ann");
            removed.await.expect("memory");
        }
        let _ = finish.send(());
        let answer = under_way.await.expect("it ends");
        let status = if ended { 409 } else { 200 };
        assert_eq!(answer.status(), status, "{}", answer.body);
        if !ended {
            let request = Request::get("/known")
                .header("authorization", format!("ApiKey {}", answer.body))
                .body(Body::empty());
            let known = send(&served, request.expect("a request")).await;
            assert_eq!((known.status(), known.body.as_str()), (200, "ann"));
        }
    }
    let left = keys
        .of_subject("accounts", SubjectKind::Person, "ann")
        .await;
    assert_eq!(left.map(|left| left.len()), Ok(0));
}

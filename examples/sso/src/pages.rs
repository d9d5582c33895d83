//! What people see: pages, also where a program would be told a problem.

use askama::Template;
use auth_core::{Principal, Problem};
use axum::{
    extract::Request,
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS,
    },
};

use crate::{provider::ProviderError, repository::Notice, vocabulary::Role};

/// A page as an answer.
pub(crate) struct Page<T>(pub(crate) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(page) => Html(page).into_response(),
            Err(error) => {
                tracing::error!(error = ?error.to_string(), "a page can't be made");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// Who looks at a page, for what it shows; what they may do is decided elsewhere.
pub(crate) struct Caller {
    name: String,
    writes: bool,
}

impl Caller {
    pub(crate) fn of(me: &Principal) -> Self {
        Self {
            name: me.subject().to_owned(),
            writes: me.has_role(Role::Writer),
        }
    }
}

#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    pub(crate) me: Option<Caller>,
}

#[derive(Template)]
#[template(path = "board.html")]
pub(crate) struct BoardPage {
    pub(crate) me: Option<Caller>,
    pub(crate) notices: Vec<Notice>,
}

#[derive(Template)]
#[template(path = "new.html")]
pub(crate) struct NewNotice {
    pub(crate) me: Option<Caller>,
}

#[derive(Template)]
#[template(path = "sessions.html")]
pub(crate) struct SessionsPage {
    pub(crate) me: Option<Caller>,
    pub(crate) rows: Vec<SessionRow>,
}

pub(crate) struct SessionRow {
    pub(crate) browser: String,
    pub(crate) this: bool,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    me: Option<Caller>,
    title: &'static str,
    words: &'static str,
}

/// Browsers see pages: who must log in is sent to do so, and a problem is told in words. The status stays.
pub(crate) async fn for_browsers(request: Request, next: Next) -> Response {
    let wants_page = wants_page(request.headers());
    let here = request.uri().path_and_query().map(ToString::to_string);
    let back_to = here.filter(|_| request.method() == Method::GET);
    let mut answer = next.run(request).await;
    if wants_page && is_problem(&answer) {
        answer = match (answer.status(), back_to) {
            (StatusCode::UNAUTHORIZED, back_to) => {
                let then = back_to.unwrap_or_else(|| "/".to_owned());
                let then: String = url::form_urlencoded::byte_serialize(then.as_bytes()).collect();
                instead(&answer, Redirect::to(&format!("/login?then={then}")))
            }
            (status, _) => {
                let (title, words) = told(status);
                let page = Page(ProblemPage {
                    me: None,
                    title,
                    words,
                });
                instead(&answer, (status, page))
            }
        };
    }
    let headers = answer.headers_mut();
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// The page in place of the problem, which keeps its headers: cookies, and what caches must know.
fn instead(problem: &Response, page: impl IntoResponse) -> Response {
    let mut page = page.into_response();
    for (name, value) in problem.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn is_problem(answer: &Response) -> bool {
    answer
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json")
}

fn told(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => ("Not allowed", "You are logged in, and may not do this."),
        StatusCode::NOT_FOUND => ("Not found", "There is nothing here."),
        StatusCode::SERVICE_UNAVAILABLE => (
            "Not now",
            "Something that this needs doesn't answer. Please try again.",
        ),
        StatusCode::BAD_REQUEST => (
            "That didn't work",
            "The login was not finished here, or it took too long. Please log in again.",
        ),
        _ => ("That didn't work", "Please check what you entered."),
    }
}

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        tracing::warn!(?error, "a login fails");
        match error {
            ProviderError::Ended | ProviderError::Refused(_) => {
                Self::new(StatusCode::BAD_REQUEST, "login_refused")
            }
            ProviderError::Unavailable(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "provider_unavailable")
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives it by value")]
pub(crate) fn store_failed(error: tokio_rusqlite::Error) -> Problem {
    tracing::error!(error = ?error.to_string(), "the store fails");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable")
}

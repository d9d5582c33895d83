//! The cookie that holds a login under way: encrypted, and gone when the browser comes back.
//!
//! It ties what comes back to the browser that was sent, so nobody can finish their own login in somebody
//! else's browser.

use axum_extra::extract::{
    PrivateCookieJar,
    cookie::{Cookie, SameSite},
};

use crate::provider::Pending;

const NAME: &str = "__Host-login";
const LONGEST_MINUTES: i64 = 10;

pub(crate) fn keep(
    jar: PrivateCookieJar,
    pending: &Pending,
) -> Result<PrivateCookieJar, serde_json::Error> {
    let cookie = Cookie::build((NAME, serde_json::to_string(pending)?))
        .path("/")
        .http_only(true)
        .secure(true)
        // It must come along when the provider sends the browser back.
        .same_site(SameSite::Lax)
        .max_age(time::Duration::minutes(LONGEST_MINUTES));
    Ok(jar.add(cookie))
}

/// What is kept, and the cookie without it: a login is finished once.
pub(crate) fn take(jar: PrivateCookieJar) -> (PrivateCookieJar, Option<Pending>) {
    let kept = jar.get(NAME);
    let pending = kept.and_then(|cookie| serde_json::from_str(cookie.value()).ok());
    (
        jar.remove(Cookie::build(NAME).path("/").secure(true)),
        pending,
    )
}

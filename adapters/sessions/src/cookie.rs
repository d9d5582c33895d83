use std::{convert::Infallible, time::Duration};

use ::cookie::{Cookie, SameSite};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use tower_sessions_core::session::Id;

/// How the cookie is named and kept.
#[derive(Clone, Debug)]
pub(crate) struct CookieSettings {
    pub(crate) name: String,
    pub(crate) secure: bool,
}

impl Default for CookieSettings {
    fn default() -> Self {
        Self {
            // The prefix has browsers refuse one that another host or a plain connection set.
            name: "__Host-session".to_owned(),
            secure: true,
        }
    }
}

/// What a request's cookies say of a session.
#[derive(Debug, PartialEq)]
pub(crate) enum Sent {
    Nothing,
    Session(Id),
    /// Two of them, or one that was never ours: nobody can say which counts.
    Unreadable,
}

impl CookieSettings {
    pub(crate) fn read(&self, headers: &HeaderMap) -> Sent {
        let values = headers.get_all(COOKIE).iter();
        let pairs = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        let mut ours = pairs.filter_map(|pair| {
            let pair = pair.trim_ascii();
            let at = pair.iter().position(|byte| *byte == b'=')?;
            let (name, value) = (pair[..at].trim_ascii(), &pair[at + 1..]);
            (name == self.name.as_bytes()).then_some(value)
        });
        match (ours.next(), ours.next()) {
            (None, _) => Sent::Nothing,
            (Some(value), None) => {
                let id = str::from_utf8(value)
                    .ok()
                    .and_then(|text| text.parse().ok());
                id.map_or(Sent::Unreadable, Sent::Session)
            }
            (Some(_), Some(_)) => Sent::Unreadable,
        }
    }

    fn cookie(&self, value: String, lifetime: Duration) -> HeaderValue {
        let lifetime = time::Duration::try_from(lifetime).unwrap_or(time::Duration::MAX);
        let cookie = Cookie::build((self.name.as_str(), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(lifetime);
        // A name that is no header's text was refused when it was set.
        let mut header = HeaderValue::try_from(cookie.build().to_string())
            .unwrap_or_else(|_| HeaderValue::from_static(""));
        // It opens the session: no log shows it, and no proxy's table of headers keeps it.
        header.set_sensitive(true);
        header
    }

    pub(crate) fn set(&self, id: Id, lifetime: Duration) -> HeaderValue {
        self.cookie(id.to_string(), lifetime)
    }

    pub(crate) fn clear(&self) -> HeaderValue {
        self.cookie(String::new(), Duration::ZERO)
    }
}

/// The cookie of an answer that logs somebody in or out: a handler returns it, alone or before its body.
#[derive(Clone, Debug)]
#[must_use = "a login counts in the browser when the answer carries its cookie"]
pub struct SessionCookie {
    pub(crate) header: HeaderValue,
    pub(crate) session: Option<String>,
}

impl SessionCookie {
    /// What the session that it begins is known by ([`Principal::session`](auth_core::Principal::session)),
    /// for what the app keeps beside it; none where it ends one.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }
}

impl IntoResponseParts for SessionCookie {
    type Error = Infallible;

    fn into_response_parts(self, mut answer: ResponseParts) -> Result<ResponseParts, Infallible> {
        answer.headers_mut().append(SET_COOKIE, self.header);
        Ok(answer)
    }
}

impl IntoResponse for SessionCookie {
    fn into_response(self) -> Response {
        (self, http::StatusCode::NO_CONTENT).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue, header::COOKIE};
    use tower_sessions_core::session::Id;

    use super::{CookieSettings, Sent, SessionCookie};

    #[test]
    fn one_cookie_of_ours_is_a_session_and_two_are_none() {
        let (settings, id) = (CookieSettings::default(), Id(7));
        for (cookies, expected) in [
            (vec![], Sent::Nothing),
            (vec!["a=1".to_owned()], Sent::Nothing),
            (
                vec!["session=x; __host-session=x".to_owned()],
                Sent::Nothing,
            ),
            (
                vec![format!("a=1; __Host-session={id}; b=2")],
                Sent::Session(id),
            ),
            (vec![format!("a=1;__Host-session={id}")], Sent::Session(id)),
            (
                vec![format!("__Host-session={id}; __Host-session={id}")],
                Sent::Unreadable,
            ),
            (
                vec![
                    format!("__Host-session={id}"),
                    format!("__Host-session={id}"),
                ],
                Sent::Unreadable,
            ),
            (vec!["__Host-session=".to_owned()], Sent::Unreadable),
            (vec![format!("__Host-session=\"{id}\"")], Sent::Unreadable),
            (vec![format!("__Host-session={id}A")], Sent::Unreadable),
        ] {
            let mut headers = HeaderMap::new();
            for cookie in &cookies {
                headers.append(COOKIE, HeaderValue::from_str(cookie).expect("ASCII"));
            }
            assert_eq!(settings.read(&headers), expected, "{cookies:?}");
        }
    }

    #[test]
    fn a_cookie_in_a_log_opens_no_session() {
        let cookie = SessionCookie {
            header: CookieSettings::default().set(Id(7), Duration::from_mins(1)),
            session: Some("a handle".to_owned()),
        };
        let shown = format!("{cookie:?} {:?}", cookie.header);
        assert!(!shown.contains(&Id(7).to_string()), "{shown}");
    }

    #[test]
    fn the_cookie_is_of_this_host_alone_and_no_script_reads_it() {
        let settings = CookieSettings::default();
        let set = settings.set(Id(7), Duration::from_mins(1));
        assert_eq!(
            set.to_str().expect("ASCII"),
            format!(
                "__Host-session={}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60",
                Id(7)
            )
        );
        let clear = settings.clear();
        let clear = clear.to_str().expect("ASCII");
        assert_eq!(
            clear,
            "__Host-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }
}

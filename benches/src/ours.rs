//! Behind auth-core's authentication: unguarded, checked by hand, and guarded.

use auth_core::{
    Authenticator, Challenge, Granted, Guarded, Identity, Outcome, PolicyRouter, Principal,
    async_trait, public, requires, routing::get,
};
use axum::{
    extract::{Path, Request, State},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use http::{
    HeaderName, StatusCode,
    header::{CACHE_CONTROL, VARY},
    request::Parts,
};

use crate::app::{Role, Ticket, Tickets};

/// The cheapest authentication there is: a header says who calls.
#[derive(Debug)]
pub struct Named;

/// Who calls.
pub const NAME: HeaderName = HeaderName::from_static("x-user");

#[async_trait]
impl Authenticator for Named {
    async fn authenticate(&self, request: &Parts) -> Outcome {
        match request.headers.get(NAME).map(http::HeaderValue::to_str) {
            Some(Ok(name)) => Outcome::known(Identity::person("bench", name).role(Role::Writer)),
            Some(Err(_)) => Outcome::Malformed("not ASCII"),
            None => Outcome::Nobody,
        }
    }

    fn challenge(&self) -> Challenge {
        Challenge::new("Name")
    }

    fn credential_headers(&self) -> Vec<HeaderName> {
        vec![NAME]
    }
}

#[public(because = "a bench")]
async fn unguarded() -> &'static str {
    "done"
}

#[public(because = "it checks by itself")]
async fn role_by_hand(me: Option<Principal>) -> Response {
    if me.is_some_and(|me| me.has_role(Role::Writer)) {
        "done".into_response()
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

/// A guarded route's answer is kept by no shared cache: this one says so by hand, too.
#[public(because = "it checks by itself")]
async fn private_role_by_hand(me: Option<Principal>) -> Response {
    if me.is_some_and(|me| me.has_role(Role::Writer)) {
        ([(CACHE_CONTROL, "private"), (VARY, "x-user")], "done").into_response()
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[public(because = "it checks by itself")]
async fn owner_by_hand(
    me: Option<Principal>,
    Path(id): Path<u64>,
    State(tickets): State<Tickets>,
) -> Response {
    let Some(me) = me.filter(|me| me.has_role(Role::Writer)) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    match tickets.find(id) {
        Some(ticket) if ticket.author.0 == me.subject() => {
            ([(CACHE_CONTROL, "private"), (VARY, "x-user")], "done").into_response()
        }
        Some(_) => StatusCode::FORBIDDEN.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn check_role(me: Option<Principal>, request: Request, next: Next) -> Response {
    if me.is_some_and(|me| me.has_role(Role::Writer)) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[requires(role = "writer")]
async fn role() -> &'static str {
    "done"
}

#[requires(role = "writer", owns = "ticket")]
async fn owner(_ticket: Granted<Ticket>) -> &'static str {
    "done"
}

/// All of these, a route each.
pub fn app() -> Guarded {
    let checked = PolicyRouter::new()
        .route("/middleware", get(unguarded))
        .route_layer(from_fn(check_role));
    PolicyRouter::new()
        .route("/unguarded", get(unguarded))
        .route("/role-by-hand", get(role_by_hand))
        .route("/private-role-by-hand", get(private_role_by_hand))
        .route("/owner-by-hand/{ticket_id}", get(owner_by_hand))
        .route("/role", get(role))
        .route("/owner/{ticket_id}", get(owner))
        .merge(checked)
        .with_state(Tickets::of_ann())
        .authenticate(Named)
}

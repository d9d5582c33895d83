//! Other attributes above and below `#[requires]`, generic handlers, handlers from macros, and
//! handlers behind a re-export.
#![deny(warnings)]

use auth_core::{
    Granted, Load, Permissions, PolicyRouter, Principal, Resource, Roles, public, requires,
    routing::{any, get},
};
use axum::{Json, debug_handler, extract::State};
use tracing::instrument;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum Role {
    Reader,
    #[implies(Reader)]
    #[grants("ticket:delete")]
    Writer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
enum Permission {
    TicketDelete,
}

#[derive(Debug, Resource)]
struct Ticket {
    #[owner]
    author: String,
}

impl Load for Ticket {
    type State = ();
    type Key = u64;
    type Error = String;

    async fn load(_: u64, (): &()) -> Result<Option<Self>, String> {
        Ok(None)
    }
}

#[instrument(skip_all)]
#[requires(role = "writer", owns = "ticket")]
async fn instrumented_above(ticket: Granted<Ticket>) -> String {
    ticket.author.clone()
}

#[requires(role = "writer", owns = "ticket")]
#[instrument(skip_all, fields(author = %ticket.author))]
async fn instrumented_below(ticket: Granted<Ticket>) -> String {
    ticket.author.clone()
}

#[cfg(not(any()))]
#[requires(role = "writer")]
async fn there() {}

#[requires(role = "writer")]
#[cfg(any())]
async fn not_there() {}

#[cfg(any())]
#[requires(role = "writer")]
async fn not_there() {}

#[cfg_attr(not(any()), requires(role = "writer"))]
async fn if_so() {}

#[requires(role = "reader")]
#[cfg_attr(not(any()), instrument(skip_all), cfg(not(any())))]
async fn with_more() {}

#[requires(role = "reader")]
#[cfg_attr(any(), instrument(skip_all))]
async fn with_no_more() {}

#[requires(role = "reader")]
#[debug_handler]
async fn debugged(State(()): State<()>, body: String) -> String {
    body
}

#[public(because = "a test")]
#[debug_handler]
async fn debugged_public() {}

/// A handler with docs.
#[requires(role = "reader")]
#[must_use]
#[inline]
pub(crate) async fn documented() -> &'static str {
    "documented"
}

#[requires(permission = "ticket:delete")]
async fn generic<T>(body: Json<T>) -> String
where
    T: serde_json::value::Index + std::fmt::Debug + Send + 'static,
    Json<T>: axum::extract::FromRequest<()>,
{
    format!("{:?}", body.0)
}

#[requires(role = "reader", owns = "ticket")]
async fn generic_with_const<const N: usize>(_ticket: Granted<Ticket>) -> String {
    N.to_string()
}

macro_rules! handlers {
    ($name:ident: $($rule:tt)*) => {
        #[requires($($rule)*)]
        async fn $name(me: Principal) -> String {
            me.subject().to_owned()
        }
    };
}
handlers!(made: role = "writer", any(role = "reader", owns = "ticket"));

macro_rules! crud {
    ($role:literal, $resource:ident, $name:ident) => {
        #[requires(role = $role, owns = $resource)]
        async fn $name(resource: Granted<$resource>) -> String {
            resource.author.clone()
        }
    };
}
crud!("writer", Ticket, made_of_parts);

mod handlers {
    pub(crate) mod tickets {
        #[auth_core::requires(role = crate::Role::Reader)]
        pub(crate) async fn list() {}
    }
    pub(crate) use tickets::list;
    pub(crate) use tickets::list as renamed;
}

#[requires(role = "reader")]
async fn r#match() {}

#[requires(role = "reader")]
#[allow(clippy::too_many_arguments)]
async fn many(
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: http::Method,
    _: String,
) {
}

fn main() {
    let _ = PolicyRouter::<()>::new()
        .route(
            "/1/{ticket_id}",
            get(instrumented_above).put(instrumented_below),
        )
        .route(
            "/2",
            get(there).post(if_so).put(with_more).patch(with_no_more),
        )
        .route("/3", get(debugged_public).post(debugged).put(documented))
        .route("/4", any(generic::<String>))
        .route(
            "/5/{ticket_id}",
            get(generic_with_const::<3>).put(made_of_parts).post(made),
        )
        .route(
            "/6",
            get(handlers::list)
                .put(handlers::renamed)
                .post(r#match)
                .delete(many),
        );
}

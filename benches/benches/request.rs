//! A whole request through the router: `cargo bench --bench request`.

use comparison::{client::Client, login, ours, plain, protect, rounds::Rounds};
use http::HeaderValue;
use tokio::runtime::Builder;

const UNGUARDED: &str = "unguarded · auth-core's authentication";
const IF: &str = "role: `if` in the handler · auth-core's authentication";
const PRIVATE_IF: &str = "role: `if` in the handler, private · auth-core's authentication";
const MIDDLEWARE: &str = "role: middleware by hand · auth-core's authentication";
const ROLE: &str = "role: `#[requires]` · auth-core's authentication";
const OWNER_IF: &str = "role + owner: by hand in the handler, private · auth-core's authentication";
const OWNER: &str = "role + owner: `#[requires]` · auth-core's authentication";
const PLAIN: &str = "role: middleware by hand · middleware by hand";
const PROTECT: &str = "role: protect-axum · its layer, which keeps who calls";
const ALONE: &str = "role: protect-axum · its layer, authorities alone";
const LOGIN: &str = "permission: axum-login · session in memory";

fn main() {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = &runtime.expect("a runtime");
    let named = (ours::NAME, HeaderValue::from_static("ann"));
    let (ours, plain, protect, login) = (ours::app(), plain::app(), protect::app(), login::app());
    let session = runtime.block_on(login::cookie(&login));
    let mut rounds = Rounds::default();
    for (name, path) in [
        (UNGUARDED, "/unguarded"),
        (IF, "/role-by-hand"),
        (PRIVATE_IF, "/private-role-by-hand"),
        (MIDDLEWARE, "/middleware"),
        (ROLE, "/role"),
        (OWNER_IF, "/owner-by-hand/7"),
        (OWNER, "/owner/7"),
    ] {
        let (service, credential) = (ours.clone(), named.clone());
        Client {
            runtime,
            service,
            path,
            credential,
        }
        .column(name, &mut rounds);
    }
    for (name, service, path, credential) in [
        (PLAIN, plain, "/role", named.clone()),
        (PROTECT, protect.clone(), "/role", named.clone()),
        (ALONE, protect, "/alone", named),
        (LOGIN, login, "/role", session),
    ] {
        Client {
            runtime,
            service,
            path,
            credential,
        }
        .column(name, &mut rounds);
    }
    rounds.run();
    println!("{}", rounds.table());
    for (what, name, than, goal) in [
        (
            "`#[requires(role)]` / an `if` in the handler",
            ROLE,
            IF,
            1.03,
        ),
        (
            "`#[requires(role)]` / an `if` in the handler that answers the same headers",
            ROLE,
            PRIVATE_IF,
            1.03,
        ),
        (
            "`#[requires(role)]` / middleware by hand, same authentication",
            ROLE,
            MIDDLEWARE,
            0.95,
        ),
        (
            "`#[requires(role)]` / middleware by hand, all of it",
            ROLE,
            PLAIN,
            0.95,
        ),
        ("`#[requires(role)]` / protect-axum", ROLE, PROTECT, 1.00),
        (
            "`#[requires(role)]` / protect-axum, authorities alone",
            ROLE,
            ALONE,
            1.00,
        ),
        (
            "`#[requires(role, owns)]` / by hand in the handler",
            OWNER,
            OWNER_IF,
            1.03,
        ),
        ("unguarded / an `if` in the handler", UNGUARDED, IF, 1.00),
        ("`#[requires(role)]` / axum-login", ROLE, LOGIN, 1.00),
    ] {
        println!("{what}: {:.3} (goal {goal})", rounds.ratio(name, than));
    }
}

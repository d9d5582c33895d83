//! Names of the app's that an expansion might have taken for its own.
#![deny(warnings)]
#![allow(non_camel_case_types)]

use auth_core::{Context, Granted, Load, PolicyRouter, Principal, Resource, Roles, condition, policy, requires, routing::get};
use axum::extract::State;

mod core {}
mod std {}
mod auth_core_private {}

type Option = ();
type Result = ();
type Some = ();
type Vec = ();
type Box = ();
type String = ();

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub enum Role {
    None,
    #[implies(None)]
    Some,
    Ok,
    Self_,
}

#[derive(Debug, Resource)]
pub struct Rule {
    #[owner]
    principal: &'static str,
    known: bool,
}

impl Load for Rule {
    type State = ();
    type Key = u8;
    type Error = &'static str;

    async fn load(key: u8, (): &()) -> ::std::result::Result<::std::option::Option<Self>, &'static str> {
        Ok(::std::option::Option::Some(Self { principal: "ann", known: key > 0 }))
    }
}

#[condition]
fn known(rule: &Rule) -> bool {
    rule.known
}

#[condition]
fn state(principal: &Principal, state: State<()>) -> bool {
    let State(()) = state;
    principal.subject() == "ann"
}

#[condition]
async fn call(context: &Context) -> bool {
    context.method().is_some()
}

#[condition]
async fn wait(wait: &Rule, #[param] known: u8) -> bool {
    wait.known && known > 0
}

#[condition]
fn answer(#[param] state: u8) -> bool {
    state > 0
}

#[policy(when = known, when = wait(KNOWN), when = answer(KNOWN))]
#[derive(Debug)]
pub struct Guard;

const KNOWN: u8 = 1;

#[requires(role = "none", owns = "rule", policy = Guard, when = state, when = call, when = |known: &Rule| known.known)]
async fn handler(rule: Granted<Rule, Guard>) -> &'static str {
    rule.principal
}

#[requires(any(role = Some, role = Role::Self_, role = "ok"))]
async fn policy_of_handler() {}

fn main() {
    let _ = PolicyRouter::new()
        .route("/rules/{id}", get(handler))
        .route("/", get(policy_of_handler))
        .with_state::<()>(());
}

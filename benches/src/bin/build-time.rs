//! How long 300 guarded handlers take to build, beside 300 that check by hand:
//! `cargo run --release --bin build-time`.

use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

const HANDLERS: usize = 300;
const ROUNDS: usize = 5;

const HEAD: &str = r#"
use auth_core::{Granted, Guarded, Load, Permissions, PolicyRouter, Principal, Resource, Roles};
use auth_core::{Authenticator, Challenge, Outcome, async_trait, public, requires, routing::{get, put}};
use axum::{extract::{Path, State}, http::StatusCode, response::{IntoResponse, Response}};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
pub enum Role { Reader, #[implies(Reader)] #[grants("ticket:delete")] Writer }

#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
pub enum Permission { TicketDelete }

#[derive(Clone, Debug, Resource)]
pub struct Ticket { #[key] pub id: u64, #[owner] pub author: String }

#[derive(Clone, Debug)]
pub struct App;

impl Load for Ticket {
    type State = App;
    type Key = u64;
    type Error = String;
    async fn load(id: u64, _: &App) -> Result<Option<Self>, String> {
        Ok(Some(Ticket { id, author: "ann".to_owned() }))
    }
}

pub struct Nobody;

#[async_trait]
impl Authenticator for Nobody {
    async fn authenticate(&self, _: &axum::http::request::Parts) -> Outcome { Outcome::Nobody }
    fn challenge(&self) -> Challenge { Challenge::new("None") }
    fn credential_headers(&self) -> Vec<axum::http::HeaderName> { Vec::new() }
}
"#;

/// The guarded handlers: a role, a permission, and a role with an owner, by turns.
fn guarded() -> String {
    let mut text = HEAD.to_owned();
    for at in 0..HANDLERS {
        let _ = match at % 3 {
            0 => writeln!(
                text,
                "#[requires(role = \"writer\")]\nasync fn h{at}(me: Principal) -> Response {{ format!(\"{{}} {at}\", me.subject()).into_response() }}"
            ),
            1 => writeln!(
                text,
                "#[requires(permission = \"ticket:delete\")]\nasync fn h{at}(me: Principal) -> Response {{ format!(\"{{}} {at}\", me.subject()).into_response() }}"
            ),
            _ => writeln!(
                text,
                "#[requires(role = \"writer\", owns = \"ticket\")]\nasync fn h{at}(ticket: Granted<Ticket>) -> Response {{ format!(\"{{}} {at}\", ticket.id).into_response() }}"
            ),
        };
    }
    text + &routes()
}

/// The same, each checking in its first lines.
fn by_hand() -> String {
    let mut text = HEAD.to_owned();
    let public = "#[public(because = \"it checks by itself\")]";
    for at in 0..HANDLERS {
        let _ = match at % 3 {
            0 => writeln!(
                text,
                "{public}\nasync fn h{at}(me: Option<Principal>) -> Response {{
    let Some(me) = me else {{ return StatusCode::UNAUTHORIZED.into_response() }};
    if !me.has_role(Role::Writer) {{ return StatusCode::FORBIDDEN.into_response() }}
    format!(\"{{}} {at}\", me.subject()).into_response()
}}"
            ),
            1 => writeln!(
                text,
                "{public}\nasync fn h{at}(me: Option<Principal>) -> Response {{
    let Some(me) = me else {{ return StatusCode::UNAUTHORIZED.into_response() }};
    if !me.has_permission(Permission::TicketDelete) {{ return StatusCode::FORBIDDEN.into_response() }}
    format!(\"{{}} {at}\", me.subject()).into_response()
}}"
            ),
            _ => writeln!(
                text,
                "{public}\nasync fn h{at}(me: Option<Principal>, Path(id): Path<u64>, State(app): State<App>) -> Response {{
    let Some(me) = me else {{ return StatusCode::UNAUTHORIZED.into_response() }};
    if !me.has_role(Role::Writer) {{ return StatusCode::FORBIDDEN.into_response() }}
    match Ticket::load(id, &app).await {{
        Ok(Some(ticket)) if ticket.author == me.subject() => format!(\"{{}} {at}\", ticket.id).into_response(),
        Ok(Some(_)) => StatusCode::FORBIDDEN.into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }}
}}"
            ),
        };
    }
    text + &routes()
}

/// `#[public]` is part of what auth-core adds: so the same without it, on axum alone.
fn axum_alone() -> String {
    let mut text = by_hand();
    for (ours, axums) in [
        ("#[public(because = \"it checks by itself\")]\n", ""),
        ("me: Option<Principal>", "Caller(me): Caller"),
        (
            "public, requires, routing::{get, put}};",
            "routing::{get, put}};",
        ),
        (
            "async_trait, routing::{get, put}};",
            "async_trait};\nuse axum::{Router, routing::{get, put}};",
        ),
        ("Guarded, ", ""),
        ("Granted, ", ""),
        ("PolicyRouter, ", ""),
        ("pub fn app() -> Guarded", "pub fn app() -> Router"),
        ("PolicyRouter::new()", "Router::new()"),
        (".authenticate(Nobody)", ""),
    ] {
        text = text.replace(ours, axums);
    }
    text + r"
pub struct Caller(Option<Principal>);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get().cloned()))
    }
}
"
}

fn routes() -> String {
    let mut text = "pub fn app() -> Guarded {\n    let router = PolicyRouter::new();\n".to_owned();
    for at in 0..HANDLERS {
        let (method, path) = match at % 3 {
            0 => ("get", format!("/h{at}")),
            1 => ("put", format!("/h{at}")),
            _ => ("get", format!("/h{at}/{{ticket_id}}")),
        };
        let _ = writeln!(
            text,
            "    let router = router.route(\"{path}\", {method}(h{at}));"
        );
    }
    text + "    router.with_state(App).authenticate(Nobody)\n}\n"
}

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = [
        ("guarded", guarded()),
        ("by-hand-guarded-router", by_hand()),
        ("by-hand-axum", axum_alone()),
    ];
    let packages: Vec<PathBuf> = all
        .iter()
        .map(|(name, code)| package(here, name, code))
        .collect::<Result<_, _>>()?;
    for command in ["check", "build"] {
        let mut seconds = vec![Vec::new(); packages.len()];
        for round in 0..=ROUNDS {
            for (at, package) in packages.iter().enumerate() {
                let took = time(here, package, command)?;
                // The first one builds what it depends on.
                if round > 0 {
                    seconds[at].push(took);
                }
            }
        }
        println!("cargo {command} of {HANDLERS} handlers, median of {ROUNDS}:");
        let ratio = |than: &[f64]| {
            median(
                seconds[0]
                    .iter()
                    .zip(than)
                    .map(|(ours, theirs)| ours / theirs)
                    .collect(),
            )
        };
        for ((name, _), each) in all.iter().zip(&seconds) {
            println!(
                "  {name}: {:.2} s (guarded / it: {:.2})",
                median(each.clone()),
                ratio(each)
            );
        }
    }
    Ok(())
}

fn package(here: &Path, name: &str, code: &str) -> io::Result<PathBuf> {
    let root = here.join("target/build-time").join(name);
    fs::create_dir_all(root.join("src"))?;
    let dependency = here.join("../auth-core");
    let manifest = format!(
        "[workspace]\n[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nauth-core = {{ path = \"{}\", default-features = false }}\naxum = {{ version = \"0.8.9\", default-features = false, features = [\"matched-path\", \"tokio\"] }}\n",
        dependency.display()
    );
    fs::write(root.join("Cargo.toml"), manifest)?;
    fs::copy(here.join("Cargo.lock"), root.join("Cargo.lock"))?;
    fs::write(
        root.join("src/lib.rs"),
        format!("#![allow(unused_imports)]\n{code}"),
    )?;
    Ok(root)
}

fn time(here: &Path, package: &Path, command: &str) -> io::Result<f64> {
    let source = package.join("src/lib.rs");
    let code = fs::read(&source)?;
    fs::write(&source, code)?;
    let began = Instant::now();
    let output = Command::new("cargo")
        .args([command, "--quiet", "--offline"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", here.join("target/build-time/target"))
        .env("CARGO_INCREMENTAL", "0")
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    Ok(began.elapsed().as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

//! Serves the issue tracker, and prints what to try.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use tickets::{demo::Demo, repository::Store, tour};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// An issue tracker whose every handler says what it takes to call it.
#[derive(Parser)]
struct Arguments {
    /// Where tickets are kept; in memory, and so for this run alone, unless given.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Where to listen; port 0 is any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Prints who may call what, and ends.
    #[arg(long)]
    policies: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tickets: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let store =
        Store::open(arguments.database.as_deref())
            .await
            .map_err(|error| match &arguments.database {
                Some(file) => format!("can't open the database {}: {error}", file.display()),
                None => format!("can't open a database in memory: {error}"),
            })?;
    let demo = Demo::new().map_err(|error| format!("can't make the demo's tokens: {error}"))?;
    let new = store.is_new();
    let app = tickets::app(store, demo.issuer());
    if arguments.policies {
        print!("{}", app.policies());
        return Ok(());
    }
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| format!("can't listen on {}: {error}", arguments.listen))?;
    let address = listener
        .local_addr()
        .map_err(|error| format!("can't tell where it listens: {error}"))?;
    print!("{}", tour::of(address, &demo, new));
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped())
        .await
        .map_err(|error| error.to_string())
}

/// Ends on Ctrl-C and on SIGTERM, after the requests under way.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(error) => {
                tracing::warn!(error = ?error.to_string(), "SIGTERM ends it at once");
                let _ = interrupted.await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = interrupted.await;
}

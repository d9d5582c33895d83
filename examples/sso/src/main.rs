//! Serves the noticeboard.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use sso::Settings;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use url::Url;

/// A noticeboard whose people log in at an OpenID provider.
#[derive(Parser)]
struct Arguments {
    /// The provider's name, which is an address of its.
    #[arg(long, env = "SSO_ISSUER")]
    issuer: String,
    /// Who the noticeboard is at the provider.
    #[arg(long, env = "SSO_CLIENT_ID")]
    client_id: String,
    /// What proves it there. Other users of this machine see arguments: use the variable.
    #[arg(long, env = "SSO_CLIENT_SECRET", hide_env_values = true)]
    client_secret: String,
    /// Where browsers find the noticeboard; where it listens unless given.
    #[arg(long, env = "SSO_URL")]
    url: Option<Url>,
    /// How often the provider is asked what somebody who is logged in may be.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    ask_every: u64,
    /// Where sessions, logins and notices are kept.
    #[arg(long, value_name = "FILE", default_value = "sso.db")]
    database: PathBuf,
    /// Where to listen; port 0 is any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// What the cookie of a login under way is encrypted with, 64 bytes or more: needed by several
    /// processes that serve one noticeboard.
    #[arg(long, env = "SSO_COOKIE_KEY", hide_env_values = true)]
    cookie_key: Option<String>,
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
            eprintln!("sso: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| format!("can't listen on {}: {error}", arguments.listen))?;
    let address = listener
        .local_addr()
        .map_err(|error| format!("can't tell where it listens: {error}"))?;
    let url = match arguments.url {
        Some(url) => url,
        None => Url::parse(&format!("http://{address}")).map_err(|error| error.to_string())?,
    };
    let app = sso::app(Settings {
        issuer: arguments.issuer,
        client_id: arguments.client_id,
        client_secret: arguments.client_secret,
        url: url.clone(),
        ask_every: Duration::from_secs(arguments.ask_every),
        database: arguments.database,
        cookie_key: arguments.cookie_key.map(String::into_bytes),
    })
    .await?;
    println!("{url}");
    axum::serve(listener, app)
        .with_graceful_shutdown(async {
            // An error is no reason to end.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await
        .map_err(|error| error.to_string())
}

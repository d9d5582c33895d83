use std::time::Duration;

use auth_edge_tests::Provider;
use sso::Settings;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The example `sso`, served, and the real provider at which its people log in.
///
/// At the provider, `ann` is a writer, `bob` a reader, and `cyd` nothing; any password will do.
pub(crate) struct Noticeboard {
    /// Where it is.
    pub(crate) url: String,
    /// Where its people log in.
    pub(crate) provider: Provider,
    _folder: TempDir,
}

impl Noticeboard {
    /// Starts both; none where the provider isn't installed.
    pub(crate) async fn start(ask_every: Duration) -> Option<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let provider = Provider::start_for(&url)?;
        let folder = tempfile::tempdir().expect("a folder");
        let app = sso::app(Settings {
            issuer: provider.issuer().to_owned(),
            client_id: "noticeboard".to_owned(),
            client_secret: "the secret of the noticeboard".to_owned(),
            url: url.parse().expect("an address"),
            ask_every,
            database: folder.path().join("sso.db"),
            cookie_key: None,
        });
        let app = app.await.expect("it can work");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Some(Self {
            url,
            provider,
            _folder: folder,
        })
    }

    /// An address of it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

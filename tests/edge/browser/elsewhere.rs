use axum::{Router, response::Html, routing::get};
use tokio::net::TcpListener;

/// A page of somebody else's, under two names: of the same site as an app on this machine, and of another.
///
/// Browsers don't tell sites apart by port, so the first gets the app's cookies sent along.
pub(crate) struct Elsewhere {
    pub(crate) same_site: String,
    pub(crate) cross_site: String,
}

impl Elsewhere {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let page = Html("<!doctype html><title>Elsewhere</title><p>You have won!");
        let app = Router::new().route("/", get(async move || page));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            same_site: format!("http://127.0.0.1:{port}/"),
            cross_site: format!("http://localhost:{port}/"),
        }
    }
}

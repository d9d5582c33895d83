use auth_core::{Bearer, Issuer, PolicyRouter, Roles, requires, routing::get};
use auth_postgres as _;
use auth_redis as _;
use auth_sqlite as _;
use {auth_accounts as _, auth_sessions as _};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
enum Role {
    Writer,
}

#[requires(role = "writer")]
async fn write() -> &'static str {
    "written"
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let issuer = Issuer::new("https://id.example").audience("app").discover();
    let app = PolicyRouter::new()
        .route("/", get(write))
        .authenticate(Bearer::jwt(issuer.roles::<Role>()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    axum::serve(listener, app).await
}

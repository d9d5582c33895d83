//! An audit trail in a real database: what is kept survives, and an outage is counted.

use std::time::{Duration, SystemTime};

use auth_core::{AuditTrail, PolicyRouter, Principal, requires, routing::get};
use auth_edge_tests::Postgres;
use auth_postgres::PostgresAudit;
use auth_tests::{Callers, call, notes::Role};
use http::Method;
use sqlx::{PgPool, Row, postgres::PgPoolOptions};

#[requires(role = "writer")]
async fn write(me: Principal) -> String {
    me.subject().to_owned()
}

async fn codes(pool: &PgPool) -> Vec<(String, String)> {
    let sql =
        "SELECT event ->> 'code', event -> 'principal' ->> 'subject' FROM auth_audit ORDER BY seq";
    let rows = sqlx::query(sql).fetch_all(pool).await.expect("the table");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn postgresql_keeps_each_event_and_its_outage_holds_up_no_request() {
    let Some(mut postgres) = Postgres::start() else {
        return;
    };
    let pool = PgPoolOptions::new().acquire_timeout(Duration::from_secs(1));
    let pool = pool.connect(&postgres.url()).await.expect("it is up");
    let sink = PostgresAudit::new(pool.clone()).await.expect("a table");
    let trail = AuditTrail::to(sink);
    let app = PolicyRouter::new()
        .route("/", get(write))
        .audit(trail.clone())
        .authenticate(Callers);
    for who in ["ann", "o'hara", "b\"o\\b"] {
        assert_eq!(call(&app, Method::GET, "/", who).await.status(), 403);
    }
    trail.flushed().await.expect("in time");
    let forbidden = |who: &str| ("forbidden".to_owned(), who.to_owned());
    assert_eq!(
        codes(&pool).await,
        [forbidden("ann"), forbidden("o'hara"), forbidden("b\"o\\b")]
    );

    // An app's clock that is off by ages costs no event.
    let wild = PolicyRouter::new()
        .route("/", get(write))
        .audit(trail.clone())
        .clock(|| SystemTime::UNIX_EPOCH + Duration::from_secs(u64::MAX / 4))
        .authenticate(Callers);
    assert_eq!(call(&wild, Method::GET, "/", "eve").await.status(), 403);
    trail.flushed().await.expect("in time");
    assert_eq!((trail.written(), trail.lost()), (4, 0));

    postgres.stop();
    assert_eq!(call(&app, Method::GET, "/", "cy").await.status(), 403);
    trail.flushed().await.expect("in time");
    assert_eq!((trail.written(), trail.lost()), (4, 1));

    assert!(postgres.resume());
    assert_eq!(call(&app, Method::GET, "/", "dan").await.status(), 403);
    trail.flushed().await.expect("in time");
    assert_eq!((trail.written(), trail.lost()), (5, 1));
    assert_eq!(codes(&pool).await.last(), Some(&forbidden("dan")));
}

//! How long a revoked token is still accepted on another machine: `cargo bench --bench revocation`.
//!
//! Two of them share a store; 64 readers ask the one all the time, and the other revokes. What counts is
//! the time from when `revoke` returned to the last request that was accepted. Stores that are not
//! installed are left out.
//!
//! And what a revocation costs beside a million others, in this process: the one, and being asked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use auth_core::{
    Authenticator, Bearer, Identity, Outcome, Revocation, Revocations, TokenVerifier, async_trait,
    authentication::revocation::{Revocable, RevocationStore},
};
use auth_edge_tests::{Postgres, Redis};
use auth_postgres::PostgresRevocations;
use auth_redis::RedisRevocations;
use auth_sqlite::SqliteRevocations;
use comparison::{ready::ready, rounds::Rounds};
use http::{Request, request::Parts};

const READERS: usize = 64;
const TRIALS: usize = 30;
const BOUND: Duration = Duration::from_secs(5);

/// Tokens that are their own ids: what is measured is what comes after.
struct Ids;

#[async_trait]
impl TokenVerifier for Ids {
    async fn verify(&self, token: &str) -> Outcome {
        Outcome::known(Identity::person("bench", "ann").credential(token))
    }
}

type Reader = Revocable<Bearer<Ids>>;

fn request(token: &str) -> Parts {
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    request.body(()).expect("a request").into_parts().0
}

/// From when `revoke` returned to the last acceptance by any reader.
async fn trial(writer: &Revocations, reader: &Arc<Reader>, id: &str) -> Duration {
    let began = Instant::now();
    let last = Arc::new(AtomicU64::new(0));
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let (reader, last) = (Arc::clone(reader), Arc::clone(&last));
            let parts = request(id);
            tokio::spawn(async move {
                while let Outcome::Known(_) = reader.authenticate(&parts).await {
                    let now = began.elapsed().as_nanos();
                    last.fetch_max(u64::try_from(now).unwrap_or(u64::MAX), Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let revoked = writer.revoke(Revocation::credential("bench", id)).await;
    revoked.expect("the store is up");
    let returned = began.elapsed();
    for reader in readers {
        reader.await.expect("a reader ends when it is refused");
    }
    Duration::from_nanos(last.load(Ordering::Relaxed)).saturating_sub(returned)
}

async fn measure(name: &str, here: impl RevocationStore, there: impl RevocationStore) {
    let writer = Revocations::stored(here).bound(BOUND);
    let reads = Revocations::stored(there).bound(BOUND);
    reads.warm_up().await.expect("the store is up");
    let reader = Arc::new(Bearer::new(Ids).revocable(reads));
    let mut times = Vec::new();
    for number in 0..TRIALS {
        times.push(trial(&writer, &reader, &format!("token-{number}")).await);
    }
    times.sort();
    let (median, longest) = (times[TRIALS / 2], times[TRIALS - 1]);
    println!("| {name} | {median:.1?} | {longest:.1?} |");
    assert!(longest <= BOUND, "the stated bound doesn't hold");
}

const FEW: u32 = 10;
const MANY: u32 = 1_000_000;
const REVOKE: [&str; 2] = ["a revocation beside 10", "a revocation beside 1,000,000"];
const ASK: [&str; 2] = ["a request beside 10", "a request beside 1,000,000"];

/// What one costs beside few others, and beside many.
fn beside_others() {
    let in_an_hour = SystemTime::now() + Duration::from_hours(1);
    let revoke = |all: &Revocations, id: u32| {
        // What is revoked again takes no room again.
        let one = Revocation::credential("bench", id.to_string()).until(in_an_hour);
        ready(all.revoke(one)).expect("memory");
    };
    let sizes = [FEW, MANY].map(|size| {
        let all = Revocations::in_memory();
        (0..size).for_each(|id| revoke(&all, id));
        let reader = Bearer::new(Ids).revocable(all.clone());
        (all, reader, size)
    });
    let parts = request("another");
    let mut rounds = Rounds::default();
    for (at, (all, reader, size)) in sizes.iter().enumerate() {
        let mut ids = (0..*size).cycle();
        rounds.each(REVOKE[at], move || revoke(all, ids.next().unwrap_or(0)));
        rounds.each(ASK[at], || ready(reader.authenticate(&parts)));
    }
    rounds.run();
    println!("\n{}", rounds.table());
    for [few, many] in [REVOKE, ASK] {
        println!("{many} / {few}: {:.2}", rounds.ratio(many, few));
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    println!("bound {BOUND:?}, {READERS} readers, {TRIALS} trials\n");
    println!("| store | median | longest |\n| --- | ---: | ---: |");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("revoked.db");
    let sqlite = || async { SqliteRevocations::open(&file).await.expect("a file") };
    measure("SQLite", sqlite().await, sqlite().await).await;
    if let Some(server) = Postgres::start() {
        let url = server.url();
        let store = || async {
            let pool = sqlx::PgPool::connect(&url).await.expect("a database");
            PostgresRevocations::new(pool).await.expect("a table")
        };
        measure("PostgreSQL", store().await, store().await).await;
    }
    if let Some(server) = Redis::start() {
        let url = server.url();
        let store = || async {
            let client = redis::Client::open(url.as_str()).expect("an address");
            RedisRevocations::connect(client).await.expect("a Redis")
        };
        measure("Redis", store().await, store().await).await;
    }
    beside_others();
}

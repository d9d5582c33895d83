//! What a handler is handed after the grant: by one deadline, and with no more proof than its policy gave.

use std::time::Duration;

use auth_core::{Granted, Load, PolicyRouter, Resource, policy, requires, routing::get};
use auth_tests::{Callers, call, notes::Role};
use http::Method;

macro_rules! slow {
    ($($name:ident),*) => { $(
        #[derive(Clone, Resource)]
        struct $name {
            #[key]
            id: u64,
            #[owner]
            author: String,
        }

        impl Load for $name {
            type State = ();
            type Key = u64;
            type Error = String;

            async fn load(id: u64, (): &()) -> Result<Option<Self>, String> {
                tokio::time::sleep(Duration::from_millis(900)).await;
                let author = "ann".to_owned();
                Ok(Some(Self { id, author }))
            }
        }
    )* };
}
slow!(Letter, Parcel, Bin);

#[requires(any(role = "admin", all(owns = "letter", owns = "parcel", owns = "bin")))]
async fn three(a: Granted<Letter>, b: Granted<Parcel>, c: Granted<Bin>) -> String {
    format!("{} {} {}", a.id, b.id, c.id)
}

#[tokio::test(start_paused = true)]
async fn all_that_a_handler_is_handed_has_one_deadline() {
    let app = PolicyRouter::new()
        .route("/{letter_id}/{parcel_id}/{bin_id}", get(three))
        .deadline(Duration::from_secs(1))
        .authenticate(Callers);
    // The owner's rule needs all three, the admin's none.
    for caller in ["ann", "root; admin"] {
        let began = tokio::time::Instant::now();
        let answer = call(&app, Method::GET, "/1/2/3", caller).await;
        assert_eq!(answer.status(), 503, "{caller}");
        assert_eq!(began.elapsed().as_secs(), 1, "{caller}");
    }
}

/// Who may read a letter.
#[derive(Debug)]
#[policy(owns = "letter")]
struct ReadLetter;

/// Behind an alias no macro sees what it takes.
type Emptied = Granted<Bin, ReadLetter>;

#[requires(policy = ReadLetter, when = |bin: &Bin| bin.id > 0)]
async fn throw(_letter: Granted<Letter, ReadLetter>, bin: Emptied) -> String {
    bin.id.to_string()
}

#[tokio::test]
async fn a_policy_proves_nothing_of_a_resource_that_it_doesnt_name() {
    let app = PolicyRouter::new()
        .route("/letters/{letter_id}/into/{bin_id}", get(throw))
        .authenticate(Callers);
    let answer = call(&app, Method::GET, "/letters/1/into/77", "ann").await;
    assert_eq!(
        (answer.status(), answer.code().as_str()),
        (500, "misconfigured")
    );
}

//! Whether a name that nobody has is answered as slowly as a wrong password: `cargo bench --bench login`.

use std::{hint::black_box, num::NonZeroU32, time::Duration};

use auth_accounts::{Accounts, AttemptLimits, LoginRefused, MemoryAccounts};
use auth_core::StoredIdentity;
use comparison::rounds::Rounds;
use tokio::runtime::Builder;

const UNKNOWN: &str = "a name that nobody has";
const WRONG: &str = "a wrong password";
const RIGHT: &str = "the right password";

fn main() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    // Nobody is stopped here.
    let limits = AttemptLimits::new(NonZeroU32::MAX, Duration::from_millis(1));
    let accounts = Accounts::limited(MemoryAccounts::default(), limits);
    let ann = StoredIdentity::person("ann");
    let made = accounts.register("ann", "correct horse battery", ann);
    runtime.block_on(made).expect("a good password");

    let attempt = |name: &'static str, password: &'static str| {
        let (runtime, accounts) = (&runtime, &accounts);
        move || runtime.block_on(accounts.verify(black_box(name), black_box(password), None))
    };
    let wrong = attempt("ann", "wrong horse battery");
    assert_eq!(wrong(), Err(LoginRefused::Wrong));
    let mut rounds = Rounds::default();
    rounds.each(UNKNOWN, attempt("bob", "correct horse battery"));
    rounds.each(WRONG, wrong);
    rounds.each(RIGHT, attempt("ann", "correct horse battery"));
    rounds.run();

    println!("{}", rounds.table());
    println!(
        "{UNKNOWN} / {WRONG}: {:.3} (goal 1)",
        rounds.ratio(UNKNOWN, WRONG)
    );
}

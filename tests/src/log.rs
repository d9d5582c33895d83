//! What a test has logged.

use std::{cell::RefCell, collections::BTreeMap, fmt::Debug, sync::Once};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
};

/// An event's fields, by name.
pub type Fields = BTreeMap<String, String>;

thread_local! {
    /// What this test's thread, which its requests run on, has logged.
    static LOGGED: RefCell<Vec<(String, Fields)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the events of `auth-core`'s targets, each on its own thread. One for all tests: one a test
/// would race for the callsites' caches.
struct Kept;

struct Reading(Fields);

impl Visit for Reading {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl<S: Subscriber> Layer<S> for Kept {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let target = event.metadata().target();
        if target.starts_with("auth_core") {
            let mut reading = Reading(Fields::new());
            event.record(&mut reading);
            LOGGED.with_borrow_mut(|logged| logged.push((target.to_owned(), reading.0)));
        }
    }
}

/// The events of some work on this thread: target and fields.
pub async fn logged(work: impl Future) -> Vec<(String, Fields)> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(Kept);
        tracing::subscriber::set_global_default(subscriber).expect("the only one");
    });
    LOGGED.take();
    work.await;
    LOGGED.take()
}

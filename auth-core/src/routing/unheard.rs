use std::sync::Once;

/// Says once, where nothing listens to what is logged, that no denial will say why: a newcomer sees 403 otherwise, and
/// nothing beside it. Debug builds alone say it.
pub(super) fn say_if_unheard() {
    static SAID: Once = Once::new();

    if cfg!(debug_assertions) && !is_heard() {
        SAID.call_once(|| {
            eprintln!(
                "auth-core: nothing listens to `tracing` at `warn` yet, so no denial will say why; \
                 `tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).init()` shows it"
            );
        });
    }
}

fn is_heard() -> bool {
    tracing::enabled!(target: "auth_core::denial", tracing::Level::WARN)
}

#[cfg(test)]
mod tests {
    use tracing::{
        Event, Metadata, Subscriber,
        span::{Attributes, Id, Record},
        subscriber::{NoSubscriber, with_default},
    };

    use super::is_heard;

    struct Listening;

    impl Subscriber for Listening {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {}

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn nothing_is_said_where_somebody_listens() {
        assert!(!with_default(NoSubscriber::default(), is_heard));
        assert!(with_default(Listening, is_heard));
    }
}

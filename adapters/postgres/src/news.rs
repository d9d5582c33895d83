use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{sync::Notify, task::AbortHandle, time::sleep};

/// Hears when another machine has written: `LISTEN` on a connection of its own, for as long as it lives.
pub(crate) struct News {
    heard: Arc<Notify>,
    listening: AbortHandle,
}

/// How long after a lost connection the next one is tried.
const RETRY: Duration = Duration::from_secs(1);

impl News {
    pub(crate) fn on(pool: PgPool, channel: &'static str) -> Self {
        let heard = Arc::new(Notify::new());
        let task = tokio::spawn(listen(pool, channel, Arc::clone(&heard)));
        Self {
            heard,
            listening: task.abort_handle(),
        }
    }

    /// Returns when something was heard since the last time.
    pub(crate) async fn heard(&self) {
        self.heard.notified().await;
    }
}

async fn listen(pool: PgPool, channel: &'static str, heard: Arc<Notify>) {
    loop {
        if let Err(error) = follow(&pool, channel, &heard).await {
            tracing::warn!(target: "auth_postgres", error = ?error.to_string(), channel, "no longer listening, trying again");
        }
        sleep(RETRY).await;
    }
}

async fn follow(pool: &PgPool, channel: &str, heard: &Notify) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(channel).await?;
    loop {
        // What was told while nobody listened is found by reading, now.
        heard.notify_one();
        listener.recv().await?;
    }
}

impl Drop for News {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

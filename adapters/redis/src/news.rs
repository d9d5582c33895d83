use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use redis::{Client, RedisError};
use tokio::{sync::Notify, task::AbortHandle, time::sleep};

/// Hears when another machine has written: `SUBSCRIBE` on a connection of its own, for as long as it lives.
pub(crate) struct News {
    heard: Arc<Notify>,
    listening: AbortHandle,
}

/// How long after a lost connection the next one is tried.
const RETRY: Duration = Duration::from_secs(1);

impl News {
    pub(crate) fn on(client: Client, channel: &'static str) -> Self {
        let heard = Arc::new(Notify::new());
        let task = tokio::spawn(listen(client, channel, Arc::clone(&heard)));
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

async fn listen(client: Client, channel: &'static str, heard: Arc<Notify>) {
    loop {
        if let Err(error) = follow(&client, channel, &heard).await {
            tracing::warn!(target: "auth_redis", error = ?error.to_string(), channel, "no longer listening, trying again");
        }
        sleep(RETRY).await;
    }
}

/// Ends when the connection does.
async fn follow(client: &Client, channel: &str, heard: &Notify) -> Result<(), RedisError> {
    let mut subscription = client.get_async_pubsub().await?;
    subscription.subscribe(channel).await?;
    // What was told while nobody listened is found by reading, now.
    heard.notify_one();
    let mut messages = subscription.into_on_message();
    while messages.next().await.is_some() {
        heard.notify_one();
    }
    Ok(())
}

impl Drop for News {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

use std::fmt;

use auth_core::{
    Revocation, async_trait,
    authentication::revocation::{RevocationStore, StoredRevocations},
};
use redis::{Client, RedisError, Script, aio::ConnectionManager};

use crate::news::News;

/// Revocations in a Redis that all machines share: told to all of them (`PUBLISH`), and read from time to
/// time whether they were told or not.
///
/// A Redis that forgets forgets revocations: let it write to disk (`appendonly yes`, `appendfsync
/// always`). Machines that run keep what they know; one that starts afterwards can't.
pub struct RedisRevocations {
    connection: ConnectionManager,
    add: Script,
    since: Script,
    news: News,
}

const CHANNEL: &str = "auth:revocations";

/// Numbers a revocation, after all others though the counter be lost, keeps it by number and by its end, throws out what has ended, and tells.
const ADD: &str = r"
local now = redis.call('TIME')[1] .. '000'
local seq = redis.call('INCR', 'auth:revocations:seq')
local last = redis.call('ZRANGE', 'auth:revocations:by-seq', -1, -1, 'WITHSCORES')[2]
if last and tonumber(last) >= seq then
  seq = tonumber(last) + 1
  redis.call('SET', 'auth:revocations:seq', seq)
end
redis.call('ZADD', 'auth:revocations:by-seq', seq, ARGV[1])
redis.call('ZADD', 'auth:revocations:by-end', ARGV[2], ARGV[1])
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', 'auth:revocations:by-end', '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', 'auth:revocations:by-end', ended)
  redis.call('ZREM', 'auth:revocations:by-seq', ended)
end
redis.call('PUBLISH', 'auth:revocations', '')
return seq
";

/// What came after what was read last, with their numbers; all there is, where that isn't there any more.
const SINCE: &str = r"
local after = '0'
if redis.call('ZRANGEBYSCORE', 'auth:revocations:by-seq', ARGV[1], ARGV[1])[1] == ARGV[2] then
  after = ARGV[1]
end
return redis.call('ZRANGEBYSCORE', 'auth:revocations:by-seq', '(' .. after, '+inf', 'WITHSCORES')
";

impl RedisRevocations {
    /// Connects, and connects again whenever it has to. One connection listens.
    ///
    /// # Errors
    ///
    /// Redis can't be reached.
    pub async fn connect(client: Client) -> Result<Self, RedisError> {
        Ok(Self {
            connection: client.get_connection_manager().await?,
            add: Script::new(ADD),
            since: Script::new(SINCE),
            news: News::on(client, CHANNEL),
        })
    }
}

#[async_trait]
impl RevocationStore for RedisRevocations {
    async fn add(&self, revocation: &Revocation) -> Result<(), String> {
        let text = StoredRevocations::text_of(revocation)?;
        let mut call = self.add.prepare_invoke();
        call.arg(text).arg(revocation.until_unix_ms());
        let mut connection = self.connection.clone();
        let added: Result<i64, _> = call.invoke_async(&mut connection).await;
        added.map(|_| ()).map_err(|error| error.to_string())
    }

    async fn since(&self, cursor: Option<&str>) -> Result<StoredRevocations, String> {
        let (seq, text) = StoredRevocations::read_last(cursor)?;
        let mut call = self.since.prepare_invoke();
        call.arg(seq).arg(text);
        let mut connection = self.connection.clone();
        let found: Result<Vec<(String, i64)>, _> = call.invoke_async(&mut connection).await;
        let found = found.map_err(|error| error.to_string())?;
        let found: Vec<_> = found.into_iter().map(|(text, seq)| (seq, text)).collect();
        StoredRevocations::numbered(&found, cursor)
    }

    async fn changed(&self) {
        self.news.heard().await;
    }
}

impl fmt::Debug for RedisRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRevocations").finish_non_exhaustive()
    }
}

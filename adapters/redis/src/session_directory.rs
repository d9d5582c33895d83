use std::{fmt, time::SystemTime};

use auth_core::async_trait;
use auth_sessions::{SessionDirectory, SessionEntry, unix_ms};
use redis::{AsyncCommands, Client, RedisError, Script, aio::ConnectionManager};

/// A directory of sessions in a Redis that all machines share. What ends is forgotten by Redis itself.
///
/// A Redis that comes back without its last writes knows sessions that were ended in them: let it write to disk
/// (`appendonly yes`, `appendfsync always`).
pub struct RedisSessionDirectory {
    connection: ConnectionManager,
    add: Script,
    get: Script,
    seen: Script,
    of: Script,
}

/// The session by its handle, and its handle in the sets by which it is found; all end with it, a set with
/// the last of its own.
const ADD: &str = r"
redis.call('HSET', KEYS[1], 'entry', ARGV[2], 'seen', ARGV[3], 'sets', cjson.encode({unpack(KEYS, 2)}))
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
for at = 2, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[at], '-inf', ARGV[3])
  redis.call('ZADD', KEYS[at], ARGV[4], ARGV[1])
  redis.call('PEXPIREAT', KEYS[at], redis.call('ZRANGE', KEYS[at], -1, -1, 'WITHSCORES')[2])
end
";

/// A session counts while it is found in each of its sets: where Redis dropped one, ending all of them would miss it.
const GET: &str = r"
local session = redis.call('HMGET', KEYS[1], 'entry', 'seen', 'sets')
if not session[3] then return {} end
for _, set in ipairs(cjson.decode(session[3])) do
  if not redis.call('ZSCORE', set, ARGV[1]) then return {} end
end
return {{session[1], session[2]}}
";

/// Never makes a session that has ended begin again.
const SEEN: &str = r"
local seen = redis.call('HGET', KEYS[1], 'seen')
if seen and tonumber(seen) < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'seen', ARGV[1]) end
";

/// The sessions of a set that haven't ended.
const OF: &str = r"
local found = {}
for _, handle in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local session = redis.call('HMGET', 'auth:session:' .. handle, 'entry', 'seen')
  if session[1] then
    table.insert(found, session)
  else
    redis.call('ZREM', KEYS[1], handle)
  end
end
return found
";

impl RedisSessionDirectory {
    /// Connects, and connects again whenever it has to.
    ///
    /// # Errors
    ///
    /// Redis can't be reached.
    pub async fn connect(client: Client) -> Result<Self, RedisError> {
        Ok(Self {
            connection: client.get_connection_manager().await?,
            add: Script::new(ADD),
            get: Script::new(GET),
            seen: Script::new(SEEN),
            of: Script::new(OF),
        })
    }

    async fn those(&self, set: String) -> Result<Vec<SessionEntry>, String> {
        let mut connection = self.connection.clone();
        let mut call = self.of.prepare_invoke();
        let found: Result<Vec<(String, i64)>, _> =
            call.key(set).invoke_async(&mut connection).await;
        let found = found.map_err(|error| error.to_string())?;
        found.into_iter().map(read).collect()
    }
}

fn session(handle: &str) -> String {
    format!("auth:session:{handle}")
}

// A length before each part, so that no two pairs make one key.
fn of_subject(issuer: &str, subject: &str) -> String {
    format!("auth:sessions:subject:{}:{issuer}:{subject}", issuer.len())
}

fn of_provider_session(issuer: &str, id: &str) -> String {
    format!("auth:sessions:provider:{}:{issuer}:{id}", issuer.len())
}

#[async_trait]
impl SessionDirectory for RedisSessionDirectory {
    async fn add(&self, entry: SessionEntry) -> Result<(), String> {
        let text = entry.stored()?;
        let mut call = self.add.prepare_invoke();
        call.key(session(&entry.handle))
            .key(of_subject(&entry.issuer, &entry.subject));
        if let Some(id) = &entry.provider_session {
            call.key(of_provider_session(&entry.issuer, id));
        }
        call.arg(&entry.handle)
            .arg(text)
            .arg(unix_ms(entry.seen))
            .arg(unix_ms(entry.ends));
        let mut connection = self.connection.clone();
        let added: Result<(), _> = call.invoke_async(&mut connection).await;
        added.map_err(|error| error.to_string())
    }

    async fn get(&self, handle: &str) -> Result<Option<SessionEntry>, String> {
        let mut call = self.get.prepare_invoke();
        call.key(session(handle)).arg(handle);
        let mut connection = self.connection.clone();
        let found: Result<Vec<(String, i64)>, _> = call.invoke_async(&mut connection).await;
        let found = found.map_err(|error| error.to_string())?;
        found.into_iter().next().map(read).transpose()
    }

    async fn seen(&self, handle: &str, at: SystemTime) -> Result<(), String> {
        let mut call = self.seen.prepare_invoke();
        call.key(session(handle)).arg(unix_ms(at));
        let mut connection = self.connection.clone();
        let noted: Result<(), _> = call.invoke_async(&mut connection).await;
        noted.map_err(|error| error.to_string())
    }

    async fn of_subject(&self, issuer: &str, subject: &str) -> Result<Vec<SessionEntry>, String> {
        self.those(of_subject(issuer, subject)).await
    }

    async fn of_provider_session(
        &self,
        issuer: &str,
        id: &str,
    ) -> Result<Vec<SessionEntry>, String> {
        self.those(of_provider_session(issuer, id)).await
    }

    async fn remove(&self, handle: &str) -> Result<(), String> {
        let mut connection = self.connection.clone();
        let removed: Result<(), _> = connection.del(session(handle)).await;
        removed.map_err(|error| error.to_string())
    }
}

fn read((text, seen_ms): (String, i64)) -> Result<SessionEntry, String> {
    SessionEntry::restored(&text, seen_ms)
}

impl fmt::Debug for RedisSessionDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSessionDirectory")
            .finish_non_exhaustive()
    }
}

use std::fmt;

use auth_core::async_trait;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_core_0_14 as older;

/// A store that is built on tower-sessions-core 0.14, as those for PostgreSQL and Redis are.
///
/// The two cores keep the same records.
///
/// ```
/// # use auth_sessions::Older;
/// # use tower_sessions_core_0_14::SessionStore;
/// use auth_sessions::{MemoryDirectory, Sessions};
///
/// fn sessions(store: impl SessionStore) -> Sessions {
///     Sessions::new(Older(store), MemoryDirectory::default())
/// }
/// ```
#[derive(Clone)]
pub struct Older<S>(pub S);

/// A store may show the ids of its sessions, which open them.
impl<S> fmt::Debug for Older<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Older").finish_non_exhaustive()
    }
}

#[async_trait]
impl<S: older::SessionStore> SessionStore for Older<S> {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let mut written = to_older(record);
        self.0.create(&mut written).await.map_err(from_older)?;
        // It may have chosen another id, where there was one of this.
        record.id = Id(written.id.0);
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.0.save(&to_older(record)).await.map_err(from_older)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let read = self.0.load(&older::session::Id(id.0)).await;
        let read = read.map_err(from_older)?;
        Ok(read.map(|record| Record {
            id: Id(record.id.0),
            data: record.data,
            expiry_date: record.expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let deleted = self.0.delete(&older::session::Id(id.0)).await;
        deleted.map_err(from_older)
    }
}

fn to_older(record: &Record) -> older::session::Record {
    older::session::Record {
        id: older::session::Id(record.id.0),
        data: record.data.clone(),
        expiry_date: record.expiry_date,
    }
}

fn from_older(error: older::session_store::Error) -> Error {
    match error {
        older::session_store::Error::Encode(why) => Error::Encode(why),
        older::session_store::Error::Decode(why) => Error::Decode(why),
        older::session_store::Error::Backend(why) => Error::Backend(why),
    }
}

use async_trait::async_trait;
use serde::Serialize;

use super::Revocation;

/// Where several machines share what is revoked.
///
/// It keeps revocations in the order in which they were added, so that each machine asks only for
/// what it hasn't seen.
#[async_trait]
pub trait RevocationStore: Send + Sync + 'static {
    /// Adds a revocation. When it returns, every later [`since`](RevocationStore::since) finds it.
    ///
    /// # Errors
    ///
    /// Why it may not have been added, for the log.
    async fn add(&self, revocation: &Revocation) -> Result<(), String>;

    /// What was added after `cursor`, a word of this store's own; all that is still remembered without
    /// one.
    ///
    /// # Errors
    ///
    /// Why the store can't be asked now, for the log.
    async fn since(&self, cursor: Option<&str>) -> Result<StoredRevocations, String>;

    /// Returns when something may have been added. It may never, and be wrong: the store is asked from
    /// time to time anyway.
    async fn changed(&self) {
        std::future::pending::<()>().await;
    }
}

/// What a store holds from a cursor on.
#[derive(Clone, Debug, Default)]
pub struct StoredRevocations {
    /// In the order in which they were added.
    pub revocations: Vec<Revocation>,
    /// Where the next reading begins; none: at the beginning.
    pub cursor: Option<String>,
}

/// What a store that numbers revocations, and keeps them as text, does alike wherever it keeps them.
///
/// Its cursor is the number *and* the text of what was read last. Where that isn't there any more, the store may be an
/// older one that was brought back, whose numbers mean other revocations: it is then read whole. No text is written
/// twice, so that an older store can't have given the same place to the same revocation once more.
impl StoredRevocations {
    /// A revocation as text, which differs from every other one.
    ///
    /// # Errors
    ///
    /// It can't be written as text.
    pub fn text_of(revocation: &Revocation) -> Result<String, String> {
        #[derive(Serialize)]
        struct Written<'r> {
            #[serde(flatten)]
            revocation: &'r Revocation,
            written: String,
        }
        let written = format!("{:032x}", rand::random::<u128>());
        serde_json::to_string(&Written {
            revocation,
            written,
        })
        .map_err(|error| error.to_string())
    }

    /// The number and the text of what was read last; the number 0, which nothing has, where nothing was.
    ///
    /// # Errors
    ///
    /// The cursor is another store's.
    pub fn read_last(cursor: Option<&str>) -> Result<(i64, &str), String> {
        let Some(cursor) = cursor else {
            return Ok((0, ""));
        };
        let place = cursor.split_once(' ');
        let place = place.and_then(|(number, text)| Some((number.parse().ok()?, text)));
        place.ok_or_else(|| "a cursor of another store".to_owned())
    }

    /// What was found after a cursor: numbers and texts, in their order.
    ///
    /// # Errors
    ///
    /// A text is no revocation.
    pub fn numbered(found: &[(i64, String)], cursor: Option<&str>) -> Result<Self, String> {
        let revocations = found.iter().map(|(_, text)| serde_json::from_str(text));
        let last = found
            .last()
            .map(|(number, text)| format!("{number} {text}"));
        Ok(Self {
            revocations: revocations
                .collect::<Result<_, _>>()
                .map_err(|error| error.to_string())?,
            cursor: last.or_else(|| cursor.map(str::to_owned)),
        })
    }
}

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{OptionalExtension, Row, params};
use tokio_rusqlite::{Connection, Error};

/// What the provider gave for each session.
#[derive(Clone, Debug)]
pub(crate) struct Logins(Connection);

/// What it gave for one.
#[derive(Clone)]
pub(crate) struct ProviderLogin {
    pub(crate) session: String,
    pub(crate) subject: String,
    pub(crate) provider_session: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) id_token: String,
    pub(crate) refresh_token: Option<String>,
    /// As of when the provider states all this.
    pub(crate) stated: SystemTime,
}

/// No session lasts longer, so what is older is of none.
const KEPT: Duration = Duration::from_hours(24);

impl Logins {
    pub(crate) fn new(connection: Connection) -> Self {
        Self(connection)
    }

    /// Keeps what the provider gave for a new session.
    pub(crate) async fn keep(&self, login: ProviderLogin) -> Result<(), Error> {
        let roles = written(&login.roles)?;
        let write = self.0.call(move |database| {
            let stated = unix_ms(login.stated);
            let change = database.transaction()?;
            change.execute(
                "DELETE FROM provider_login WHERE stated_ms < ?1",
                [stated - ms(KEPT)],
            )?;
            change.execute(
                "INSERT INTO provider_login
                 (session, subject, provider_session, roles, id_token, refresh_token, stated_ms, asked_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
                params![
                    login.session,
                    login.subject,
                    login.provider_session,
                    roles,
                    login.id_token,
                    login.refresh_token,
                    stated,
                ],
            )?;
            change.commit()
        });
        write.await
    }

    /// Keeps what the provider gave for a session in place of what it gave before; says whether the session was still
    /// there. One that has ended meanwhile gets nothing.
    pub(crate) async fn renew(&self, login: ProviderLogin) -> Result<bool, Error> {
        let roles = written(&login.roles)?;
        let update = self.0.call(move |database| {
            database.execute(
                "UPDATE provider_login
                 SET roles = ?2, id_token = ?3, refresh_token = ?4, stated_ms = ?5, asked_ms = ?5
                 WHERE session = ?1",
                params![
                    login.session,
                    roles,
                    login.id_token,
                    login.refresh_token,
                    unix_ms(login.stated),
                ],
            )
        });
        Ok(update.await? == 1)
    }

    pub(crate) async fn of(&self, session: &str) -> Result<Option<ProviderLogin>, Error> {
        let session = session.to_owned();
        let select = self.0.call(move |database| {
            database
                .prepare_cached(
                    "SELECT session, subject, provider_session, roles, id_token, refresh_token, stated_ms
                     FROM provider_login WHERE session = ?1",
                )?
                .query_row([session], read)
                .optional()
        });
        select.await
    }

    /// Whether it is for the caller to ask the provider again: it is once in so long, whoever calls, so
    /// that one refresh token is used once. Who seems to have asked later than now did so by another clock.
    pub(crate) async fn may_ask(&self, session: &str, every: Duration) -> Result<bool, Error> {
        let (session, now) = (session.to_owned(), unix_ms(SystemTime::now()));
        let claim = self.0.call(move |database| {
            database.execute(
                "UPDATE provider_login SET asked_ms = ?2 WHERE session = ?1 AND (asked_ms <= ?3 OR asked_ms > ?2)",
                params![session, now, now - ms(every)],
            )
        });
        Ok(claim.await? == 1)
    }

    pub(crate) async fn forget(&self, session: &str) -> Result<(), Error> {
        let session = session.to_owned();
        let delete = self.0.call(move |database| {
            database.execute("DELETE FROM provider_login WHERE session = ?1", [session])
        });
        delete.await.map(drop)
    }

    /// Forgets what the provider gave for the sessions of a subject's that it gave no name: they are nobody's then.
    pub(crate) async fn forget_unnamed(&self, subject: &str) -> Result<(), Error> {
        let subject = subject.to_owned();
        let delete = self.0.call(move |database| {
            database.execute(
                "DELETE FROM provider_login WHERE subject = ?1 AND provider_session IS NULL",
                [subject],
            )
        });
        delete.await.map(drop)
    }
}

fn written(roles: &[String]) -> rusqlite::Result<String> {
    serde_json::to_string(roles).map_err(|error| super::foreign(error.into()))
}

fn read(row: &Row<'_>) -> rusqlite::Result<ProviderLogin> {
    let roles: String = row.get(3)?;
    let stated: i64 = row.get(6)?;
    Ok(ProviderLogin {
        session: row.get(0)?,
        subject: row.get(1)?,
        provider_session: row.get(2)?,
        roles: serde_json::from_str(&roles).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, error.into())
        })?,
        id_token: row.get(4)?,
        refresh_token: row.get(5)?,
        stated: UNIX_EPOCH + Duration::from_millis(u64::try_from(stated).unwrap_or_default()),
    })
}

fn unix_ms(at: SystemTime) -> i64 {
    at.duration_since(UNIX_EPOCH).map_or(0, ms)
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use tempfile::TempDir;

    use super::{Logins, ProviderLogin};

    async fn logins() -> (TempDir, Logins) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sso.db");
        let connection = crate::repository::open(&file).await.expect("a file");
        (folder, Logins::new(connection))
    }

    fn login(stated: SystemTime) -> ProviderLogin {
        ProviderLogin {
            session: "one".to_owned(),
            subject: "ann".to_owned(),
            provider_session: None,
            roles: Vec::new(),
            id_token: "an ID token".to_owned(),
            refresh_token: Some("a refresh token".to_owned()),
            stated,
        }
    }

    #[tokio::test]
    async fn what_seems_to_have_been_stated_later_than_now_is_asked_for_again() {
        const EVERY: Duration = Duration::from_mins(1);

        for (ago, ahead, may_ask) in [(61, 0, true), (0, 0, false), (0, 50, true), (0, 7200, true)]
        {
            let (_folder, logins) = logins().await;
            let stated = SystemTime::now() - Duration::from_secs(ago) + Duration::from_secs(ahead);
            logins.keep(login(stated)).await.expect("it is new");
            let asked = logins.may_ask("one", EVERY).await.expect("it is up");
            assert_eq!(asked, may_ask, "{ago} {ahead}");
            let again = logins.may_ask("one", EVERY).await.expect("it is up");
            assert!(!again, "once in so long: {ago} {ahead}");
        }
    }

    #[tokio::test]
    async fn a_logout_finds_the_logins_that_the_provider_gave_no_name() {
        let (_folder, logins) = logins().await;
        let now = SystemTime::now();
        for (session, subject, named) in [
            ("unnamed", "ann", None),
            ("named", "ann", Some("s1")),
            ("another's", "bob", None),
        ] {
            let kept = ProviderLogin {
                session: session.to_owned(),
                subject: subject.to_owned(),
                provider_session: named.map(str::to_owned),
                ..login(now)
            };
            logins.keep(kept).await.expect("it is new");
        }
        logins.forget_unnamed("ann").await.expect("it is up");
        for (session, left) in [("unnamed", false), ("named", true), ("another's", true)] {
            let found = logins.of(session).await.expect("it is up");
            assert_eq!(found.is_some(), left, "{session}");
        }
    }

    #[tokio::test]
    async fn what_ends_while_the_provider_is_asked_is_not_kept_anew() {
        let (_folder, logins) = logins().await;
        let login = login(SystemTime::now());
        logins.keep(login.clone()).await.expect("it is new");
        let renewed = ProviderLogin {
            refresh_token: Some("the next one".to_owned()),
            ..login
        };
        assert!(logins.renew(renewed.clone()).await.expect("it is up"));
        let found = logins.of("one").await.expect("it is up");
        let found = found.and_then(|login| login.refresh_token);
        assert_eq!(found.as_deref(), Some("the next one"));
        logins.forget("one").await.expect("it is up");
        assert!(!logins.renew(renewed).await.expect("it is up"));
        assert!(logins.of("one").await.expect("it is up").is_none());
    }
}

//! Callers outside of requests: whoever had a job done, as they are now, and the app's own programs.

mod program;
mod stored_caller;

pub(crate) use program::{PROGRAMS, Program};
pub use stored_caller::{Limited, StoredCaller};

use std::{fmt, sync::Arc};

use crate::{
    CredentialKind, Identity, Principal, SourceOfTruth,
    account::about,
    authentication::{Home, slot::Edge},
    facts::within,
};

/// Makes callers for what is decided outside of requests: in a queue's worker, in a run at night. Cheap to clone;
/// [`Guarded::jobs`](crate::Guarded::jobs) makes it.
///
/// What they are granted is decided with the router's clock, deadline and audit trail, as in its requests. None of them has
/// logged in, so a `step_up` holds for none.
///
/// ```
/// use auth_core::{
///     Granted, Identity, Load, PolicyRouter, Principal, Resource, Roles, SourceOfTruth, StoredCaller, policy,
/// };
/// # use auth_core::{Authenticator, Challenge, Outcome, async_trait};
/// # use http::{HeaderName, request::Parts};
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)]
/// enum Role { Writer }
///
/// #[derive(Resource)]
/// struct Report { #[key] id: u64, sent: bool }
///
/// #[policy(role = "writer", when = |report: &Report| !report.sent)]
/// struct SendReport;
///
/// async fn send(report: Granted<Report, SendReport>) { /* … */ }
///
/// #[derive(Clone)]
/// struct App;
///
/// impl SourceOfTruth for App {
///     type Error = std::convert::Infallible;
///
///     async fn account(&self, blank: Identity) -> Result<Option<Identity>, Self::Error> {
///         // Bob has left.
///         let there = blank.subject() == "ann";
///         Ok(there.then(|| blank.roles_are([Role::Writer])))
///     }
/// }
/// # impl Load for Report {
/// #     type State = App;
/// #     type Key = u64;
/// #     type Error = std::convert::Infallible;
/// #     async fn load(id: u64, _: &App) -> Result<Option<Self>, Self::Error> { Ok(Some(Self { id, sent: false })) }
/// # }
/// # struct Tokens;
/// # #[async_trait]
/// # impl Authenticator for Tokens {
/// #     async fn authenticate(&self, _: &Parts) -> Outcome { Outcome::Nobody }
/// #     fn challenge(&self) -> Challenge { Challenge::new("Token") }
/// #     fn credential_headers(&self) -> Vec<HeaderName> { Vec::new() }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = PolicyRouter::new()
///     .program("nightly", "sends what was left over", |program| program.role(Role::Writer))
///     .authenticate(Tokens);
/// let jobs = app.jobs();
///
/// // A run at night, by a program of the app's own.
/// let nightly = jobs.program("nightly").ok_or("it is declared above")?;
/// send(SendReport::authorize(&nightly, &App).key(1).await?).await;
///
/// // A job that a handler had put into a queue.
/// # let [ann, bob] = ["ann", "bob"].map(|who| Principal::for_test(Identity::person("accounts", who)));
/// let row = serde_json::to_string(&StoredCaller::of(&ann)?)?;
/// let ann = jobs.resume(&serde_json::from_str(&row)?, &App).await?;
/// send(SendReport::authorize(&ann, &App).key(2).await?).await;
/// assert!(jobs.resume(&StoredCaller::of(&bob)?, &App).await.is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Jobs {
    edge: Arc<Edge>,
    home: Home,
    programs: Vec<Program>,
}

/// Why a job's caller can't be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotResumed {
    /// Their account is gone, or disabled, or no member of the tenant that they acted for.
    Gone,
    /// The source of truth can't tell. The words are for the log alone.
    Unavailable(String),
}

impl fmt::Display for NotResumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("the caller's account is gone"),
            Self::Unavailable(why) => write!(f, "the caller's account can't be looked at: {why}"),
        }
    }
}

impl std::error::Error for NotResumed {}

impl Jobs {
    pub(crate) fn new(edge: Arc<Edge>, home: Home, programs: Vec<Program>) -> Self {
        Self {
            edge,
            home,
            programs,
        }
    }

    /// Whoever had a job done, with what they may do now, and not what they might when they asked for it.
    ///
    /// # Errors
    ///
    /// They are gone, or the source can't tell: do the job another time, or not at all.
    ///
    /// # Security
    ///
    /// Who can write where the app keeps its jobs can have them done as anybody, as who can write an
    /// [`Authenticator`](crate::Authenticator) can answer as anybody.
    pub async fn resume<S: SourceOfTruth>(
        &self,
        caller: &StoredCaller,
        source: &S,
    ) -> Result<Principal, NotResumed> {
        let caller = self.principal(
            caller
                .identity()
                .credential_kind(CredentialKind::Other("job")),
        );
        let asked = within(
            self.edge.deadline,
            Box::pin(async {
                let account = source.account(caller.blank()).await;
                account.map_err(|error| error.to_string())
            }),
        );
        let account = asked.await.and_then(|answer| answer);
        match account.and_then(|account| about(&caller, account)) {
            Ok(Some(account)) => Ok(caller.reread_as(&account)),
            Ok(None) => Err(NotResumed::Gone),
            Err(why) => Err(NotResumed::Unavailable(why)),
        }
    }

    /// A program of the app's own, which [`PolicyRouter::program`](crate::PolicyRouter::program) declares; none that is
    /// declared nowhere.
    #[must_use]
    pub fn program(&self, name: &str) -> Option<Principal> {
        let mut programs = self.programs.iter();
        let program = programs.find(|program| program.name == name)?;
        Some(self.principal(Identity::clone(&program.identity)))
    }

    fn principal(&self, identity: Identity) -> Principal {
        let home = self.home.is(&identity);
        Principal::verified(Arc::new(identity), home).of(&self.edge)
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs")
            .field("programs", &self.programs)
            .finish_non_exhaustive()
    }
}

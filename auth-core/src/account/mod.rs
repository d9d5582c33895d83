//! Accounts as they are now: what a `fresh` rule asks beside the credential.

#[cfg(feature = "remembered-accounts")]
mod remembered;
mod reread;

use std::{fmt::Display, future::Future, time::Duration};

use futures_util::future::BoxFuture;

#[cfg(feature = "remembered-accounts")]
pub use remembered::RememberedAccounts;
pub(crate) use reread::{Account, Reread};

use crate::{Identity, Principal};

/// The source of truth about accounts, which the app's state is or has: for rules that are `fresh`.
///
/// A credential states what was so when it was issued. A `fresh` rule holds on the caller as the credential
/// states them *and* on the account as it is now (OWASP ASVS 5.0, 8.3.2): a role that was taken away since, or
/// an account that was closed, ends at once. It is asked once a decision, and only if the rest of the rule holds.
///
/// Somebody may belong to several tenants, and be something else in each. They are asked about in the one they act for:
/// a right that was lost there is lost, whatever they are elsewhere.
///
/// A source that fails, panics, takes longer than the deadline or answers for another tenant makes 503; an account that
/// is gone or disabled, or not of that tenant, makes 401 `invalid_token`. Neither grants. A replica that lags behind is
/// no source of truth.
///
/// ```
/// use auth_core::{Identity, Roles, SourceOfTruth};
/// # use std::collections::HashMap;
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)] enum Role { Writer }
///
/// #[derive(Clone)]
/// struct App { members: HashMap<(String, String), Vec<Role>> }
///
/// impl SourceOfTruth for App {
///     type Error = std::convert::Infallible;
///
///     async fn account(&self, blank: Identity) -> Result<Option<Identity>, Self::Error> {
///         // Programs, and people of other issuers, have no account here.
///         let Some(person) = blank.home_person() else { return Ok(None) };
///         let org = blank.tenant_id().unwrap_or_default();
///         let roles = self.members.get(&(person.to_owned(), org.to_owned()));
///         Ok(roles.map(|roles| blank.roles_are(roles.iter().copied())))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no source of truth about accounts, which a `fresh` rule asks",
    label = "a rule here is `fresh`",
    note = "write `impl SourceOfTruth for {Self}`"
)]
pub trait SourceOfTruth: Send + Sync {
    /// Why it could not be found out. The words go to the log alone.
    type Error: Display + Send;

    /// The account that `blank` names, which is that of a subject of a kind at an issuer and never of its text alone
    /// ([`home_person`](Identity::home_person)), with the roles and permissions it has now in the tenant that `blank` states
    /// ([`tenant_id`](Identity::tenant_id)), if the credential states one; none where it is gone or disabled, or not of
    /// that tenant. What is not stated, it has not.
    fn account(
        &self,
        blank: Identity,
    ) -> impl Future<Output = Result<Option<Identity>, Self::Error>> + Send;

    /// Where answers are kept for rules that tolerate some age, `fresh(within = "30s")`; without one they are
    /// asked anew each time.
    #[cfg(feature = "remembered-accounts")]
    fn remembered(&self) -> Option<&RememberedAccounts> {
        None
    }
}

/// Asks for an account that may be so old.
#[doc(hidden)]
pub type AskAccount<S> =
    for<'a> fn(Identity, Duration, &'a S) -> BoxFuture<'a, Result<Option<Identity>, String>>;

/// `fresh` over the state `S`.
#[doc(hidden)]
pub trait AccountOf<S: 'static> {
    const ASK: AskAccount<S>;
}

/// The account that a `fresh` rule asks for.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fresh;

impl<S: SourceOfTruth + 'static> AccountOf<S> for Fresh {
    const ASK: AskAccount<S> = |blank, within, state| Box::pin(ask(blank, within, state));
}

#[cfg_attr(
    not(feature = "remembered-accounts"),
    expect(unused_variables, reason = "no answer is kept")
)]
async fn ask<S: SourceOfTruth>(
    blank: Identity,
    within: Duration,
    source: &S,
) -> Result<Option<Identity>, String> {
    #[cfg(feature = "remembered-accounts")]
    if let Some(remembered) = source.remembered() {
        return remembered.account(blank, within, source).await;
    }
    source
        .account(blank)
        .await
        .map_err(|error| error.to_string())
}

/// An answer about the caller: one for another tenant than they act for is none.
pub(crate) fn about(
    caller: &Principal,
    account: Option<Identity>,
) -> Result<Option<Identity>, String> {
    match (
        caller.tenant(),
        account.as_ref().and_then(Identity::tenant_id),
    ) {
        (Some(of), Some(another)) if of != another => Err(format!(
            "asked about the tenant {of:?}, the source answers for {another:?}"
        )),
        _ => Ok(account),
    }
}

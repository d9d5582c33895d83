//! What somebody may do, asked beforehand: it explains, and proves nothing.

use serde::Serialize;

use super::{Authorize, extract::root, fault::Fault};
use crate::{
    DenialKind, Resource,
    account::Account,
    audit::{self, Reason},
    facts::{Known, fetch},
    rule::{Fact, Policy, Rule, Verdict},
};

/// Whether somebody may do something, and what stands in the way: for buttons, and for tests.
///
/// It is no proof: a service function that demands a [`Granted`](crate::Granted) can't be called with
/// one. It serialises as `allowed`, `code` and `reasons`, for a front end that words them itself.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    allowed: bool,
    #[serde(
        rename = "code",
        serialize_with = "code",
        skip_serializing_if = "Option::is_none"
    )]
    denial: Option<DenialKind>,
    reasons: Vec<Reason>,
    #[serde(skip)]
    explanation: String,
}

impl Check {
    /// Whether it would be granted now.
    #[must_use]
    pub fn allowed(&self) -> bool {
        self.allowed
    }

    /// The row of the table of answers that a request would get; none where it would be granted.
    #[must_use]
    pub fn denial(&self) -> Option<DenialKind> {
        self.denial
    }

    /// The fewest rules that would have to be otherwise, of the whole policy.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// The whole policy with what became of each rule, for logs and tests; not for clients.
    #[must_use]
    pub fn explanation(&self) -> &str {
        &self.explanation
    }
}

#[allow(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde gives a field by reference"
)]
fn code<Z: serde::Serializer>(
    denial: &Option<DenialKind>,
    serializer: Z,
) -> Result<Z::Ok, Z::Error> {
    denial.map(DenialKind::code).serialize(serializer)
}

impl<P: Policy<S>, S: Clone + Send + Sync + 'static> Authorize<'_, P, S> {
    /// Says whether the principal may, and why not, without proving it.
    ///
    /// It finds out every fact of the rule, needed or not, so that the reasons are those of the whole
    /// policy. A denied check is no denial: nothing was tried.
    ///
    /// ```
    /// # use auth_core::{Identity, Load, Principal, Resource, SubjectId, condition, policy};
    /// # #[derive(Clone, SubjectId)] struct UserId(String);
    /// # #[derive(Clone, Resource)] struct Note { #[key] id: u64, #[owner] author: UserId, locked: bool }
    /// # #[derive(Clone)] struct App;
    /// # impl Load for Note {
    /// #     type State = App; type Key = u64; type Error = String;
    /// #     async fn load(_: u64, _: &App) -> Result<Option<Self>, String> { Ok(None) }
    /// # }
    /// /// the note is not locked
    /// #[condition]
    /// fn unlocked(note: &Note) -> bool { !note.locked }
    ///
    /// #[policy(owns = "note", when = unlocked)]
    /// struct EditNote;
    ///
    /// # async fn buttons(me: &Principal, app: &App, note: &Note) {
    /// let edit = EditNote::authorize(me, app).check(note).await;
    /// if !edit.allowed() {
    ///     println!("{}", edit.reasons()[0]); // when = "the note is not locked"
    /// }
    /// # }
    /// ```
    pub async fn check<T: Resource>(mut self, value: &T) -> Check {
        self.asks_about_value(value);
        let rule = root::<P, S>();
        let account = Account::default();
        let mut known = self.known(&account);
        known.lend(value);
        let sources = self.sources();
        // As a request finds out; what that didn't need matters to the reasons alone.
        let truth = self.settle(&mut known, &sources).await;
        let outcome = self.comes_to(truth, &known);
        while let Some(fact) = unfetched(rule, &known) {
            Box::pin(fetch(fact, &mut known, &sources)).await;
        }
        let reasons = audit::blame(rule, &known).reasons.into_iter();
        let reasons = reasons.chain(self.fault.and_then(Fault::reason));
        Check {
            allowed: outcome.is_ok(),
            denial: outcome.err(),
            reasons: reasons.collect(),
            explanation: self.explanation(&known),
        }
    }
}

/// A fact that some atom still needs, the cheapest first.
fn unfetched<S>(rule: &'static Rule<S>, known: &Known<'_>) -> Option<Fact<S>> {
    let mut cheapest: Option<Fact<S>> = None;
    rule.each_atom(&mut |atom| {
        if let Verdict::Needs(fact) = atom.evaluate(known, false)
            && cheapest.is_none_or(|known| fact.cost() < known.cost())
        {
            cheapest = Some(fact);
        }
    });
    cheapest
}

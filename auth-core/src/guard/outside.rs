use std::{
    fmt,
    marker::PhantomData,
    time::{Duration, SystemTime},
};

use axum::extract::FromRef;

use super::{
    Granted,
    decide::{at_once, outcome, settle},
    extract::root,
    fault::Fault,
    granted::value,
};
use crate::{
    Load, Principal, Proposed, Resource, Truth,
    account::Account,
    audit::{self, Audited, Began},
    denial::{DenialKind, Denied},
    facts::{Answers, Asker, Deadline, Given, Keys, Known, Loaded, Sources, Stated, part},
    resource::{Reach, find},
    rule::{DeniedWords, Fact, Policy, Verdict},
};

/// A question outside a handler: may `principal` do this, under the policy `P`?
///
/// `EditTicket::authorize(&principal, &state)` makes it.
pub struct Authorize<'a, P, S> {
    pub(super) principal: &'a Principal,
    pub(super) state: &'a S,
    /// Boxed, since few questions state anything.
    stated: Option<Box<Stated<'a>>>,
    began: Began,
    pub(super) fault: Option<Fault>,
    policy: PhantomData<fn() -> P>,
}

impl<'a, P: Policy<S>, S: Clone + Send + Sync + 'static> Authorize<'a, P, S> {
    #[doc(hidden)]
    #[must_use]
    pub fn new(principal: &'a Principal, state: &'a S) -> Self {
        Self {
            principal,
            state,
            stated: None,
            began: Began::now(principal.edge()),
            fault: None,
            policy: PhantomData,
        }
    }

    /// Decides as of a time, which [`Context::now`](crate::Context::now) then says: for tests, and for what
    /// is decided about later.
    #[must_use]
    pub fn at(mut self, now: SystemTime) -> Self {
        self.stated().now = Some(now);
        self
    }

    /// Tells conditions a value of the app's own, as [`PolicyRouter::tells`](crate::PolicyRouter::tells)
    /// does in a request.
    #[must_use]
    pub fn with<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.stated().values.insert(value);
        self
    }

    /// Lends another resource that the rule speaks of, from the store or out of a
    /// [`Granted`](crate::Granted); a second one of the type replaces the first.
    ///
    /// What is asked about is itself: a value lent of that same type is not looked at.
    #[must_use]
    pub fn given<T: Resource>(mut self, value: &'a T) -> Self {
        self.takes_back::<T>();
        self.stated().given.push(Given::of(value));
        self
    }

    fn takes_back<T: Resource>(&mut self) {
        if let Some(stated) = &mut self.stated {
            stated.given.retain(|given| !given.is_a::<T>());
        }
    }

    fn stated(&mut self) -> &mut Stated<'a> {
        self.stated.get_or_insert_default()
    }

    /// How long all facts may take.
    fn deadline(&self) -> Duration {
        let edge = self.principal.edge();
        edge.map_or(crate::DEFAULT_DEADLINE, |edge| edge.deadline)
    }

    /// Decides over what is proposed, before it is done: the second step of a handler that creates or changes
    /// something, after the body is read.
    ///
    /// A guard decides before the body is read, so it can't speak about what is in it. What the rule says of the
    /// proposed value it says as of any resource: `#[owner]`, `#[tenant]` and `#[parent]` mark what it claims, so
    /// that nobody creates something in another's name, tenant or project.
    ///
    /// # Errors
    ///
    /// [`Denied`], as [`on`](Self::on).
    ///
    /// ```
    /// # use auth_core::{Granted, Principal, Problem, Resource, SubjectId, policy};
    /// # #[derive(Clone, SubjectId)] struct UserId(String);
    /// # #[derive(Clone)] struct App;
    /// # impl App { async fn insert(&self, _: Granted<NewNote, AddNote>) {} }
    /// /// What somebody wants to add.
    /// #[derive(Resource)]
    /// #[resource(proposed)]
    /// struct NewNote { #[owner] author: UserId, pages: u32 }
    ///
    /// /// Who may add a note: in their own name, and no long one.
    /// #[policy(owns = "new_note", when = |note: &NewNote| note.pages < 100)]
    /// struct AddNote;
    ///
    /// async fn add(me: &Principal, app: &App, note: NewNote) -> Result<(), Problem> {
    ///     let note = AddNote::authorize(me, app).propose(note).await?; // the proof that `insert` demands
    ///     app.insert(note).await;
    ///     Ok(())
    /// }
    /// ```
    pub fn propose<T: Proposed>(
        self,
        value: T,
    ) -> impl Future<Output = Result<Granted<T, P>, Denied>> + Send {
        self.decide_on(value)
    }

    /// Decides over a value that the caller took from the store.
    ///
    /// For an id out of a request use [`key`](Self::key): what a client sent is not a resource.
    ///
    /// # Errors
    ///
    /// [`Denied`], whose kind tells a refusal from a decision that can't be made now.
    pub fn on<T: Load>(
        self,
        value: T,
    ) -> impl Future<Output = Result<Granted<T, P>, Denied>> + Send {
        self.decide_on(value)
    }

    /// Decides about a value. What needs no waiting is decided in place; only a rule that has to wait pays for a
    /// future that holds what is known.
    async fn decide_on<T: Resource>(mut self, value: T) -> Result<Granted<T, P>, Denied> {
        self.asks_about_value(&value);
        let waiting = {
            let account = Account::default();
            let mut known = self.known(&account);
            known.lend(&value);
            match at_once(root::<P, S>(), &mut known, self.state) {
                Verdict::Is(truth) => {
                    self.outcome(truth, &known)?;
                    None
                }
                Verdict::Needs(fact) => Some((known.into_answers(), fact)),
            }
        };
        if let Some((answers, fact)) = waiting {
            Box::pin(self.after_waiting(&value, answers, fact)).await?;
        }
        Ok(Granted::proven(value, Some(self.principal.clone())))
    }

    async fn after_waiting<T: Resource>(
        &self,
        value: &T,
        answers: Answers,
        needed: Fact<S>,
    ) -> Result<(), Denied> {
        let account = Account::default();
        let mut known = self.known(&account);
        known.resume(answers);
        known.lend(value);
        let truth = settle(root::<P, S>(), needed, &mut known, &self.sources()).await;
        self.outcome(truth, &known)
    }

    /// Loads the resource, then decides.
    ///
    /// # Errors
    ///
    /// [`Denied`]; a missing resource is [`DenialKind::NotFound`].
    pub async fn key<T: Load>(mut self, key: T::Key) -> Result<Granted<T, P>, Denied>
    where
        T::State: FromRef<S>,
    {
        self.asks_about::<T>();
        let account = Account::default();
        let mut known = self.known(&account);
        // What can't hold, whichever resource it is, costs no load.
        if let Verdict::Is(truth) = at_once(root::<P, S>(), &mut known, self.state)
            && truth != Truth::True
        {
            self.outcome(truth, &known)?;
        }
        let (state, sources): (T::State, _) = (part(self.state), self.sources());
        let found = {
            let _timed = audit::timed::<S>(&Fact::Resource(&<T as Reach<S>>::FACT));
            let load = Box::pin(find::<T>(key, &state));
            sources.deadline.within(load).await
        };
        let found = found.unwrap_or_else(Loaded::Failed);
        let there = matches!(found, Loaded::Found(_));
        known.loaded(&<T as Reach<S>>::FACT, found);
        let truth = self.settle(&mut known, &sources).await;
        // What is granted, and isn't there to be handed out, was never granted.
        if there || self.comes_to(truth, &known).is_err() {
            self.outcome(truth, &known)?;
        }
        let loaded = known.into_answers().into_resources().take::<T>();
        match value(loaded.unwrap_or(Loaded::Missing)) {
            Ok(value) => Ok(Granted::proven(value, Some(self.principal.clone()))),
            Err((kind, why)) => Err(self.denial(kind, why).refuse_after_grant(None, None)),
        }
    }

    pub(super) fn known<'k>(&'k self, account: &'k Account) -> Known<'k> {
        let asker = Asker {
            caller: Some(self.principal),
            stated: self.stated.as_deref(),
            account: P::SHAPE.fresh.map(|_| account),
            tenants_apart: P::SHAPE.tenancy.apart,
            hides: P::SHAPE.hide,
            ..Asker::default()
        };
        Known::new(asker)
    }

    /// The same question once more.
    pub(super) fn again(&self) -> Self {
        Self {
            principal: self.principal,
            state: self.state,
            stated: self.stated.clone(),
            began: self.began,
            fault: self.fault,
            policy: PhantomData,
        }
    }

    /// Turns to what is asked about: it is never what was lent. Refuses at compile time what the policy says
    /// nothing about.
    pub(super) fn asks_about<T: Resource>(&mut self) {
        const {
            assert!(
                P::SHAPE.names(&crate::facts::Asked::<T>::ID),
                "this policy names no such resource"
            );
        };
        // In constants two types that one macro declares may look alike.
        self.fault = (!P::SHAPE.names_type(T::ID.of)).then_some(Fault::Stranger);
        self.takes_back::<T>();
    }

    /// Turns to a value that is asked about, which may be proposed.
    pub(super) fn asks_about_value<T: Resource>(&mut self, value: &T) {
        self.asks_about::<T>();
        let given = self.stated.as_ref().map_or(&[][..], |stated| &stated.given);
        let fault = || Fault::of_proposing(value, given, P::SHAPE);
        self.fault = self.fault.or_else(fault);
    }

    pub(super) async fn settle(&self, known: &mut Known<'_>, sources: &Sources<'_, S>) -> Truth {
        let rule = root::<P, S>();
        match at_once(rule, known, self.state) {
            Verdict::Is(truth) => truth,
            Verdict::Needs(fact) => Box::pin(settle(rule, fact, known, sources)).await,
        }
    }

    pub(super) fn sources(&self) -> Sources<'_, S> {
        Sources {
            keys: Keys { params: None },
            request: None,
            state: self.state,
            deadline: Deadline::after(self.deadline()),
            account: P::SHAPE.fresh.zip(P::ACCOUNT),
        }
    }

    fn outcome(&self, truth: Truth, known: &Known<'_>) -> Result<(), Denied> {
        self.outcome_of(truth, known, None)
    }

    /// The same of a list, so many of whose items were granted.
    pub(super) fn outcome_of(
        &self,
        truth: Truth,
        known: &Known<'_>,
        granted_items: Option<usize>,
    ) -> Result<(), Denied> {
        let rule = root::<P, S>();
        let denial = self.comes_to(truth, known).err();
        let denial = denial.map(|kind| (kind, self.explanation(known)));
        let audited = Audited {
            shape: P::SHAPE,
            request: None,
            caller: Some(self.principal),
            // What is refused is granted of nothing.
            granted_items: granted_items.map(|items| if denial.is_some() { 0 } else { items }),
            besides: self.fault.and_then(Fault::reason),
            denial: denial.as_ref().map(|(kind, why)| (*kind, why.as_str())),
        };
        audit::keep(rule, known, &audited, self.began);
        match denial {
            None => Ok(()),
            Some((kind, explanation)) => {
                let words = DeniedWords::of(rule, P::SHAPE, known);
                Err(self.denial(kind, explanation).refuse().worded(words))
            }
        }
    }

    /// What a truth comes to for what is asked about.
    pub(super) fn comes_to(&self, truth: Truth, known: &Known<'_>) -> Result<(), DenialKind> {
        match self.fault {
            Some(fault) if fault.of_the_app() => Err(fault.kind(P::SHAPE)),
            fault => {
                outcome(root::<P, S>(), P::SHAPE, known, truth)?;
                fault.map_or(Ok(()), |fault| Err(fault.kind(P::SHAPE)))
            }
        }
    }

    /// The rule in its own words, and what is wrong with the question.
    pub(super) fn explanation(&self, known: &Known<'_>) -> String {
        let explanation = audit::explain(root::<P, S>(), P::SHAPE, known);
        match self.fault {
            Some(fault) if fault.of_the_app() => {
                tracing::error!(target: "auth_core::wiring", policy = P::SHAPE.name, fault = ?fault.to_string());
                format!("{fault}: {explanation}")
            }
            Some(fault) => format!("{explanation}, {fault}"),
            None => explanation,
        }
    }

    /// Keeps that a list was asked about, and nothing of it granted: no denial, since a list is never refused.
    pub(super) fn keep_granting_none(&self, known: &Known<'_>) {
        let audited = Audited {
            shape: P::SHAPE,
            request: None,
            caller: Some(self.principal),
            granted_items: Some(0),
            besides: None,
            denial: None,
        };
        audit::keep(root::<P, S>(), known, &audited, self.began);
    }

    fn denial(&self, kind: DenialKind, explanation: String) -> audit::Denial<'_> {
        audit::Denial {
            kind,
            caller: Some(self.principal),
            request: None,
            shape: Some(P::SHAPE),
            explanation,
        }
    }
}

impl<P, S> fmt::Debug for Authorize<'_, P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorize")
            .field("principal", self.principal)
            .finish_non_exhaustive()
    }
}

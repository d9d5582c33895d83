//! Lists: the same decision for each item, their facts fetched together.

use std::{any::TypeId, mem};

use futures_util::{Stream, TryStreamExt, stream};

use super::{Authorize, Granted, extract::root};
use crate::{
    Load, Resource, Truth, Why,
    account::{Account, Reread},
    denial::Denied,
    facts::{Answers, Known, Loaded, Sources, fetch, related, together},
    rule::{Ask, Fact, Policy, Rule, Verdict, When},
};

/// A stream's items are decided about so many at a time.
const CHUNK: usize = 256;

impl<P: Policy<S>, S: Clone + Send + Sync + 'static> Authorize<'_, P, S> {
    /// Keeps those of a list that the principal is granted, in their order.
    ///
    /// Each item is decided about as [`on`](Self::on) would, and what is another tenant's or missing is left
    /// out like any other denial. Facts are fetched for the whole list: a source of relations is asked once,
    /// and a condition that looks at none of the items too. One that looks at the items and awaits is asked once
    /// where it takes several of them, `&[&Note]`, and else for each.
    ///
    /// # Errors
    ///
    /// [`DenialKind::Unavailable`](crate::DenialKind::Unavailable) where something can't be told about any
    /// item: a list is never shorter than it should be without saying so.
    ///
    /// ```
    /// # use auth_core::{Granted, Load, Principal, Problem, Resource, SubjectId, condition, policy};
    /// # use axum::extract::State;
    /// # #[derive(Clone, SubjectId)] struct UserId(String);
    /// # #[derive(Clone, Resource)] struct Note { #[key] id: u64, #[owner] author: UserId }
    /// # #[derive(Clone)] struct App;
    /// # impl App { async fn paid(&self, _: &[u64]) -> Result<Vec<bool>, String> { Ok(Vec::new()) } }
    /// # impl Load for Note {
    /// #     type State = App; type Key = u64; type Error = String;
    /// #     async fn load(_: u64, _: &App) -> Result<Option<Self>, String> { Ok(None) }
    /// # }
    /// /// the note is paid for
    /// #[condition]
    /// async fn paid(notes: &[&Note], app: State<App>) -> Result<Vec<bool>, String> {
    ///     let ids: Vec<u64> = notes.iter().map(|note| note.id).collect();
    ///     app.paid(&ids).await // one query for all of a list
    /// }
    ///
    /// #[policy(owns = "note", when = paid)]
    /// struct ReadNote;
    ///
    /// async fn mine(me: &Principal, app: &App, all: Vec<Note>) -> Result<Vec<Note>, Problem> {
    ///     let mine = ReadNote::authorize(me, app).filter(all).await?;
    ///     Ok(mine.into_iter().map(Granted::into_inner).collect())
    /// }
    /// ```
    pub async fn filter<T: Load>(
        mut self,
        values: impl IntoIterator<Item = T>,
    ) -> Result<Vec<Granted<T, P>>, Denied> {
        self.asks_about::<T>();
        let values: Vec<T> = values.into_iter().collect();
        self.keep(values).await
    }

    /// The same over a stream, decided about a few hundred items at a time: a list of any length, in
    /// bounded memory. It ends with the first error.
    pub fn filter_stream<T, E>(
        mut self,
        values: impl Stream<Item = Result<T, E>>,
    ) -> impl Stream<Item = Result<Granted<T, P>, E>>
    where
        T: Load,
        E: From<Denied>,
    {
        self.asks_about::<T>();
        let chunks = Box::pin(values.try_chunks(CHUNK));
        stream::try_unfold((self, chunks), async |(asked, mut chunks)| {
            let Some(values) = chunks.try_next().await.map_err(|stopped| stopped.1)? else {
                return Ok::<_, E>(None);
            };
            let kept = asked.again().keep(values).await?;
            let kept = stream::iter(kept.into_iter().map(Ok));
            Ok(Some((kept, (asked, chunks))))
        })
        .try_flatten()
    }

    async fn keep<T: Load>(self, values: Vec<T>) -> Result<Vec<Granted<T, P>>, Denied> {
        let granted = self.decide(&values).await?;
        let kept = values
            .into_iter()
            .zip(granted)
            .filter(|(_, granted)| *granted);
        let proven = |(value, _)| Granted::proven(value, Some(self.principal.clone()));
        Ok(kept.map(proven).collect())
    }

    /// Whether each of the items is granted.
    pub(super) async fn decide<T: Resource>(&self, values: &[T]) -> Result<Vec<bool>, Denied> {
        let (account, sources) = (Account::default(), self.sources());
        let mut list = List {
            rule: root::<P, S>(),
            values,
            known: self.known(&account),
            granted: vec![false; values.len()],
            answers: match P::SHAPE.fresh {
                Some(_) => values.iter().map(|_| None).collect(),
                None => Vec::new(),
            },
            failed: None,
            waiting: Vec::new(),
        };
        list.known.turn_to_list::<T>(values.len());
        list.evaluate_all(&sources).await;
        if let Some((at, answers)) = list.failed {
            list.known.turn_to(at, &values[at], answers);
            self.outcome_of(Truth::Unknown(Why::Failed), &list.known, Some(0))?;
        }
        // What all items demand alike, of the account and the login, matters where anything is granted.
        let granted = list.granted.iter().filter(|granted| **granted).count();
        if granted > 0 || list.known.reread().is_some_and(Reread::refuses) {
            list.known.turn_from_items();
            self.outcome_of(Truth::True, &list.known, Some(granted))?;
        } else if !values.is_empty() {
            list.known.turn_from_items();
            self.keep_granting_none(&list.known);
        }
        Ok(list.granted)
    }
}

fn as_any<T: Resource>(value: &T) -> &(dyn std::any::Any + Send + Sync) {
    value
}

/// A list that is being decided about.
struct List<'a, T, S: 'static> {
    rule: &'static Rule<S>,
    values: &'a [T],
    known: Known<'a>,
    granted: Vec<bool>,
    /// What is known of each item that is granted alone, where it is decided about once more.
    answers: Vec<Option<Box<Answers>>>,
    /// An item that can't be told about.
    failed: Option<(usize, Option<Box<Answers>>)>,
    waiting: Vec<Waiting<S>>,
}

/// An item that a fact is needed for.
struct Waiting<S: 'static> {
    at: usize,
    answers: Option<Box<Answers>>,
    needs: Fact<S>,
}

impl<T: Resource, S: Sync> List<'_, T, S> {
    /// Decides about each item, until one can't be told about: then nothing more is asked.
    async fn evaluate_all(&mut self, sources: &Sources<'_, S>) {
        for at in 0..self.values.len() {
            self.evaluate(at, None, sources.state);
        }
        self.settle(sources).await;
        if self.failed.is_some() {
            return;
        }
        if self.known.awaits_account() && self.granted.contains(&true) {
            fetch(Fact::Account, &mut self.known, sources).await;
        }
        if self.known.look_again(self.rule) {
            self.evaluate_again(sources.state);
            self.settle(sources).await;
        }
    }

    /// Finds out what items wait for, each fact for all that need it, until all are decided about.
    async fn settle(&mut self, sources: &Sources<'_, S>) {
        while let Some((fact, items)) = self.next() {
            let about = || items.iter().map(|item| as_any(&self.values[item.at]));
            let asked = items.iter().map(|item| item.at);
            match fact {
                fact if !fact.is_about(TypeId::of::<T>()) => {
                    fetch(fact, &mut self.known, sources).await;
                    self.go_on(items, sources.state);
                }
                Fact::Relation(fact) => {
                    let about: Vec<_> = about().collect();
                    let answer = related(fact, &self.known, &about, sources).await;
                    self.known.common().related_each(fact.id, asked, answer);
                    self.go_on(items, sources.state);
                }
                Fact::Condition(
                    when @ When {
                        ask: Ask::WaitTogether(_),
                        ..
                    },
                ) => {
                    let about: Vec<_> = about().collect();
                    let truths = together(when, &self.known, &about, sources).await;
                    self.known.common().answered_each(when.id, asked, truths);
                    self.go_on(items, sources.state);
                }
                fact => {
                    for item in items {
                        let value = &self.values[item.at];
                        self.known.turn_to(item.at, value, item.answers);
                        match fact {
                            // Nothing names it but who asks. A list without it would be empty, and not say why.
                            Fact::Resource(beside) => {
                                let kind = beside.kind;
                                let why = format!("nobody lent the {kind}: `.given(&{kind})` does");
                                self.known.loaded(beside, Loaded::Failed(why));
                            }
                            fact => fetch(fact, &mut self.known, sources).await,
                        }
                        let answers = self.known.take_answers();
                        self.evaluate(item.at, answers, sources.state);
                        if self.failed.is_some() {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// Decides once more about what is granted, as the caller's account is now.
    fn evaluate_again(&mut self, state: &S) {
        for at in 0..self.values.len() {
            if !mem::replace(&mut self.granted[at], false) {
                continue;
            }
            let answers = self.answers.get_mut(at).and_then(Option::take);
            self.known.turn_to(at, &self.values[at], answers);
            self.known.forget_callers(self.rule);
            let answers = self.known.take_answers();
            self.evaluate(at, answers, state);
        }
    }

    /// Goes on with one item until it is decided about, or needs something that must be waited for.
    fn evaluate(&mut self, at: usize, answers: Option<Box<Answers>>, state: &S) {
        if self.failed.is_some() {
            return;
        }
        self.known.turn_to(at, &self.values[at], answers);
        match self.rule.evaluate_or_call(&mut self.known, state, false) {
            Verdict::Is(Truth::True) => {
                self.granted[at] = true;
                if let Some(answers) = self.answers.get_mut(at) {
                    *answers = self.known.take_answers();
                }
            }
            Verdict::Is(Truth::Unknown(Why::Failed)) => {
                self.failed = Some((at, self.known.take_answers()));
            }
            Verdict::Is(_) => {}
            Verdict::Needs(needs) => {
                let answers = self.known.take_answers();
                self.waiting.push(Waiting { at, answers, needs });
            }
        }
    }

    fn go_on(&mut self, items: Vec<Waiting<S>>, state: &S) {
        for item in items {
            self.evaluate(item.at, item.answers, state);
        }
    }

    /// The fact to find out next, and the items it is for. In the order in which a single decision would
    /// ask, so that no fact is asked for twice; none where it is all decided, or can't be.
    fn next(&mut self) -> Option<(Fact<S>, Vec<Waiting<S>>)> {
        if self.failed.is_some() {
            return None;
        }
        let mut needed: Vec<Fact<S>> = Vec::new();
        for item in &self.waiting {
            if needed.iter().all(|known| known.id() != item.needs.id()) {
                needed.push(item.needs);
            }
        }
        let order = |fact: &Fact<S>| (fact.cost(), self.position(fact.id()));
        let fact = needed.into_iter().min_by_key(order)?;
        let waiting = mem::take(&mut self.waiting);
        let (now, later) = waiting
            .into_iter()
            .partition(|item| item.needs.id() == fact.id());
        self.waiting = later;
        Some((fact, now))
    }

    /// Where the rule first speaks of a fact.
    fn position(&self, fact: TypeId) -> usize {
        let (mut at, mut found) = (0, None);
        self.rule.each_atom(&mut |atom| {
            let here = match atom {
                Rule::Relation(relation) => relation.fact.id == fact,
                Rule::When(when) => when.id == fact,
                _ => false,
            };
            if here && found.is_none() {
                found = Some(at);
            }
            at += 1;
        });
        found.unwrap_or(0)
    }
}

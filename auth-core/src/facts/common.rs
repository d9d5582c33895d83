use std::any::TypeId;

use crate::{Truth, rule::Standing};

/// What is known of a list's items together, and how the caller stands to what is decided about. Empty, it owns
/// no memory.
#[derive(Default)]
pub(crate) struct Common {
    /// What the list is of; none where no list is decided about.
    of: Option<TypeId>,
    /// How many items there are.
    items: usize,
    /// The item that is being decided about.
    item: usize,
    conditions: Vec<(TypeId, Told<Truth>)>,
    /// How the caller stands to what was asked about, or why that can't be told.
    standings: Vec<(TypeId, Result<Told<Standing>, String>)>,
}

/// What is so of all items alike, or of each that was asked about.
enum Told<T> {
    All(T),
    Each(Vec<Option<T>>),
}

impl<T: Copy> Told<T> {
    fn of(&self, item: usize) -> Option<T> {
        match self {
            Self::All(one) => Some(*one),
            Self::Each(all) => *all.get(item)?,
        }
    }

    fn none_of(items: usize) -> Self {
        Self::Each(vec![None; items])
    }

    fn tell(&mut self, items: impl Iterator<Item = usize>, answers: Vec<T>) {
        if let Self::Each(all) = self {
            for (item, answer) in items.zip(answers) {
                all[item] = Some(answer);
            }
        }
    }
}

impl Common {
    pub(super) fn list(of: TypeId, items: usize) -> Self {
        Self {
            of: Some(of),
            items,
            ..Self::default()
        }
    }

    /// What the list is of.
    pub(super) fn of(&self) -> Option<TypeId> {
        self.of
    }

    pub(super) fn turn_to(&mut self, item: usize) {
        self.item = item;
    }

    pub(super) fn answer(&self, of: TypeId) -> Option<Truth> {
        let mut all = self.conditions.iter();
        let (_, told) = all.find(|(id, _)| *id == of)?;
        told.of(self.item)
    }

    /// Keeps what a condition answered that looks at no item.
    pub(super) fn answered(&mut self, of: TypeId, truth: Truth) {
        self.conditions.push((of, Told::All(truth)));
    }

    /// Keeps what a condition answered about some of the items.
    pub(crate) fn answered_each(
        &mut self,
        of: TypeId,
        items: impl Iterator<Item = usize>,
        truths: Vec<Truth>,
    ) {
        let none = || Told::none_of(self.items);
        kept(&mut self.conditions, of, none).tell(items, truths);
    }

    pub(super) fn forget(&mut self, of: TypeId) {
        self.conditions.retain(|(id, _)| *id != of);
    }

    /// Forgets how the caller stands to anything: a source of relations may look at all that is known of them.
    pub(super) fn forget_standings(&mut self) {
        self.standings.clear();
    }

    pub(super) fn standing(&self, of: TypeId) -> Option<Result<Standing, &str>> {
        let mut all = self.standings.iter();
        let (_, standings) = all.find(|(id, _)| *id == of)?;
        match standings {
            Ok(told) => told.of(self.item).map(Ok),
            Err(why) => Some(Err(why)),
        }
    }

    /// Keeps what a source of relations answered: about the one thing that is decided about, or what lies beside
    /// a list.
    pub(super) fn related(&mut self, of: TypeId, answer: Result<Standing, String>) {
        self.standings.push((of, answer.map(Told::All)));
    }

    /// Keeps what a source of relations answered about some of the items.
    pub(crate) fn related_each(
        &mut self,
        of: TypeId,
        items: impl Iterator<Item = usize>,
        answer: Result<Vec<Standing>, String>,
    ) {
        let none = || Ok(Told::none_of(self.items));
        let kept = kept(&mut self.standings, of, none);
        match (answer, &mut *kept) {
            (Ok(answer), Ok(kept)) => kept.tell(items, answer),
            (Ok(_), Err(_)) => {}
            (Err(why), kept) => *kept = Err(why),
        }
    }
}

/// What is kept of a fact; at first, nothing of any item.
fn kept<T>(all: &mut Vec<(TypeId, T)>, of: TypeId, none: impl FnOnce() -> T) -> &mut T {
    let at = all.iter().position(|(id, _)| *id == of);
    let at = at.unwrap_or_else(|| {
        all.push((of, none()));
        all.len() - 1
    });
    &mut all[at].1
}

use std::any::TypeId;

use crate::{Truth, rule::Standing};

/// What is known of a list's items together. Empty, it owns no memory.
#[derive(Default)]
pub(crate) struct Common {
    /// How many items there are; none where no list is decided about.
    items: usize,
    /// The item that is being decided about.
    item: usize,
    /// What conditions that look at no item answered.
    conditions: Vec<(TypeId, Truth)>,
    /// How the caller stands to each of the items that were asked about.
    standings: Vec<(TypeId, Standings)>,
}

/// A source's answers, an item each; or why there are none.
type Standings = Result<Vec<Option<Standing>>, String>;

impl Common {
    pub(super) fn of(items: usize) -> Self {
        Self {
            items,
            ..Self::default()
        }
    }

    pub(super) fn of_a_list(&self) -> bool {
        self.items > 0
    }

    pub(super) fn turn_to(&mut self, item: usize) {
        self.item = item;
    }

    pub(super) fn answer(&self, of: TypeId) -> Option<Truth> {
        let mut all = self.conditions.iter();
        all.find(|(id, _)| *id == of).map(|(_, truth)| *truth)
    }

    /// Keeps what a condition answered that looks at no item.
    pub(super) fn answered(&mut self, of: TypeId, truth: Truth) {
        self.conditions.push((of, truth));
    }

    pub(super) fn forget(&mut self, of: TypeId) {
        self.conditions.retain(|(id, _)| *id != of);
    }

    pub(super) fn standing(&self, of: TypeId) -> Option<Result<Standing, &str>> {
        let mut all = self.standings.iter();
        let (_, standings) = all.find(|(id, _)| *id == of)?;
        match standings {
            Ok(standings) => Some(Ok((*standings.get(self.item)?)?)),
            Err(why) => Some(Err(why)),
        }
    }

    /// Keeps what a source of relations answered about some of a list's items.
    pub(crate) fn related(
        &mut self,
        of: TypeId,
        items: impl Iterator<Item = usize>,
        answer: Result<Vec<Standing>, String>,
    ) {
        let at = self.standings.iter().position(|(id, _)| *id == of);
        let at = at.unwrap_or_else(|| {
            self.standings.push((of, Ok(vec![None; self.items])));
            self.standings.len() - 1
        });
        let kept = &mut self.standings[at].1;
        match (answer, &mut *kept) {
            (Ok(answer), Ok(kept)) => {
                for (item, standing) in items.zip(answer) {
                    kept[item] = Some(standing);
                }
            }
            (Ok(_), Err(_)) => {}
            (Err(why), kept) => *kept = Err(why),
        }
    }
}

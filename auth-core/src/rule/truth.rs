/// What an atom or a rule comes to: strong Kleene logic, an unknown keeping its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It can't be told.
    Unknown(Why),
}

/// Why something can't be told; the later reason is the graver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The resource it speaks of isn't there.
    Missing,
    /// A fetch failed, panicked or took too long.
    Failed,
}

impl Truth {
    /// A known truth, under a negation or not.
    pub(crate) fn known(holds: bool, negated: bool) -> Self {
        if holds == negated {
            Self::False
        } else {
            Self::True
        }
    }

    /// The same under a negation: an unknown stays what it is.
    #[must_use]
    pub(crate) fn negated_if(self, negated: bool) -> Self {
        match self {
            Self::True => Self::known(true, negated),
            Self::False => Self::known(false, negated),
            unknown @ Self::Unknown(_) => unknown,
        }
    }
}

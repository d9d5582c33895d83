#![allow(missing_docs, reason = "hidden: only expansions use these")]

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use super::PolicyShape;
use crate::{Principal, SubjectKind, authentication::later};

/// How recent and how strong a login must be (RFC 9470).
#[derive(Clone, Copy, Debug)]
pub struct StepUp {
    pub within: Option<Duration>,
    /// The authentication class that the credential must state.
    pub acr: Option<&'static str>,
}

/// What a login lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// A program's credential, which no login stands behind.
    Machine,
    /// The credential doesn't say when the caller logged in.
    NoTime,
    /// They logged in so long ago.
    Old(Duration),
    /// The credential doesn't say how strong the login was.
    NoClass,
    /// It was of another class.
    OtherClass,
}

impl StepUp {
    /// What the caller's login lacks; none where nothing.
    pub(crate) fn lack(&self, caller: &Principal, now: SystemTime) -> Option<Lack> {
        if caller.kind() == SubjectKind::Machine {
            return Some(Lack::Machine);
        }
        if let Some(within) = self.within {
            // One that lies ahead by more than clocks differ is no fact. By as much as they do, a login may be
            // taken for younger than it is.
            let latest = later(now, caller.clock_ahead());
            let Some(at) = caller.authenticated_at().filter(|at| *at <= latest) else {
                return Some(Lack::NoTime);
            };
            let age = now.duration_since(at).unwrap_or_default();
            if age > within {
                return Some(Lack::Old(age));
            }
        }
        match (self.acr, caller.authentication_class()) {
            (None, _) => None,
            (Some(wanted), Some(class)) if wanted == class => None,
            (Some(_), Some(_)) => Some(Lack::OtherClass),
            (Some(_), None) => Some(Lack::NoClass),
        }
    }
}

impl PolicyShape {
    /// Meets what a policy, and each that it names, demands of the login: all of it must hold.
    pub(crate) fn each_step_up(&self, meet: &mut impl FnMut(&StepUp)) {
        self.step_up.iter().for_each(&mut *meet);
        for policy in self.nested {
            policy.each_step_up(meet);
        }
    }

    /// The first thing that the caller's login lacks; none where nothing. The clock is asked only where it
    /// matters: it costs as much as the rest of a decision.
    pub(crate) fn login_lacks(
        &self,
        caller: &Principal,
        now: impl FnOnce() -> SystemTime,
    ) -> Option<Lack> {
        if !self.steps_up() {
            return None;
        }
        let (mut lack, now) = (None, now());
        self.each_step_up(&mut |step_up| lack = lack.or_else(|| step_up.lack(caller, now)));
        lack
    }

    /// Whether anything is demanded of the login.
    pub(crate) fn steps_up(&self) -> bool {
        self.step_up.is_some() || self.nested.iter().any(|policy| policy.steps_up())
    }

    /// What a client must ask its issuer for, as parameters of a challenge (RFC 9470 §3).
    pub(crate) fn login_wanted(&self) -> Vec<(&'static str, String)> {
        let (mut within, mut classes) = (None, Vec::new());
        self.each_step_up(&mut |step_up| {
            within = step_up.within.into_iter().chain(within).min();
            classes.extend(step_up.acr.filter(|acr| !classes.contains(acr)));
        });
        let mut wanted = Vec::new();
        if let Some(within) = within {
            wanted.push(("max_age", within.as_secs().to_string()));
        }
        if !classes.is_empty() {
            wanted.push(("acr_values", classes.join(" ")));
        }
        wanted
    }
}

impl fmt::Display for StepUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("step_up(")?;
        if let Some(within) = self.within {
            write!(f, "within = \"{}\"", short(within))?;
        }
        let comma = if self.within.is_some() { ", " } else { "" };
        if let Some(acr) = self.acr {
            write!(f, "{comma}acr = {acr:?}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Machine => "no login stands behind a program's credential",
            Self::NoTime => "the credential doesn't say when the caller logged in",
            Self::Old(age) => return write!(f, "the login is {} old", short(*age)),
            Self::NoClass => "the credential doesn't say how strong the login was",
            Self::OtherClass => "the login was of another class",
        })
    }
}

/// A time as the policy language writes it.
fn short(time: Duration) -> String {
    let seconds = time.as_secs();
    let (per, unit) = [(86_400, "d"), (3600, "h"), (60, "m")]
        .into_iter()
        .find(|(per, _)| seconds != 0 && seconds.is_multiple_of(*per))
        .unwrap_or((1, "s"));
    format!("{}{unit}", seconds / per)
}

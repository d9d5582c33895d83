use std::{any::TypeId, panic::Location};

use crate::rule::{Id, Labels, Policy, PolicyKind, PolicyShape, Rule, STAND_IN, Said, Shape};

/// The policy of what anyone may call; [`public`] makes it.
#[derive(Clone, Copy, Debug)]
pub struct Public(Said);

/// The policy value for what anyone may call: `.nest_service("/assets", public("static files"), …)`.
///
/// The reason stands in the table of policies.
#[must_use]
#[track_caller]
pub fn public(because: &'static str) -> Public {
    Public(Said {
        because,
        ignores_credentials: false,
        at: Location::caller(),
    })
}

impl Public {
    /// Dead credentials make the caller nobody here, as `#[public(…, ignores_credentials)]` says of a handler: an expired
    /// token keeps nobody from a style sheet.
    #[must_use]
    pub fn ignores_credentials(mut self) -> Self {
        self.0.ignores_credentials = true;
        self
    }
}

impl Shape for Public {
    const SHAPE: &'static PolicyShape = &PolicyShape {
        id: Id {
            of: TypeId::of::<Public>(),
            module: module_path!(),
            at: (line!(), column!()),
            name: "Public",
            params: &[],
        },
        name: "public",
        kind: PolicyKind::Public { because: "" },
        stand_in: false,
        labels: &Labels::of("public"),
        ..STAND_IN
    };

    fn said(&self) -> Option<Said> {
        Some(self.0)
    }
}

impl<S: 'static> Policy<S> for Public {
    const GRANTS: Rule<S> = Rule::Always;
    const VETOES: Rule<S> = Rule::Any(&[]);
}

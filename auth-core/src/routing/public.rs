use std::any::TypeId;

use crate::rule::{Id, Policy, PolicyKind, PolicyShape, Rule, STAND_IN, Shape};

/// The policy of what anyone may call; [`public`] makes it.
#[derive(Clone, Copy, Debug)]
pub struct Public {
    because: &'static str,
}

/// The policy value for what anyone may call: `.nest_service("/assets", public("static files"), …)`.
///
/// The reason stands in the table of policies.
#[must_use]
pub fn public(because: &'static str) -> Public {
    Public { because }
}

impl Shape for Public {
    const SHAPE: &'static PolicyShape = &PolicyShape {
        id: Id {
            of: TypeId::of::<Public>(),
            module: module_path!(),
            name: "Public",
            params: &[],
        },
        name: "public",
        kind: PolicyKind::Public {
            because: "",
            ignores_credentials: false,
        },
        stand_in: false,
        ..STAND_IN
    };

    fn because(&self) -> Option<&'static str> {
        Some(self.because)
    }
}

impl<S: 'static> Policy<S> for Public {
    const GRANTS: Rule<S> = Rule::Always;
    const VETOES: Rule<S> = Rule::Any(&[]);
}

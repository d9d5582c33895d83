#![allow(missing_docs, reason = "hidden: only expansions use these")]

use super::{
    ConditionShape, Names, PolicyShape, ResourceFact, ResourceId, Rule, Truth, Verdict, Why,
};
use crate::facts::Known;

/// How a policy keeps tenants apart: nobody has to remember to, and who means otherwise says why.
#[derive(Clone, Copy, Debug)]
pub struct Tenancy {
    /// Whether the rule itself speaks of what belongs to a tenant.
    pub speaks: bool,
    /// Whether all such resources, of the policies it names too, must be of the caller's tenant.
    pub apart: bool,
    /// Why this policy lifts that for what it speaks of itself.
    pub across: Option<&'static str>,
}

impl Tenancy {
    /// Of a rule that speaks of nobody's resources.
    pub const NONE: Self = Self {
        speaks: false,
        apart: false,
        across: None,
    };

    /// An option comes along with a policy that is named, and the strictest wins: what one lifts, another
    /// demands.
    #[must_use]
    pub const fn of(
        across: Option<&'static str>,
        resources: &[ResourceId],
        conditions: &[&ConditionShape],
        nested: &[&PolicyShape],
    ) -> Self {
        let mut speaks = any_of_a_tenant(resources);
        let mut apart = false;
        let mut at = 0;
        while at < conditions.len() {
            speaks = speaks || any_of_a_tenant(conditions[at].resources);
            at += 1;
        }
        let mut at = 0;
        while at < nested.len() {
            apart = apart || nested[at].tenancy.apart;
            at += 1;
        }
        Self {
            speaks,
            apart: apart || speaks && across.is_none(),
            across,
        }
    }
}

const fn any_of_a_tenant(resources: &[ResourceId]) -> bool {
    let mut at = 0;
    while at < resources.len() {
        if resources[at].of_a_tenant {
            return true;
        }
        at += 1;
    }
    false
}

impl<S> Rule<S> {
    /// Whether all that the rules speak of is of the caller's tenant. What is another's counts as
    /// missing, so the answer is a missing resource's.
    pub(super) fn same_tenant(rules: &'static [Self], known: &Known<'_>) -> Verdict<S> {
        let Some(caller) = known.principal() else {
            return Verdict::Is(Truth::False);
        };
        let mut unknown = None;
        let mut needed = None;
        for rule in rules {
            rule.of_tenants(&mut |fact, is_callers| match fact.value(known) {
                Ok(value) if is_callers(value, caller) => {}
                Ok(_) => unknown = unknown.max(Some(Why::Missing)),
                Err(Verdict::Is(Truth::Unknown(why))) => unknown = unknown.max(Some(why)),
                Err(Verdict::Is(_)) => {}
                Err(Verdict::Needs(fact)) => needed = needed.or(Some(fact)),
            });
        }
        match (needed, unknown) {
            (Some(fact), _) => Verdict::Needs(fact),
            (None, Some(why)) => Verdict::Is(Truth::Unknown(why)),
            (None, None) => Verdict::Is(Truth::True),
        }
    }

    /// Meets each resource that belongs to a tenant, as often as the rule names it.
    pub(crate) fn of_tenants(
        &'static self,
        meet: &mut impl FnMut(&'static ResourceFact<S>, Names),
    ) {
        self.each_resource(&mut |fact| {
            if let Some(is_callers) = fact.in_tenant {
                meet(fact, is_callers);
            }
        });
    }
}

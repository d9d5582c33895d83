use std::fmt::Write;

use super::attempt;
use crate::{
    Truth, Why,
    account::Reread,
    facts::{Held, Known},
    rule::{PolicyShape, Rule, Verdict},
};

/// The rule in its own words, each atom with what became of it: also of those that the decision needn't look at, so that
/// the app's own code may panic here first.
pub(crate) fn explain<S>(rule: &'static Rule<S>, shape: &PolicyShape, known: &Known<'_>) -> String {
    let words = attempt(shape.name, || in_words(rule, shape, known));
    words.unwrap_or_else(|| "it can't be explained: the app's own code panicked".to_owned())
}

fn in_words<S>(rule: &'static Rule<S>, shape: &PolicyShape, known: &Known<'_>) -> String {
    let mut text = String::new();
    match rule {
        // A policy's root: the outermost list, then what it forbids, and the tenants.
        Rule::All([Rule::All(grants), demands @ ..]) if shape.forbids || shape.tenancy.apart => {
            list(&mut text, grants, known);
            for demand in demands {
                match demand {
                    Rule::Not(vetoes) => forbidden(&mut text, vetoes, known),
                    Rule::SameTenant(rules) => tenants(&mut text, rules, known),
                    other => node(&mut text, other, known),
                }
            }
        }
        Rule::All(grants) => list(&mut text, grants, known),
        other => node(&mut text, other, known),
    }
    account(&mut text, shape, known);
    login(&mut text, shape, known);
    text
}

/// What became of the account, where it was asked for.
fn account(text: &mut String, shape: &PolicyShape, known: &Known<'_>) {
    if shape.fresh.is_none() {
        return;
    }
    let _ = match known.reread() {
        None => write!(text, ", fresh: not needed"),
        Some(Reread::Gone) => write!(text, ", fresh: the account is gone or disabled"),
        Some(Reread::Failed(why)) => {
            write!(text, ", fresh: unknown: it could not be told ({why:?})")
        }
        Some(Reread::Is { .. }) if known.looks_again() => {
            write!(text, ", fresh: as the account is now")
        }
        Some(Reread::Is { .. }) => write!(text, ", fresh: as the credential states"),
    };
}

/// What is demanded of the login.
fn login(text: &mut String, shape: &PolicyShape, known: &Known<'_>) {
    shape.each_step_up(&mut |step_up| {
        let _ = write!(text, ", {step_up}: ");
        let _ = match known.principal() {
            None => write!(text, "false for nobody"),
            Some(caller) => match step_up.lack(caller, known.now()) {
                None => write!(text, "held"),
                Some(lack) => write!(text, "{lack}"),
            },
        };
    });
}

/// The vetoes: those of named policies come as groups of their own, which may be empty.
fn forbidden<S>(text: &mut String, veto: &'static Rule<S>, known: &Known<'_>) {
    if let Rule::Any(vetoes) = veto {
        for veto in *vetoes {
            forbidden(text, veto, known);
        }
    } else {
        text.push_str(", forbid(");
        match veto {
            Rule::All(rules) => list(text, rules, known),
            other => node(text, other, known),
        }
        text.push(')');
    }
}

/// What is demanded of tenants, once a kind of resource.
fn tenants<S>(text: &mut String, rules: &'static [Rule<S>], known: &Known<'_>) {
    let mut told = Vec::new();
    for rule in rules {
        rule.of_tenants(&mut |fact, _| {
            if told.contains(&fact.of) {
                return;
            }
            told.push(fact.of);
            let has_tenant = known.principal().map(|caller| caller.tenant().is_some());
            let outcome = match known.held(fact.of) {
                _ if has_tenant.is_none() => "false for nobody",
                None => "not needed",
                Some(Held::Value(_)) => "held",
                Some(Held::Unknown(_)) if known.is_another_tenants(fact.of) => {
                    if has_tenant == Some(true) {
                        "it is another tenant's"
                    } else {
                        "the caller acts for no tenant"
                    }
                }
                Some(Held::Unknown(Why::Missing)) => "unknown: the resource is missing",
                Some(Held::Unknown(Why::Failed)) => "unknown: it could not be told",
            };
            let _ = write!(text, ", tenant = {:?}: {outcome}", fact.kind);
        });
    }
}

fn node<S>(text: &mut String, rule: &'static Rule<S>, known: &Known<'_>) {
    let name = match rule {
        Rule::All(rules) => return group(text, "all", rules, known),
        Rule::Any(rules) => return group(text, "any", rules, known),
        Rule::Not(inner) => {
            text.push_str("not(");
            node(text, inner, known);
            return text.push(')');
        }
        Rule::Named(shape, inner) => {
            let _ = write!(text, "policy = {} [", shape.name);
            match inner {
                Rule::All(rules) => list(text, rules, known),
                inner => node(text, inner, known),
            }
            return text.push(']');
        }
        atom => atom,
    };
    let outcome = match rule.as_found(known, false) {
        Verdict::Is(Truth::True) => "held",
        Verdict::Is(Truth::False) if known.principal().is_none() => "false for nobody",
        Verdict::Is(Truth::False) => "did not hold",
        Verdict::Is(Truth::Unknown(Why::Missing)) => {
            return missing(text, name, known);
        }
        Verdict::Is(Truth::Unknown(Why::Failed)) => "unknown: it could not be told",
        Verdict::Needs(_) => "not needed",
    };
    let _ = write!(text, "{name}: {outcome}");
    let failure = match rule {
        Rule::Owns(marked) | Rule::Tenant(marked) => known.failure(marked.fact.of),
        Rule::Relation(related) => match known.standing(related.fact.id) {
            Some(answer) => answer.err(),
            None => known.failure(related.fact.on.of),
        },
        _ => None,
    };
    if let Some(why) = failure {
        let _ = write!(text, " ({why:?})");
    }
}

/// What is missing, as far as its absence has a reason.
fn missing<S>(text: &mut String, atom: &'static Rule<S>, known: &Known<'_>) {
    let mut parent = None;
    atom.each_resource(&mut |fact| parent = parent.or(known.of_another(fact.of)));
    let _ = match parent {
        Some(parent) => write!(text, "{atom}: unknown: it is not of the path's {parent}"),
        None => write!(text, "{atom}: unknown: the resource is missing"),
    };
}

fn group<S>(text: &mut String, name: &str, rules: &'static [Rule<S>], known: &Known<'_>) {
    let _ = write!(text, "{name}(");
    list(text, rules, known);
    text.push(')');
}

fn list<S>(text: &mut String, rules: &'static [Rule<S>], known: &Known<'_>) {
    for (at, rule) in rules.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        node(text, rule, known);
    }
}

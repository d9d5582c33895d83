use std::time::{Duration, SystemTime};

use http::request::Parts;
use serde::Serialize;

use super::{Audited, DeclaredAt, HandlerName, Reason, attempt, blame};
use crate::{
    CredentialKind, Principal, SubjectKind,
    authentication::slot::slot,
    facts::Known,
    routing::template,
    rule::{PolicyKind, Rule},
};

/// One decision, as a sink keeps it: `docs/audit-event.schema.json` is its JSON Schema.
///
/// No token is in it, and of a request's path only the route's template. What a client may have chosen (a
/// subject, a key) is text like any other: a sink writes it encoded, as [`JsonLines`](super::JsonLines) does.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AuditEvent {
    /// The version of the schema: a field's meaning never changes within one.
    pub schema: u32,
    /// When it was decided, in milliseconds since 1970.
    pub unix_ms: u64,
    /// How long it took to decide, facts included, in microseconds.
    pub duration_us: u64,
    /// Whether it was granted.
    pub granted: bool,
    /// The stable code of a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// Who called; none for nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<AuditedPrincipal>,
    /// The handler that was called; none outside of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The policy, where it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<&'static str>,
    /// Where it is declared, as `src/policy.rs:20`.
    pub declared_at: String,
    /// The request's method; none outside of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The template of the request's route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// What the app calls the request: see [`PolicyRouter::request_id`](crate::PolicyRouter::request_id).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Of how many items of a list it was granted, where it was asked about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_items: Option<usize>,
    /// What was acted on, as far as it was found.
    pub resources: Vec<AuditedResource>,
    /// The fewest rules that stood in the way of a denied decision.
    pub reasons: Vec<Reason>,
    /// Whether the search for the fewest was cut short, so that there may be fewer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reasons_cut_short: bool,
    /// The whole policy with what became of each rule, for a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// Whether anybody can make events like it: a denial, a public route's answer.
    #[serde(skip)]
    pub(super) by_anybody: bool,
}

/// Who called.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AuditedPrincipal {
    /// Who vouched for them.
    pub issuer: String,
    /// Their identifier there.
    pub subject: String,
    /// `person` or `machine`.
    pub kind: &'static str,
    /// The tenant they acted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// What the credential is known by (`jti`), never its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// What kind of credential it was: `access_token`, `api_key`, `session`, or a word of the app's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_kind: Option<&'static str>,
    /// The login it belongs to (`sid`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Who acted on their behalf.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<AuditedActor>,
}

/// Who acted on the principal's behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditedActor {
    /// Who vouched for them.
    pub issuer: String,
    /// Their identifier there.
    pub subject: String,
}

/// Something that was acted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditedResource {
    /// Its kind.
    pub kind: &'static str,
    /// Its `#[key]`, where that can be displayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl AuditEvent {
    /// The version that this one writes.
    pub const SCHEMA: u32 = 1;

    pub(super) fn of<S>(
        rule: &'static Rule<S>,
        known: &Known<'_>,
        audited: &Audited<'_>,
        now: SystemTime,
        took: Duration,
    ) -> Self {
        let about = Self {
            resources: resources(rule, known),
            ..Self::about(audited, now, took)
        };
        if audited.denial.is_none() {
            return about;
        }
        let blamed = blame(rule, known);
        let reasons = blamed.reasons.into_iter().chain(audited.besides.clone());
        Self {
            reasons: reasons.collect(),
            reasons_cut_short: blamed.cut,
            ..about
        }
    }

    /// The same without what only the rule knows.
    pub(super) fn about(audited: &Audited<'_>, now: SystemTime, took: Duration) -> Self {
        let Audited {
            shape,
            request,
            caller,
            granted_items,
            denial,
            ..
        } = *audited;
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let slot = request.and_then(slot);
        let name = |request: &Parts| {
            let name = slot?.edge.request_id.as_ref()?;
            let name = attempt("a request's id", || name.of(request)).flatten()?;
            Some(bounded(name, MOST_LETTERS))
        };
        Self {
            schema: Self::SCHEMA,
            unix_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            duration_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            granted: denial.is_none(),
            code: denial.map(|(kind, _)| kind.code()),
            principal: caller.map(AuditedPrincipal::of),
            handler: HandlerName::of(request, Some(shape)).map(|handler| handler.to_string()),
            policy: (shape.kind == PolicyKind::Policy).then_some(shape.name),
            declared_at: DeclaredAt(shape).to_string(),
            method: request.map(|request| bounded(request.method.to_string(), LONGEST_METHOD)),
            route: request.and_then(template).map(str::to_owned),
            request_id: request.and_then(name),
            granted_items,
            resources: Vec::new(),
            reasons: Vec::new(),
            reasons_cut_short: false,
            explanation: denial.map(|(_, explanation)| explanation.to_owned()),
            by_anybody: denial.is_some() || shape.is_public(),
        }
    }
}

/// What was found of what the rule speaks of, each kind once; another tenant's too: a log is not its caller.
fn resources<S>(rule: &'static Rule<S>, known: &Known<'_>) -> Vec<AuditedResource> {
    let (mut all, mut met) = (Vec::new(), Vec::new());
    rule.each_resource(&mut |fact| {
        if let Some(value) = known.found(fact.of)
            && !met.contains(&fact.of)
        {
            met.push(fact.of);
            all.push(AuditedResource::of(fact.kind, || (fact.shown)(value)));
        }
    });
    all
}

impl AuditedResource {
    pub(super) fn of(kind: &'static str, key: impl FnOnce() -> Option<String>) -> Self {
        Self {
            kind,
            key: attempt(kind, key)
                .flatten()
                .map(|key| bounded(key, MOST_LETTERS)),
        }
    }
}

/// So many letters are kept of what a client may choose freely.
const MOST_LETTERS: usize = 256;
/// No method that anybody uses is longer.
const LONGEST_METHOD: usize = 32;

/// Text of a bounded length, which says where it was cut.
fn bounded(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
    text
}

impl AuditedPrincipal {
    fn of(caller: &Principal) -> Self {
        Self {
            issuer: caller.issuer().to_owned(),
            subject: caller.subject().to_owned(),
            kind: match caller.kind() {
                SubjectKind::Person => "person",
                SubjectKind::Machine => "machine",
            },
            tenant: caller.tenant().map(str::to_owned),
            credential: caller.credential().map(str::to_owned),
            credential_kind: caller.credential_kind().map(CredentialKind::as_str),
            session: caller.session().map(str::to_owned),
            actor: caller.actor().map(|actor| AuditedActor {
                issuer: actor.issuer().to_owned(),
                subject: actor.subject().to_owned(),
            }),
        }
    }
}

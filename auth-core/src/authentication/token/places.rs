use std::fmt;

use super::json::Json;
use crate::{
    Identity,
    authentication::{Fills, unknown_names::UnknownNames},
    principal::Vocabulary,
};

/// Where a claim stands: segments, each the key of an object. A key may hold dots and slashes.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Place(Vec<String>);

/// As it is written: `["realm_access", "roles"]`.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

/// Where an issuer's claims stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) sources: Vec<Source>,
    pub(super) scopes: Option<Place>,
    pub(super) tenant: Option<Place>,
    pub(super) subject: Option<Place>,
    /// What only a program's token says.
    pub(super) machine: Option<(Place, String)>,
    /// What only a person's token has.
    pub(super) person: Option<Place>,
}

/// Where a vocabulary's names stand in a token, and how.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) vocabulary: &'static Vocabulary,
    pub(super) place: Place,
    pub(super) shape: Shape,
}

/// How names are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// A text or a list of texts.
    Texts,
    /// The keys of an object, whose values may tell in which tenants they are held.
    Keys,
}

impl Place {
    pub(super) fn of(segments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(segments.into_iter().map(Into::into).collect())
    }

    /// What stands there. Absent is none; what the token says it leaves out is neither, and refused.
    pub(super) fn find<'j>(&self, claims: &'j Json) -> Result<Option<&'j Json>, &'static str> {
        if self.is_left_out(claims)? {
            return Err("a claim that the token leaves out");
        }
        self.stated(claims)
    }

    /// Follows the segments into nested objects. Absent is none; a step through anything but an
    /// object is refused.
    fn stated<'j>(&self, claims: &'j Json) -> Result<Option<&'j Json>, &'static str> {
        let mut here = claims;
        for segment in &self.0 {
            if !matches!(here, Json::Object(_)) {
                return Err("a claim's place leads through something that is no object");
            }
            match here.get(segment) {
                Some(next) => here = next,
                None => return Ok(None),
            }
        }
        Ok(Some(here))
    }

    /// Whether the token says that it has such a claim, and that it was too long to be put in: an aggregated or
    /// distributed claim (OIDC Core §5.6.2), as Entra writes a group overage, or that overage in its other spellings,
    /// `hasgroups` and `groups:src1`.
    fn is_left_out(&self, claims: &Json) -> Result<bool, &'static str> {
        let (Some(claim), Json::Object(members)) = (self.0.first(), claims) else {
            return Ok(false);
        };
        let mut left_out = false;
        for (name, value) in members {
            left_out |= match (name.as_str(), value) {
                ("_claim_names", Json::Object(names)) => {
                    names.iter().any(|(name, _)| name == claim)
                }
                ("_claim_names", _) => return Err("a `_claim_names` that is no object"),
                ("hasgroups", Json::Bool(false)) => false,
                ("hasgroups", _) => claim == "groups",
                (name, _) => name
                    .strip_prefix(claim.as_str())
                    .is_some_and(|rest| rest.starts_with(":src")),
            };
        }
        Ok(left_out)
    }
}

impl Places {
    /// What has a place.
    pub(super) fn fills(&self) -> Fills {
        Fills {
            vocabularies: self
                .sources
                .iter()
                .map(|source| source.vocabulary)
                .collect(),
            tenants: self.tenant.is_some(),
        }
    }

    /// What the claims grant: names, scopes, a tenant.
    pub(super) fn fill(
        &self,
        claims: &Json,
        mut identity: Identity,
        unknown: &UnknownNames,
    ) -> Result<Identity, &'static str> {
        let tenant = match &self.tenant {
            Some(place) => place.find(claims)?,
            None => None,
        };
        let tenant = tenant.map(|tenant| tenant.text().ok_or("a tenant that is no text"));
        let tenant = tenant.transpose()?.filter(|tenant| !tenant.is_empty());
        for source in &self.sources {
            identity = source.fill(claims, tenant, identity, unknown)?;
        }
        self.say_absent(claims, unknown)?;
        let granted = match &self.scopes {
            Some(place) => place.find(claims)?,
            // Never the union: the claim that is there counts.
            None => match Place::of(["scope"]).find(claims)? {
                Some(scope) => Some(scope),
                None => Place::of(["scp"]).find(claims)?,
            },
        };
        for scope in scopes(granted)? {
            identity = identity.scope(scope);
        }
        Ok(match tenant {
            Some(tenant) => identity.tenant(tenant),
            None => identity,
        })
    }

    /// Says of which vocabularies no place holds anything: what is looked for may stand elsewhere.
    fn say_absent(&self, claims: &Json, unknown: &UnknownNames) -> Result<(), &'static str> {
        for source in &self.sources {
            let same = |one: &&Source| one.vocabulary.of == source.vocabulary.of;
            let mut absent = true;
            for one in self.sources.iter().filter(same) {
                absent &= one.place.stated(claims)?.is_none() && !one.place.is_left_out(claims)?;
            }
            if absent {
                unknown.absent(source.vocabulary, &source.place);
            }
        }
        Ok(())
    }

    /// Whether this issuer's claims say which are a program's.
    pub(super) fn tell_machines(&self) -> bool {
        self.machine.is_some() || self.person.is_some()
    }

    /// Whether the claims say that they are a program's, where this issuer's do.
    pub(super) fn say_machine(&self, claims: &Json) -> Result<bool, &'static str> {
        if let Some(place) = &self.person
            && matches!(place.find(claims)?, None | Some(Json::Null))
        {
            return Ok(true);
        }
        let Some((place, text)) = &self.machine else {
            return Ok(false);
        };
        match place.find(claims)? {
            None => Ok(false),
            Some(Json::Text(found)) => Ok(found == text),
            Some(_) => Err("a claim that should be a text"),
        }
    }
}

impl Source {
    /// Adds the names the token states to `identity`. Anything but what the shape allows is refused,
    /// never read as none, and neither are names that the token merely leaves out.
    fn fill(
        &self,
        claims: &Json,
        tenant: Option<&str>,
        mut identity: Identity,
        unknown: &UnknownNames,
    ) -> Result<Identity, &'static str> {
        let found = self.place.stated(claims)?;
        if self.place.is_left_out(claims)? {
            identity = identity.leaves_out(self.vocabulary);
        }
        let names = match (self.shape, found) {
            (_, None) => Vec::new(),
            (Shape::Texts, Some(found)) => texts(found)?,
            (Shape::Keys, Some(Json::Object(members))) => {
                let held = members
                    .iter()
                    .filter(|(_, held_in)| counts_in(held_in, tenant));
                held.map(|(name, _)| name.as_str()).collect()
            }
            (Shape::Keys, Some(_)) => {
                return Err("names that should be an object's keys");
            }
        };
        if found.is_some() {
            identity = identity.says(self.vocabulary);
        }
        for name in names {
            identity = unknown.hold(self.vocabulary, name, identity);
        }
        Ok(identity)
    }
}

fn says_no(value: &Json) -> bool {
    matches!(value, Json::Null | Json::Bool(false))
}

/// Whether a name counts for a caller of this tenant: its value's keys are the tenants in which it is held, where they
/// are told.
fn counts_in(held_in: &Json, tenant: Option<&str>) -> bool {
    match held_in {
        Json::Object(_) => {
            let there = tenant.and_then(|tenant| held_in.get(tenant));
            there.is_some_and(|held| !says_no(held))
        }
        other => !says_no(other),
    }
}

/// A single text or a list of texts.
fn texts(value: &Json) -> Result<Vec<&str>, &'static str> {
    const WRONG: &str = "names that are neither a text nor a list of texts";
    match value {
        Json::Text(text) => Ok(vec![text]),
        Json::List(list) => list.iter().map(|one| one.text().ok_or(WRONG)).collect(),
        _ => Err(WRONG),
    }
}

/// Scopes: a text of words, or a list (RFC 6749 §3.3; Azure and Okta write lists).
fn scopes(value: Option<&Json>) -> Result<Vec<&str>, &'static str> {
    match value {
        None => Ok(Vec::new()),
        Some(Json::Text(text)) => Ok(text.split(' ').filter(|word| !word.is_empty()).collect()),
        Some(other) => texts(other),
    }
}

use std::{borrow::Cow, time::SystemTime};

use super::{
    Issuer,
    json::Json,
    logout::LoggedOut,
    machine::is_machine,
    places::Place,
    refusal::{Why, another_audience, another_issuer, missing, no_audience},
    times::{date, times},
};
use crate::{CredentialKind, Identity, authentication::unknown_names::UnknownNames};

/// Why nobody is named.
pub(super) const NOBODY: &str = "no `sub`, or nobody where `.subject_at([…])` says that one stands";

/// What a token says, once it is believed.
pub(super) struct Claimed {
    pub(super) identity: Identity,
    /// When it ends, the allowed leeway included.
    pub(super) until: SystemTime,
}

/// Judges the claims of a token whose signature is the issuer's.
pub(super) fn judged(
    issuer: &Issuer,
    claims: &Json,
    now: SystemTime,
    unknown: &UnknownNames,
) -> Result<Claimed, Why> {
    match issuer_named(claims)? {
        Some(named) => check_issuer(issuer, named)?,
        None if issuer.unaddressed => {}
        None => return Err("no `iss`".into()),
    }
    if !issuer.unaddressed || issuer.audience_at.find(claims)?.is_some() {
        audience(issuer, claims)?;
    }
    let until = times(issuer, claims, now)?.ok_or("no `exp`")?;
    let subject = subject(issuer.places.subject.as_ref(), claims)?.ok_or(NOBODY)?;
    let subject = subject.as_ref();
    purpose(issuer, claims)?;
    let identity = named(issuer, claims, subject, !issuer.untyped, unknown)?;
    Ok(Claimed { identity, until })
}

/// Judges a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6): which logins have ended, and whose they are.
pub(super) fn logged_out(
    issuer: &Issuer,
    claims: &Json,
    now: SystemTime,
) -> Result<(LoggedOut, Option<String>), Why> {
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

    let named = issuer_named(claims)?.ok_or("no `iss`")?;
    check_issuer(issuer, named)?;
    audience(issuer, claims)?;
    times(issuer, claims, now)?.ok_or("no `exp`")?;
    date(claims, "iat")?.ok_or("no `iat`")?;
    required(claims, "jti", "no `jti`")?;
    let event = claims.get("events").ok_or("no `events`")?;
    if !matches!(event.get(EVENT), Some(Json::Object(_))) {
        return Err("no event of a logout".into());
    }
    // What an ID token carries: neither passes for the other.
    if claims.get("nonce").is_some() {
        return Err("a `nonce`".into());
    }
    let subject = subject(issuer.places.subject.as_ref(), claims)?.map(Cow::into_owned);
    let session = named_or_absent(claims, "sid")?;
    let ended = match (session, &subject) {
        (Some(session), _) => LoggedOut::Session(session.to_owned()),
        (None, Some(subject)) => LoggedOut::Subject(subject.clone()),
        (None, None) => return Err("neither a subject nor a `sid`".into()),
    };
    Ok((ended, subject))
}

/// Who the claims name, and what they say of them; `profiled` says that they are of RFC 9068's profile.
pub(super) fn named(
    issuer: &Issuer,
    claims: &Json,
    subject: &str,
    profiled: bool,
    unknown: &UnknownNames,
) -> Result<Identity, &'static str> {
    if claims.get("cnf").is_some() {
        return Err("a token bound to a key (`cnf`), which can't be checked here");
    }
    for client in ["client_id", "azp"] {
        optional(claims, client)?;
    }
    let identity = if is_machine(issuer, claims, subject)? {
        Identity::machine(issuer.name.as_str(), subject)
    } else {
        Identity::person(issuer.name.as_str(), subject)
    };
    let identity = identity
        .credential_kind(CredentialKind::AccessToken)
        .clock_ahead(issuer.leeway);
    let mut identity = issuer.places.fill(claims, identity, unknown)?;
    if let Some(actor) = claims.get("act") {
        identity = acted(issuer, actor, identity)?;
    }
    if let Some(id) = optional(claims, "jti")? {
        identity = identity.credential(id);
    }
    if let Some(session) = optional(claims, "sid")? {
        identity = identity.session(session);
    }
    if let Some(at) = date(claims, "iat")? {
        identity = identity.issued_at(at);
    }
    if let Some(at) = date(claims, "exp")? {
        identity = identity.expires_at(at);
    }
    let login = date(claims, "auth_time")?;
    if let Some(at) = login {
        identity = identity.authenticated_at(at);
    }
    // RFC 9068 (§2.2.1) says that there is an `acr` where somebody logged in. Others state one of programs, too: it is no
    // sign of a login where nothing else is.
    let of_people = login.is_some() || profiled || issuer.places.tell_machines();
    if let Some(class) = optional(claims, "acr")?.filter(|_| of_people) {
        identity = identity.authentication_class(class);
    }
    Ok(identity)
}

/// Who acts on the subject's behalf (RFC 8693 §4.1). Whoever acted before them doesn't matter to a decision, and
/// an actor who isn't named is no reason to take the subject for the one who calls.
fn acted(issuer: &Issuer, actor: &Json, identity: Identity) -> Result<Identity, &'static str> {
    const UNNAMED: &str = "an `act` that names nobody";
    if !matches!(actor, Json::Object(_)) {
        return Err(UNNAMED);
    }
    let vouching = named_or_absent(actor, "iss")?.unwrap_or(&issuer.name);
    let place = issuer.subject_place(vouching);
    let subject = match subject(place, actor)? {
        None if place.is_none() => named_or_absent(actor, "client_id")?.map(Cow::Borrowed),
        named => named,
    };
    let subject = subject.ok_or(UNNAMED)?;
    Ok(identity.acted_by(vouching, &*subject))
}

/// Who the token says issued it, if it does: it chooses the issuer before any key is looked at.
pub(super) fn issuer_named(claims: &Json) -> Result<Option<&str>, &'static str> {
    if !matches!(claims, Json::Object(_)) {
        return Err("claims that are no object");
    }
    named_or_absent(claims, "iss")
}

pub(super) fn check_issuer(issuer: &Issuer, named: &str) -> Result<(), Why> {
    if named == issuer.name {
        Ok(())
    } else {
        Err(another_issuer(named, [&*issuer.name].into_iter()))
    }
}

/// Whom claims name, if anybody: where the app said that it stands, and nowhere else, or in `sub`. A text, or a number of an
/// app's own.
pub(super) fn subject<'j>(
    place: Option<&Place>,
    claims: &'j Json,
) -> Result<Option<Cow<'j, str>>, &'static str> {
    /// From there on a number of JSON's may stand for its neighbour.
    const FIRST_UNCLEAR: f64 = 9_007_199_254_740_992.0;

    let Some(place) = place else {
        return Ok(named_or_absent(claims, "sub")?.map(Cow::Borrowed));
    };
    Ok(match place.find(claims)? {
        None => None,
        Some(Json::Text(text)) if !text.is_empty() => Some(Cow::Borrowed(text)),
        Some(Json::Number(number))
            if number.fract() == 0.0 && (0.0..FIRST_UNCLEAR).contains(number) =>
        {
            Some(Cow::Owned(format!("{number:.0}")))
        }
        Some(_) => return Err("a subject that is neither a text nor a whole number"),
    })
}

/// What the token is for, where its type doesn't tell.
pub(super) fn purpose(issuer: &Issuer, claims: &Json) -> Result<(), Why> {
    for claim in &issuer.required {
        if matches!(claims.get(claim), None | Some(Json::Null)) {
            return Err(missing(claim));
        }
    }
    if issuer.untyped {
        access(claims, &["bearer"])?;
    }
    Ok(())
}

/// Whether claims are those of an access token, where no header tells.
pub(super) fn access(claims: &Json, types: &[&str]) -> Result<(), &'static str> {
    for claim in ["nonce", "events", "at_hash", "c_hash", "s_hash"] {
        if claims.get(claim).is_some() {
            return Err("a claim that only ID and logout tokens carry");
        }
    }
    // Keycloak and Cognito say in the claims what others say in the header.
    for (claim, right) in [("typ", types), ("token_use", &["access"])] {
        let named = optional(claims, claim)?.map(str::to_ascii_lowercase);
        if named.is_some_and(|named| !right.contains(&named.as_str())) {
            return Err("a token for another use");
        }
    }
    Ok(())
}

pub(super) fn audience(issuer: &Issuer, claims: &Json) -> Result<(), Why> {
    let names: Vec<&str> = match issuer.audience_at.find(claims)? {
        None => return Err(no_audience(&issuer.audience_at)),
        Some(Json::Text(one)) => vec![one],
        Some(Json::List(list)) => {
            let names: Option<_> = list.iter().map(Json::text).collect();
            names.ok_or("an audience that names something but texts")?
        }
        Some(_) => return Err("an audience that is neither a text nor a list".into()),
    };
    let ours = |name: &&str| issuer.audiences.iter().any(|audience| audience == name);
    if names.iter().any(ours) {
        Ok(())
    } else {
        Err(another_audience(&names, &issuer.audiences))
    }
}

pub(super) fn required<'j>(
    claims: &'j Json,
    claim: &str,
    absent: &'static str,
) -> Result<&'j str, &'static str> {
    named_or_absent(claims, claim)?.ok_or(absent)
}

/// A text that names something, and so isn't empty.
pub(super) fn named_or_absent<'j>(
    claims: &'j Json,
    claim: &str,
) -> Result<Option<&'j str>, &'static str> {
    match optional(claims, claim)? {
        Some("") => Err("a claim that is empty"),
        text => Ok(text),
    }
}

pub(super) fn optional<'j>(claims: &'j Json, claim: &str) -> Result<Option<&'j str>, &'static str> {
    match claims.get(claim) {
        None => Ok(None),
        Some(value) => value
            .text()
            .map(Some)
            .ok_or("a claim that should be a text"),
    }
}

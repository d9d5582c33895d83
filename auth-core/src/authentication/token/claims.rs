use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Issuer, json::Json, logout::LoggedOut, machine::is_machine};
use crate::{CredentialKind, Identity, authentication::unknown_names::UnknownNames};

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
) -> Result<Claimed, &'static str> {
    if issuer_of(claims)? != issuer.name {
        return Err("another issuer");
    }
    audience(issuer, claims)?;
    let until = times(issuer, claims, now)?.ok_or("no `exp`")?;
    let subject = required(claims, "sub", "no `sub`")?;
    purpose(issuer, claims)?;
    let identity = named(issuer, claims, subject, !issuer.untyped, unknown)?;
    Ok(Claimed { identity, until })
}

/// Judges what an issuer says of an opaque token that counts (RFC 7662 §2.2): it may leave out what it
/// was asked for itself, and what it says must be right.
#[cfg(feature = "jwks")]
pub(super) fn introspected(
    issuer: &Issuer,
    claims: &Json,
    now: SystemTime,
    unknown: &UnknownNames,
) -> Result<Claimed, &'static str> {
    if optional(claims, "iss")?.is_some_and(|named| named != issuer.name) {
        return Err("another issuer");
    }
    if optional(claims, "token_type")?.is_some_and(|named| !named.eq_ignore_ascii_case("bearer")) {
        return Err("another type of token");
    }
    if !issuer.audiences.is_empty() {
        audience(issuer, claims)?;
    }
    purpose(issuer, claims)?;
    // Without an end it has one that the cache gives it.
    let until = times(issuer, claims, now)?.unwrap_or(now + Duration::from_hours(1));
    let subject = match named_or_absent(claims, "sub")? {
        Some(subject) => subject,
        None if NAMES_OF_PEOPLE
            .iter()
            .any(|name| claims.get(name).is_some()) =>
        {
            return Err(
                "a person's, and no `sub` says whose: a name may be given to another some day",
            );
        }
        // A client that acts for itself has no subject but itself.
        None => required(claims, "client_id", "neither `sub` nor `client_id`")?,
    };
    // Its issuer may move its end on while it is used: what is revoked of it is remembered for good.
    let identity = named(issuer, claims, subject, false, unknown)?.without_end();
    Ok(Claimed { identity, until })
}

/// By which an answer shows that a person's token is asked about: `username` (RFC 7662 §2.2), and what others write.
#[cfg(feature = "jwks")]
const NAMES_OF_PEOPLE: [&str; 5] = [
    "username",
    "user_name",
    "preferred_username",
    "user_id",
    "email",
];

/// Judges what an issuer says that an opaque token is for: it has no header, and a refresh, an ID or a logout token may
/// stand behind it as well.
#[cfg(feature = "jwks")]
pub(super) fn for_access(claims: &Json) -> Result<(), &'static str> {
    access(claims, &["bearer", "at+jwt"])
}

/// Judges a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6): which logins have ended, and whose they are.
pub(super) fn logged_out(
    issuer: &Issuer,
    claims: &Json,
    now: SystemTime,
) -> Result<(LoggedOut, Option<String>), &'static str> {
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

    if issuer_of(claims)? != issuer.name {
        return Err("another issuer");
    }
    audience(issuer, claims)?;
    times(issuer, claims, now)?.ok_or("no `exp`")?;
    date(claims, "iat")?.ok_or("no `iat`")?;
    required(claims, "jti", "no `jti`")?;
    let event = claims.get("events").ok_or("no `events`")?;
    if !matches!(event.get(EVENT), Some(Json::Object(_))) {
        return Err("no event of a logout");
    }
    // What an ID token carries: neither passes for the other.
    if claims.get("nonce").is_some() {
        return Err("a `nonce`");
    }
    let subject = named_or_absent(claims, "sub")?;
    let session = named_or_absent(claims, "sid")?;
    let subject = subject.map(str::to_owned);
    let ended = match (session, &subject) {
        (Some(session), _) => LoggedOut::Session(session.to_owned()),
        (None, Some(subject)) => LoggedOut::Subject(subject.clone()),
        (None, None) => return Err("neither `sub` nor `sid`"),
    };
    Ok((ended, subject))
}

/// Who the claims name, and what they say of them; `profiled` says that they are of RFC 9068's profile.
fn named(
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
    let subject = match named_or_absent(actor, "sub")? {
        Some(subject) => subject,
        None => named_or_absent(actor, "client_id")?.ok_or(UNNAMED)?,
    };
    let vouching = named_or_absent(actor, "iss")?.unwrap_or(&issuer.name);
    Ok(identity.acted_by(vouching, subject))
}

/// Who the token says issued it: it chooses the issuer before any key is looked at.
pub(super) fn issuer_of(claims: &Json) -> Result<&str, &'static str> {
    if !matches!(claims, Json::Object(_)) {
        return Err("claims that are no object");
    }
    required(claims, "iss", "no `iss`")
}

/// What the token is for, where its type doesn't tell.
fn purpose(issuer: &Issuer, claims: &Json) -> Result<(), &'static str> {
    for claim in &issuer.required {
        if matches!(claims.get(claim), None | Some(Json::Null)) {
            return Err("a claim is missing that the app requires");
        }
    }
    if issuer.untyped {
        access(claims, &["bearer"])?;
    }
    Ok(())
}

/// Whether claims are those of an access token, where no header tells.
fn access(claims: &Json, types: &[&str]) -> Result<(), &'static str> {
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

fn audience(issuer: &Issuer, claims: &Json) -> Result<(), &'static str> {
    let ours = |name: &str| issuer.audiences.iter().any(|audience| audience == name);
    let listed = match issuer.audience_at.find(claims)? {
        None => return Err("no audience"),
        Some(Json::Text(one)) => ours(one),
        Some(Json::List(list)) => {
            let names: Option<Vec<_>> = list.iter().map(Json::text).collect();
            names
                .ok_or("an audience that names something but texts")?
                .into_iter()
                .any(ours)
        }
        Some(_) => return Err("an audience that is neither a text nor a list"),
    };
    if listed {
        Ok(())
    } else {
        Err("another audience")
    }
}

/// When it ends, where it says, the allowed leeway included.
fn times(
    issuer: &Issuer,
    claims: &Json,
    now: SystemTime,
) -> Result<Option<SystemTime>, &'static str> {
    let until = date(claims, "exp")?.map(|ends| ends + issuer.leeway);
    if until.is_some_and(|until| until <= now) {
        return Err("it has expired");
    }
    if date(claims, "nbf")?.is_some_and(|begins| begins > now + issuer.leeway) {
        return Err("it is not valid yet");
    }
    if date(claims, "iat")?.is_some_and(|issued| issued > now + issuer.leeway) {
        return Err("it was issued in the future");
    }
    Ok(until)
}

fn required<'j>(
    claims: &'j Json,
    claim: &str,
    absent: &'static str,
) -> Result<&'j str, &'static str> {
    named_or_absent(claims, claim)?.ok_or(absent)
}

/// A text that names something, and so isn't empty.
fn named_or_absent<'j>(claims: &'j Json, claim: &str) -> Result<Option<&'j str>, &'static str> {
    match optional(claims, claim)? {
        Some("") => Err("a claim that is empty"),
        text => Ok(text),
    }
}

fn optional<'j>(claims: &'j Json, claim: &str) -> Result<Option<&'j str>, &'static str> {
    match claims.get(claim) {
        None => Ok(None),
        Some(value) => value
            .text()
            .map(Some)
            .ok_or("a claim that should be a text"),
    }
}

/// The year 9999: no token lives longer, and no arithmetic with it overflows.
const LATEST: f64 = 253_402_300_799.0;

/// A `NumericDate` (RFC 7519 §2): seconds, possibly with a fraction.
fn date(claims: &Json, claim: &str) -> Result<Option<SystemTime>, &'static str> {
    match claims.get(claim) {
        None => Ok(None),
        Some(Json::Number(seconds)) if (0.0..=LATEST).contains(seconds) => {
            Ok(Some(UNIX_EPOCH + Duration::from_secs_f64(*seconds)))
        }
        Some(Json::Number(_)) => Err("a date that is out of range"),
        Some(_) => Err("a date that is no number"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{Issuer, UnknownNames, judged};
    use crate::authentication::token::json::Json;

    const NOW: u64 = 1_700_000_000;

    /// Whether a token with these dates passes, `leeway` seconds allowed for.
    fn passes(leeway: u64, dates: &str) -> bool {
        let issuer = Issuer::new("i")
            .audience("a")
            .leeway(Duration::from_secs(leeway));
        let text = format!(r#"{{"iss":"i","aud":"a","sub":"s",{dates}}}"#);
        let claims = Json::parse(text.as_bytes()).expect("JSON");
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        judged(&issuer, &claims, now, &UnknownNames::default()).is_ok()
    }

    #[test]
    fn a_token_ends_at_its_second_and_begins_at_its_second() {
        for (leeway, dates, holds) in [
            (0, format!(r#""exp":{}"#, NOW + 1), true),
            (0, format!(r#""exp":{NOW}"#), false),
            (0, format!(r#""exp":{NOW}.5"#), true),
            (0, format!(r#""exp":{}"#, NOW - 1), false),
            (10, format!(r#""exp":{}"#, NOW - 9), true),
            (10, format!(r#""exp":{}"#, NOW - 10), false),
            (0, format!(r#""exp":{},"nbf":{NOW}"#, NOW + 1), true),
            (0, format!(r#""exp":{},"nbf":{}"#, NOW + 9, NOW + 1), false),
            (
                10,
                format!(r#""exp":{},"nbf":{}"#, NOW + 99, NOW + 10),
                true,
            ),
            (
                10,
                format!(r#""exp":{},"nbf":{}"#, NOW + 99, NOW + 11),
                false,
            ),
            (0, format!(r#""exp":{},"iat":{NOW}"#, NOW + 1), true),
            (0, format!(r#""exp":{},"iat":{}"#, NOW + 9, NOW + 1), false),
            (
                10,
                format!(r#""exp":{},"iat":{}"#, NOW + 99, NOW + 10),
                true,
            ),
            (
                10,
                format!(r#""exp":{},"iat":{}"#, NOW + 99, NOW + 11),
                false,
            ),
        ] {
            assert_eq!(passes(leeway, &dates), holds, "{dates}, leeway {leeway}");
        }
    }
}

//! What an issuer says of an opaque token (RFC 7662 §2.2).

use std::time::{Duration, SystemTime};

use super::{
    Issuer,
    claims::{
        Claimed, NOBODY, access, audience, check_issuer, named, optional, purpose, required,
        subject,
    },
    json::Json,
    refusal::{Why, another_type},
    times::times,
};
use crate::authentication::unknown_names::UnknownNames;

/// Judges what an issuer says of an opaque token that counts (RFC 7662 §2.2): it may leave out what it
/// was asked for itself, and what it says must be right.
pub(super) fn introspected(
    issuer: &Issuer,
    claims: &Json,
    now: SystemTime,
    unknown: &UnknownNames,
) -> Result<Claimed, Why> {
    if let Some(named) = optional(claims, "iss")? {
        check_issuer(issuer, named)?;
    }
    if let Some(named) = optional(claims, "token_type")?
        && !named.eq_ignore_ascii_case("bearer")
    {
        return Err(another_type(Some(named), "Bearer", false));
    }
    if !issuer.audiences.is_empty() {
        audience(issuer, claims)?;
    }
    purpose(issuer, claims)?;
    // Without an end it has one that the cache gives it.
    let until = times(issuer, claims, now)?.unwrap_or(now + Duration::from_hours(1));
    let subject = match subject(issuer.places.subject.as_ref(), claims)? {
        Some(subject) => subject,
        None if issuer.places.subject.is_some() => return Err(NOBODY.into()),
        None if NAMES_OF_PEOPLE
            .iter()
            .any(|name| claims.get(name).is_some()) =>
        {
            return Err(
                "a person's, and no `sub` says whose: a name may be given to another some day"
                    .into(),
            );
        }
        // A client that acts for itself has no subject but itself.
        None => required(claims, "client_id", "neither `sub` nor `client_id`")?.into(),
    };
    // Its issuer may move its end on while it is used: what is revoked of it is remembered for good.
    let identity = named(issuer, claims, &subject, false, unknown)?.without_end();
    Ok(Claimed { identity, until })
}

/// By which an answer shows that a person's token is asked about: `username` (RFC 7662 §2.2), and what others write.
const NAMES_OF_PEOPLE: [&str; 5] = [
    "username",
    "user_name",
    "preferred_username",
    "user_id",
    "email",
];

/// Judges what an issuer says that an opaque token is for: it has no header, and a refresh, an ID or a logout token may
/// stand behind it as well.
pub(super) fn for_access(claims: &Json) -> Result<(), &'static str> {
    access(claims, &["bearer", "at+jwt"])
}

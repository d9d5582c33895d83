//! When a token begins and ends (RFC 7519 §4.1).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{
    Issuer,
    json::Json,
    refusal::{Why, expired, not_yet},
};

/// When it ends, where it says, the allowed leeway included.
pub(super) fn times(
    issuer: &Issuer,
    claims: &Json,
    now: SystemTime,
) -> Result<Option<SystemTime>, Why> {
    let until = date(claims, "exp")?.map(|ends| ends + issuer.leeway);
    if let Some(until) = until
        && until <= now
    {
        let ends = until - issuer.leeway;
        return Err(expired(now.duration_since(ends).unwrap_or_default()));
    }
    for (claim, what) in [("nbf", "begins"), ("iat", "is issued")] {
        if let Some(at) = date(claims, claim)?
            && at > now + issuer.leeway
        {
            let ahead = at.duration_since(now).unwrap_or_default();
            return Err(not_yet(what, ahead, issuer.leeway));
        }
    }
    Ok(until)
}

/// The year 9999: no token lives longer, and no arithmetic with it overflows.
const LATEST: f64 = 253_402_300_799.0;

/// A `NumericDate` (RFC 7519 §2): seconds, possibly with a fraction.
pub(super) fn date(claims: &Json, claim: &str) -> Result<Option<SystemTime>, &'static str> {
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

    use super::{Issuer, Json};
    use crate::authentication::{token::claims::judged, unknown_names::UnknownNames};

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

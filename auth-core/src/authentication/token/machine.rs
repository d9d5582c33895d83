use super::{Issuer, json::Json};

/// How Keycloak calls the account of a client that acts for itself.
const SERVICE_ACCOUNT: &str = "service-account-";

/// Whether a token is a program's, as whoever wrote it says so; what each provider writes is a sign, whichever one it
/// is.
///
/// A person who is taken for a program owns nothing and passes no `step_up`, so a sign too many is on the safe side. A
/// provider that gives none needs [`Issuer::machine_without`].
pub(super) fn is_machine(
    issuer: &Issuer,
    claims: &Json,
    subject: &str,
) -> Result<bool, &'static str> {
    let text = |claim: &str| claims.get(claim).and_then(Json::text);
    let is = |claim: &str, value: &str| text(claim) == Some(value);
    // Where the app says that the subject stands elsewhere, what `sub` is tells all the same.
    let stated = text("sub").unwrap_or(subject);
    let is_subject = |claim: &str| is(claim, subject) || is(claim, stated);
    let absent = |claim: &str| claims.get(claim).is_none();
    // A client that acts for itself is no person, whatever its name (RFC 9068 §2.2, RFC 9700 §4.15). Okta and Entra call
    // the client by names of their own.
    let client = ["client_id", "azp", "cid", "appid"]
        .iter()
        .any(|claim| is_subject(claim));
    let of_a_client = |subject: &str| subject.ends_with("@clients");
    let auth0 = is("gty", "client-credentials") || of_a_client(subject) || of_a_client(stated);
    // Who has delegated something has a scope, and a subject that differs from client to client.
    let entra = is("idtyp", "app") || (is("oid", stated) && absent("scp") && absent("scope"));
    let google = text("email").is_some_and(|email| email.ends_with(".gserviceaccount.com"));
    let keycloak = ["preferred_username", "username"]
        .iter()
        .any(|claim| text(claim).is_some_and(|name| name.starts_with(SERVICE_ACCOUNT)));
    let said = issuer.places.say_machine(claims)?;
    Ok(said || client || auth0 || entra || google || keycloak)
}

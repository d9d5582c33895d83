use super::{
    algorithm::Algorithm,
    json::Json,
    refusal::{Why, another_type, never_taken},
};

/// What a token's header asks for: a key by algorithm, and perhaps by name. Keys in the header
/// itself, and addresses of keys, are never looked at.
pub(super) struct Header<'h> {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<&'h str>,
}

/// A key's name is a key's name, and no message.
const LONGEST_KEY_ID_BYTES: usize = 256;

impl<'h> Header<'h> {
    /// What is looked at. All else may stand there.
    pub(super) const MEMBERS: [&'static str; 7] =
        ["alg", "kid", "typ", "crit", "b64", "zip", "enc"];

    pub(super) fn read(header: &'h Json, of: TokenType, untyped: bool) -> Result<Self, Why> {
        check_type(header, of, untyped)?;
        Self::of_any_type(header)
    }

    pub(super) fn of_any_type(header: &'h Json) -> Result<Self, Why> {
        if header.get("crit").is_some() {
            return Err("a header with `crit`".into());
        }
        if ["b64", "zip", "enc"]
            .iter()
            .any(|name| header.get(name).is_some())
        {
            return Err("a header that changes what is signed".into());
        }
        let algorithm = header.get("alg").and_then(Json::text).ok_or("no `alg`")?;
        let algorithm = Algorithm::named(algorithm).ok_or_else(|| never_taken(algorithm))?;
        let key_id = match header.get("kid") {
            None => None,
            Some(Json::Text(id)) if id.len() <= LONGEST_KEY_ID_BYTES => Some(id.as_str()),
            Some(_) => return Err("a `kid` that is no short text".into()),
        };
        Ok(Self { algorithm, key_id })
    }
}

/// What a token is for, as its `typ` says it.
#[derive(Clone, Copy)]
pub(super) enum TokenType {
    /// RFC 9068 §2.1.
    Access,
    /// OpenID Connect Back-Channel Logout 1.0 §2.4.
    Logout,
}

impl TokenType {
    fn name(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Logout => "logout+jwt",
        }
    }

    fn is_access(self) -> bool {
        matches!(self, Self::Access)
    }
}

/// RFC 8725 §3.11: what a token is for stands in its type.
fn check_type(header: &Json, of: TokenType, untyped: bool) -> Result<(), Why> {
    let said = match header.get("typ") {
        None if untyped => return Ok(()),
        None => return Err(another_type(None, of.name(), of.is_access())),
        Some(Json::Text(said)) => said,
        Some(_) => return Err("a `typ` that is no text".into()),
    };
    let named = said.to_ascii_lowercase();
    // RFC 7515 §4.1.9: `application/` may be left out.
    let named = named.strip_prefix("application/").unwrap_or(&named);
    if named == of.name() || (untyped && named == "jwt") {
        Ok(())
    } else {
        let may_be = of.is_access() && named == "jwt";
        Err(another_type(Some(said), of.name(), may_be))
    }
}

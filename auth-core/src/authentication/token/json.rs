use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// JSON in which no object has a key twice.
///
/// `serde_json::Value` silently takes the last of two equal keys, and a token whose readers disagree
/// about which one counts is two tokens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole text; the parser limits how deep it nests.
    pub(super) fn parse(text: &[u8]) -> Result<Self, &'static str> {
        serde_json::from_slice(text).map_err(|_| "JSON that can't be read, or a key twice")
    }

    /// Reads an object as far as these members are concerned, and skips the others without looking into them: for
    /// what nobody has vouched for yet, and anybody may have made as long as they like.
    pub(super) fn members(text: &[u8], names: &[&str]) -> Result<Self, &'static str> {
        let mut reader = serde_json::Deserializer::from_slice(text);
        let members = Members(names).deserialize(&mut reader);
        let whole = members.and_then(|members| reader.end().map(|()| members));
        whole.map_err(|_| "no object, JSON that can't be read, a key twice, or too many")
    }

    /// A member; absent is `None`, null is there.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whole)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without doubled keys")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "a NumericDate is compared in whole seconds"
    )]
    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "a NumericDate is compared in whole seconds"
    )]
    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        let names: HashSet<_> = members.iter().map(|(name, _)| name).collect();
        if names.len() == members.len() {
            Ok(Json::Object(members))
        } else {
            Err(twice())
        }
    }
}

fn twice<E: de::Error>() -> E {
    E::custom("a key stands in an object twice")
}

/// No header and no token has more members; what has is refused before its last is met.
const MOST_MEMBERS: usize = 256;

/// The members of these names.
struct Members<'n>(&'n [&'n str]);

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let (mut members, mut met): (Vec<(String, Json)>, _) = (Vec::new(), 0);
        while let Some(name) = map.next_key_seed(OneOf(self.0))? {
            met += 1;
            if met > MOST_MEMBERS {
                return Err(de::Error::custom("more members than are looked at"));
            }
            let Some(name) = name else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if members.iter().any(|(known, _)| known == name) {
                return Err(twice());
            }
            members.push((name.to_owned(), map.next_value()?));
        }
        Ok(Json::Object(members))
    }
}

/// A name, where it is one of these.
struct OneOf<'n>(&'n [&'n str]);

impl<'de, 'n> DeserializeSeed<'de> for OneOf<'n> {
    type Value = Option<&'n str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'n> Visitor<'_> for OneOf<'n> {
    type Value = Option<&'n str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|one| **one == name).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    fn read(text: &str) -> Result<Json, &'static str> {
        Json::members(text.as_bytes(), &["iss", "alg"])
    }

    #[test]
    fn of_an_object_the_named_members_are_read_and_the_others_skipped() {
        let read = read(r#"{"a":[{"iss":"no"}],"iss":"i","\u0061lg":null,"a":1}"#);
        let read = read.expect("it is an object");
        assert_eq!(read.get("iss"), Some(&Json::Text("i".to_owned())));
        assert_eq!(read.get("alg"), Some(&Json::Null), "its name is escaped");
        assert_eq!(read.get("a"), None);
    }

    #[test]
    fn what_is_no_object_or_names_one_twice_is_refused() {
        for text in [
            "",
            "[]",
            r#""iss""#,
            r#"{"iss":1,"iss":1}"#,
            r#"{"iss":1,"\u0069ss":2}"#,
            r#"{"iss":1} {}"#,
            r#"{"iss":1"#,
            r#"{"a":}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_has_more_members_than_anything_has_is_refused() {
        let of = |members: usize| {
            let others = r#""a":0,"#.repeat(members - 1);
            read(&format!(r#"{{{others}"iss":"i"}}"#)).is_ok()
        };
        assert!(of(256) && !of(257));
    }

    #[test]
    fn a_name_twice_is_found_however_many_there_are() {
        let member = |number: usize| format!(r#""{number}":0"#);
        let mut members: Vec<_> = (0..1_000).map(member).collect();
        let whole = |members: &[String]| format!("{{{}}}", members.join(","));
        assert!(Json::parse(whole(&members).as_bytes()).is_ok());
        members.push(member(500));
        assert!(Json::parse(whole(&members).as_bytes()).is_err());
    }
}

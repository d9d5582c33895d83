use super::Issuer;
use crate::{
    Permissions, Roles,
    authentication::token::places::{Place, Shape, Source},
    principal::Vocabulary,
};

/// Where its claims stand. A place is named in segments, each an object's key.
impl Issuer {
    /// The claim `roles` (RFC 9068 §2.2.3.1) becomes the app's roles.
    pub fn roles<R: Roles>(self) -> Self {
        self.roles_at::<R>(["roles"])
    }

    /// The claim `permissions` becomes the app's permissions.
    pub fn permissions<P: Permissions>(self) -> Self {
        self.permissions_at::<P>(["permissions"])
    }

    /// The app's roles stand elsewhere: `["realm_access", "roles"]`, a segment an object's key.
    pub fn roles_at<R: Roles>(self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.source(R::VOCABULARY, Place::of(place), Shape::Texts)
    }

    /// The app's roles are the keys of an object, as Zitadel writes them: `{"admin": {"org-1": "…"}}`. A key whose value
    /// is an object, too, is a role in the tenants which are that one's keys: it counts for a caller whose
    /// [tenant](Self::tenant_at) is one of them, and for nobody else.
    pub fn roles_as_keys_at<R: Roles>(
        self,
        place: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.source(R::VOCABULARY, Place::of(place), Shape::Keys)
    }

    /// The app's permissions stand elsewhere, a segment an object's key.
    pub fn permissions_at<P: Permissions>(
        self,
        place: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.source(P::VOCABULARY, Place::of(place), Shape::Texts)
    }

    fn source(mut self, vocabulary: &'static Vocabulary, place: Place, shape: Shape) -> Self {
        for known in &self.places.sources {
            if known.place == place
                && let Some(name) = vocabulary.shares(known.vocabulary)
            {
                self.faults.push(format!(
                    "`{}` and `{}` both have {name:?}, and one claim doesn't say which is meant: give one of them \
                     another, `#[name = \"…\"]`, or a place of its own",
                    known.vocabulary.type_name, vocabulary.type_name,
                ));
            }
        }
        self.places.sources.push(Source {
            vocabulary,
            place,
            shape,
        });
        self
    }

    /// Scopes stand elsewhere than in `scope`, else `scp`.
    pub fn scopes_at(mut self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.places.scopes = Some(Place::of(place));
        self
    }

    /// Whom a token names stands elsewhere than in `sub`, as an app's own tokens say `user_id`: a text, or a whole number.
    /// Who acts for them (`act`) is named there too, in tokens of issuers that are trusted beside this one as well.
    pub fn subject_at(mut self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.places.subject = Some(Place::of(place));
        self
    }

    /// Where the tenant stands that the caller acts for.
    pub fn tenant_at(mut self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.places.tenant = Some(Place::of(place));
        self
    }

    /// Who a token is for stands elsewhere than in `aud`: Cognito writes `client_id`.
    pub fn audience_at(mut self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audience_at = Place::of(place);
        self
    }

    /// A token with this text at this place names a program, not a person.
    ///
    /// So does, without being said, one whose `client_id` or `azp` is its subject (RFC 9068 §2.2), and one by which
    /// Auth0, Entra ID, Google, Keycloak and Okta say so in their own ways.
    pub fn machine_where(
        mut self,
        place: impl IntoIterator<Item = impl Into<String>>,
        text: impl Into<String>,
    ) -> Self {
        self.places.machine = Some((Place::of(place), text.into()));
        self
    }

    /// A token without this claim names a program: what only people's tokens have, where nothing else tells them apart
    /// for sure.
    pub fn machine_without(mut self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.places.person = Some(Place::of(place));
        self
    }
}

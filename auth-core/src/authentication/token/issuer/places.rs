use super::Issuer;
use crate::{
    Permissions, Roles,
    authentication::token::places::{Place, Shape, Source},
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
    pub fn roles_at<R: Roles>(
        mut self,
        place: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.places.sources.push(Source {
            vocabulary: R::VOCABULARY,
            place: Place::of(place),
            shape: Shape::Texts,
        });
        self
    }

    /// The app's roles are the keys of an object, as Zitadel writes them: `{"admin": {…}}`.
    pub fn roles_as_keys_at<R: Roles>(
        mut self,
        place: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.places.sources.push(Source {
            vocabulary: R::VOCABULARY,
            place: Place::of(place),
            shape: Shape::Keys,
        });
        self
    }

    /// The app's permissions stand elsewhere, a segment an object's key.
    pub fn permissions_at<P: Permissions>(
        mut self,
        place: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.places.sources.push(Source {
            vocabulary: P::VOCABULARY,
            place: Place::of(place),
            shape: Shape::Texts,
        });
        self
    }

    /// Scopes stand elsewhere than in `scope`, else `scp`.
    pub fn scopes_at(mut self, place: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.places.scopes = Some(Place::of(place));
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

    /// A token with this text at this place names a program, not a person: `["idtyp"]` and `"app"`.
    /// One whose `client_id` or `azp` is its subject always does.
    pub fn machine_where(
        mut self,
        place: impl IntoIterator<Item = impl Into<String>>,
        text: impl Into<String>,
    ) -> Self {
        self.places.machine = Some((Place::of(place), text.into()));
        self
    }
}

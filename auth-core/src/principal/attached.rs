use http::Extensions;

/// Values of the app's own on a principal, one a type.
///
/// `http::Extensions` is exactly that map; it stays private so that no request extension can
/// ever be mistaken for a value an authenticator vouched for.
#[derive(Clone, Default)]
pub(super) struct Attached(Extensions);

impl Attached {
    pub(super) fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.get()
    }

    /// Takes over what another one holds; what is of the same type is replaced.
    pub(super) fn replace(&mut self, other: &Self) {
        self.0.extend(other.0.clone());
    }

    pub(super) fn put<T: Clone + Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(value);
    }
}

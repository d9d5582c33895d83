use std::fmt;

/// Something about a router that can't work.
#[derive(Clone, Debug)]
pub struct WiringError {
    pub(super) route: String,
    pub(super) what: String,
    pub(super) cure: String,
}

/// Everything about a router that can't work, all at once.
#[derive(Clone, Debug)]
pub struct WiringErrors(pub(super) Vec<WiringError>);

impl WiringErrors {
    /// The faults, in the order of the routes.
    pub fn iter(&self) -> impl Iterator<Item = &WiringError> {
        self.0.iter()
    }
}

impl WiringError {
    /// Method, path and handler.
    #[must_use]
    pub fn route(&self) -> &str {
        &self.route
    }
}

impl fmt::Display for WiringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.route, self.what, self.cure)
    }
}

impl fmt::Display for WiringErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this router can't work")?;
        for error in &self.0 {
            write!(f, "\n  - {error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for WiringErrors {}

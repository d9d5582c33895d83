use std::fmt;

use http::Method;

use super::method::MountedHandler;
use crate::{
    authentication::dead_credentials::{DeadCredentials, Handlers},
    jobs::Program,
    rule::{PolicyKind, PolicyShape, Said},
};

/// What may be called, and by whom: one row a route and method, for reviews and tests.
///
/// Printed, it is a line a row, then a line for each policy that a row names, then one for each program of the app's own,
/// their columns separated by tabs.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    pub(super) rows: Vec<PolicyRow>,
    pub(super) programs: Vec<Program>,
}

/// One route's method and its policy.
#[derive(Clone, Debug)]
pub struct PolicyRow {
    pub(super) method: Option<Method>,
    pub(super) path: String,
    pub(super) handler: &'static str,
    pub(super) shape: &'static PolicyShape,
    pub(super) said: Option<Said>,
    pub(super) mounted: Mounted,
    pub(super) is_service: bool,
    pub(super) ignores_credentials: bool,
    pub(super) takes_cookies: bool,
}

/// Which requests reach a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mounted {
    /// Those that match its path.
    Path,
    /// Those below its path, too.
    Below,
    /// Those that match no path.
    UnknownPath,
    /// Those whose path is known, and whose method is not.
    UnknownMethod,
    /// Those that a router answers which lists none.
    Unlisted,
}

impl Policies {
    /// The rows, in the order they were mounted.
    pub fn iter(&self) -> impl Iterator<Item = &PolicyRow> {
        self.rows.iter()
    }

    /// The policies that rows name, and that those name, each once.
    fn named(&self) -> Vec<&'static PolicyShape> {
        let mut named = Vec::new();
        for row in &self.rows {
            row.shape.every_policy(&mut named);
        }
        named
    }

    /// Where dead credentials are taken for none; none where they nowhere are.
    pub(super) fn dead_credentials(&self) -> Option<DeadCredentials> {
        if !self.rows.iter().any(|row| row.ignores_credentials) {
            return None;
        }
        let mut dead = DeadCredentials::default();
        for row in &self.rows {
            let handlers = match row.mounted {
                Mounted::Path | Mounted::Below => {
                    self.handlers_at(row, |one| one.mounted == row.mounted)
                }
                Mounted::UnknownPath | Mounted::Unlisted => self.answering_below(row),
                Mounted::UnknownMethod => continue,
            };
            for pattern in row.patterns() {
                match row.mounted {
                    Mounted::Path | Mounted::Below => dead.route(pattern, handlers.clone()),
                    _ => dead.fallback(pattern, handlers.clone()),
                }
            }
        }
        Some(dead)
    }

    fn handlers_at(&self, row: &PolicyRow, of: impl Fn(&PolicyRow) -> bool) -> Handlers {
        let rows = self
            .rows
            .iter()
            .filter(|one| one.path == row.path && of(one));
        Handlers(
            rows.map(|one| (one.method.clone(), one.ignores_credentials))
                .collect(),
        )
    }

    /// What answers where no listed route does: the fallback there, or a route that isn't listed. Which of them it is can't be
    /// told, so dead credentials are none where they are to all of them.
    fn answering_below(&self, row: &PolicyRow) -> Handlers {
        let mut unlisted = self
            .rows
            .iter()
            .filter(|one| one.is_unlisted() && one.is_around(row));
        let all_ignore = unlisted.all(|one| one.ignores_credentials);
        let Handlers(mut handlers) =
            self.handlers_at(row, |one| one.mounted == Mounted::UnknownPath);
        if handlers.is_empty() {
            return Handlers(vec![(None, all_ignore)]);
        }
        for (_, ignores) in &mut handlers {
            *ignores &= all_ignore;
        }
        Handlers(handlers)
    }

    /// Takes dead credentials for none on all rows so far.
    pub(super) fn ignore_credentials(&mut self) {
        let rows = self.rows.iter_mut();
        for row in rows.filter(|row| !row.is_of_unknown_methods()) {
            row.ignores_credentials = true;
        }
    }

    /// Takes over another table's rows.
    pub(super) fn merge(&mut self, other: &Self) {
        self.rows.extend(other.rows.iter().cloned());
        self.programs.extend(other.programs.iter().cloned());
    }

    /// The same rows, whose paths stand under `prefix`.
    pub(super) fn under(&self, prefix: &str) -> Self {
        let stem = prefix.trim_end_matches('/');
        let rows = self.rows.iter().cloned().map(|mut row| {
            row.path = match row.path.as_str() {
                "/" | "" => prefix.to_owned(),
                inner => format!("{stem}{inner}"),
            };
            row
        });
        Self {
            rows: rows.collect(),
            programs: self.programs.clone(),
        }
    }

    /// Whether a row of one would answer what a row of the other does.
    pub(super) fn clash(&self, other: &Self) -> bool {
        let clashes = |row: &PolicyRow| self.rows.iter().any(|one| one.clashes(row));
        other.rows.iter().any(clashes)
    }

    /// Each row that another one before it clashes with, and that other one.
    pub(super) fn clashing(&self) -> impl Iterator<Item = (&PolicyRow, &PolicyRow)> {
        self.rows.iter().enumerate().filter_map(|(at, row)| {
            let mut before = self.rows.iter().take(at);
            before.find(|one| one.clashes(row)).map(|one| (row, one))
        })
    }
}

impl FromIterator<PolicyRow> for Policies {
    fn from_iter<I: IntoIterator<Item = PolicyRow>>(rows: I) -> Self {
        Self {
            rows: rows.into_iter().collect(),
            programs: Vec::new(),
        }
    }
}

impl From<PolicyRow> for Policies {
    fn from(row: PolicyRow) -> Self {
        Self {
            rows: vec![row],
            programs: Vec::new(),
        }
    }
}

impl PolicyRow {
    pub(super) fn of(path: &str, handler: MountedHandler, mounted: Mounted) -> Self {
        Self {
            method: handler.method,
            path: path.to_owned(),
            handler: handler.name,
            shape: handler.shape,
            said: handler.said,
            mounted,
            is_service: handler.is_service,
            ignores_credentials: handler.ignores_credentials,
            takes_cookies: handler.takes_cookies,
        }
    }

    fn clashes(&self, other: &Self) -> bool {
        let same = match (self.mounted, other.mounted) {
            (Mounted::Path, Mounted::Path) => self.method == other.method,
            (Mounted::UnknownPath, Mounted::UnknownPath) => {
                self.method == other.method || self.method.is_none() || other.method.is_none()
            }
            (Mounted::Path | Mounted::Below, Mounted::Path | Mounted::Below) => true,
            _ => false,
        };
        same && self.path == other.path
    }

    /// The method; none for a handler of any method.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// The method as it is printed.
    pub(super) fn method_name(&self) -> &str {
        self.method.as_ref().map_or("ANY", Method::as_str)
    }

    /// The full path template; of a fallback, the path it stands under.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The handler's path in the code.
    #[must_use]
    pub fn handler(&self) -> &'static str {
        self.handler
    }

    /// The policy in the words of its attribute.
    #[must_use]
    pub fn policy(&self) -> String {
        match self.shape.kind {
            PolicyKind::Public { .. } => "public".to_owned(),
            _ => self.shape.rule.to_owned(),
        }
    }

    /// Why anyone may call it; none where not anyone may.
    #[must_use]
    pub fn public_because(&self) -> Option<&'static str> {
        match self.shape.kind {
            PolicyKind::Public { because, .. } => {
                Some(self.said.map_or(because, |said| said.because))
            }
            _ => None,
        }
    }

    /// The file and line of the attribute, or of the policy's value.
    #[must_use]
    pub fn declared_at(&self) -> (&'static str, u32) {
        match self.said {
            Some(said) => (said.at.file(), said.at.line()),
            None => (self.shape.file, self.shape.line),
        }
    }

    /// Whether this is what answers requests that match no route.
    #[must_use]
    pub fn is_fallback(&self) -> bool {
        matches!(self.mounted, Mounted::UnknownPath | Mounted::UnknownMethod)
    }

    /// Whether dead credentials make the caller nobody here.
    #[must_use]
    pub fn ignores_credentials(&self) -> bool {
        self.ignores_credentials
    }

    pub(super) fn is_unlisted(&self) -> bool {
        self.mounted == Mounted::Unlisted
    }

    /// Whether it stands where another one does, or above that.
    fn is_around(&self, other: &Self) -> bool {
        let (stem, path) = (self.path.trim_end_matches('/'), other.path.as_str());
        path.strip_prefix(stem)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    pub(super) fn is_of_unknown_methods(&self) -> bool {
        self.mounted == Mounted::UnknownMethod
    }

    pub(super) fn is_at(&self, other: &Self) -> bool {
        (self.mounted, &self.path) == (other.mounted, &other.path)
    }

    /// The paths that it answers, as axum's matcher takes them.
    pub(super) fn patterns(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches('/');
        let below = format!("{stem}/{{*below}}");
        let root = format!("{stem}/");
        match self.mounted {
            Mounted::Path => vec![self.path.clone()],
            Mounted::Below | Mounted::UnknownPath | Mounted::Unlisted if stem.is_empty() => {
                vec![root, below]
            }
            Mounted::Below | Mounted::UnknownPath | Mounted::Unlisted => {
                vec![stem.to_owned(), root, below]
            }
            Mounted::UnknownMethod => Vec::new(),
        }
    }
}

impl fmt::Display for PolicyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.method_name();
        let which = match self.mounted {
            Mounted::Path => "",
            Mounted::Below => " and below",
            Mounted::UnknownPath => " (unknown path)",
            Mounted::UnknownMethod => " (unknown method)",
            Mounted::Unlisted => " (what a router answers that lists none)",
        };
        let path = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        write!(f, "{method} {path}{which}\t{}", self.policy())?;
        if let Some(because) = self.public_because() {
            write!(f, " because {because:?}")?;
        }
        if self.ignores_credentials {
            write!(f, ", ignores_credentials")?;
        }
        let (file, line) = self.declared_at();
        write!(f, "\t{file}:{line}")
    }
}

impl fmt::Display for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        for policy in self.named() {
            let PolicyShape {
                name,
                rule,
                words,
                file,
                line,
                ..
            } = policy;
            writeln!(f, "policy {name}\t{rule}\t{words}\t{file}:{line}")?;
        }
        for program in &self.programs {
            writeln!(f, "{program}")?;
        }
        Ok(())
    }
}

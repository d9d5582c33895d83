use std::{collections::HashSet, fmt, future::Future, hash::Hash};

/// Groups stand in each other so deep and no deeper.
const DEEPEST: usize = 16;

/// Why the groups that somebody is in could not be found out.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupsError<E> {
    /// The source did not answer.
    Source(E),
    /// Groups stand in each other deeper than sixteen levels: what lies beyond was not asked for.
    TooDeep,
}

/// The groups that somebody is in: `direct` ones, the groups that those are in, and so on, each once.
///
/// `of` answers for several groups at once which groups they are in, and is asked once a level. Groups
/// that contain each other end, and so does a source that names new ones for ever: that is an error,
/// since what can't be told must not look like *no*.
///
/// # Errors
///
/// What `of` fails with, and [`GroupsError::TooDeep`].
///
/// ```
/// use auth_core::{GroupsError, groups_of_groups};
/// use std::{convert::Infallible, future::ready};
///
/// # futures_util::future::FutureExt::now_or_never(async {
/// // Support is in staff, and staff, by mistake, in support.
/// let of = |groups: Vec<&'static str>| {
///     let around = |group| if group == "support" { "staff" } else { "support" };
///     ready(Ok::<_, Infallible>(groups.into_iter().map(around).collect()))
/// };
/// assert_eq!(groups_of_groups(vec!["support"], of).await, Ok(vec!["support", "staff"]));
///
/// // A source without an end.
/// let of = |groups: Vec<u64>| ready(Ok::<_, Infallible>(groups.into_iter().map(|n| n + 1).collect()));
/// assert_eq!(groups_of_groups(vec![1], of).await, Err(GroupsError::TooDeep));
/// # }).unwrap();
/// ```
pub async fn groups_of_groups<G, E, F, A>(
    direct: Vec<G>,
    mut of: F,
) -> Result<Vec<G>, GroupsError<E>>
where
    G: Clone + Eq + Hash,
    F: FnMut(Vec<G>) -> A,
    A: Future<Output = Result<Vec<G>, E>>,
{
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    let mut level = direct;
    for _ in 0..DEEPEST {
        level.retain(|group| seen.insert(group.clone()));
        if level.is_empty() {
            return Ok(all);
        }
        all.extend(level.iter().cloned());
        level = of(level).await.map_err(GroupsError::Source)?;
    }
    if level.iter().all(|group| seen.contains(group)) {
        Ok(all)
    } else {
        Err(GroupsError::TooDeep)
    }
}

impl<E: fmt::Display> fmt::Display for GroupsError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::TooDeep => write!(f, "groups stand in each other deeper than {DEEPEST} levels"),
        }
    }
}

impl<E: std::error::Error> std::error::Error for GroupsError<E> {}

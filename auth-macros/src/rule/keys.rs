/// What a rule of a list begins with.
const KEYS: [&str; 21] = [
    "authenticated",
    "role",
    "permission",
    "scope",
    "owns",
    "tenant",
    "relation",
    "policy",
    "when",
    "all",
    "any",
    "not",
    "unless",
    "forbid",
    "hide",
    "across_tenants",
    "fresh",
    "step_up",
    "may_change",
    "denied",
    "ignores_credentials",
];
/// All of them, as an error lists them.
pub(super) fn keys() -> String {
    let keys: Vec<_> = KEYS.iter().map(|key| format!("`{key}`")).collect();
    keys.join(", ")
}

/// The words for a key that is none.
pub(super) fn unknown_key(unknown: &str) -> String {
    let near = KEYS.iter().map(|key| (distance(unknown, key), key)).min();
    let near = near.filter(|(far, key)| *far <= 2 && *far < key.len());
    let guess = near
        .map(|(_, key)| format!("; did you mean `{key}`?"))
        .unwrap_or_default();
    format!(
        "unknown key `{unknown}`{guess} (a rule says one of {})",
        keys()
    )
}

/// How many letters must be added, left out or changed.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut last = i + 1;
        let mut next = vec![last];
        for ((to, up), diagonal) in b.chars().zip(row.iter().skip(1)).zip(&row) {
            let change = diagonal + usize::from(from != to);
            last = change.min(up + 1).min(last + 1);
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

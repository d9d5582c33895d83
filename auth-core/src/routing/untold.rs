//! Resources of which a path names one below the other, where nothing would tell that they don't belong together.

use crate::{
    resource::{KeyAt, ancestors, check_key},
    rule::{Id, PolicyShape, ResourceId},
};

/// Two resources that a rule speaks of and that a path names.
pub(super) struct Untold {
    pub(super) above: ResourceId,
    pub(super) below: ResourceId,
}

impl Untold {
    /// What to write.
    pub(super) fn cure(&self) -> String {
        let (above, below) = (&self.above, &self.below);
        let (above_name, below_name) = (above.id.name, below.id.name);
        let both = format!(
            "say how they belong together: `when = |{}: &{above_name}, {}: &{below_name}| …`",
            above.kind, below.kind
        );
        if above.id.same(&above.inner) {
            format!(
                "mark the field of `{below_name}` that says whose it is, `#[parent({above_name})]`; take a `Granted` of each that \
                 stands between them; or {both}"
            )
        } else {
            format!(
                "write `#[resource(transparent, beside)]` on `{above_name}`, where the {} needn't be in it; or {both}",
                below.kind
            )
        }
    }
}

/// What nothing tells about the resources of one row.
///
/// A resource is compared with its own parents when it is loaded, by the keys that the path has of them. Nobody compares it
/// with their parents in turn, unless each between them is loaded for the handler, nor with what is a newtype of one.
pub(super) fn untold(
    path: &str,
    shape: &'static PolicyShape,
    resources: &[ResourceId],
) -> Vec<Untold> {
    let mut untold = Vec::new();
    for below in resources.iter().filter(|one| !one.proposed) {
        for above in named_above(path, below, resources) {
            if !is_compared(path, shape, below, &above.id)
                && !is_compared(path, shape, &above, &below.id)
                && !shape.conditions_take_both(&above.id, &below.id)
            {
                untold.push(Untold {
                    above,
                    below: *below,
                });
            }
        }
    }
    untold
}

/// What a path names that stands above a resource: what the rule speaks of, and each of its ancestors.
fn named_above(path: &str, below: &ResourceId, resources: &[ResourceId]) -> Vec<ResourceId> {
    let ancestors = ancestors(below.parents);
    let is_above = |above: &ResourceId| {
        let others = !above.id.same(&below.id) && !above.beside && !above.proposed;
        let beside = below.beside && above.inner.same(&below.inner);
        others && !beside && ancestors.iter().any(|one| one.inner.same(&above.inner))
    };
    let mut named: Vec<_> = resources
        .iter()
        .filter(|one| is_above(one))
        .copied()
        .collect();
    for ancestor in &ancestors {
        let unnamed = named.iter().all(|known| !known.id.same(&ancestor.id));
        let in_path = !matches!(ancestor.key_at, KeyAt::Query(_))
            && check_key(path, ancestor.kind, ancestor.key_at).is_ok();
        let above = ancestor.as_resource();
        if unnamed && in_path && is_above(&above) {
            named.push(above);
        }
    }
    named
}

/// Whether a path that names what is `above` over `below` is missing where they don't agree.
fn is_compared(path: &str, shape: &'static PolicyShape, below: &ResourceId, above: &Id) -> bool {
    let mut met = vec![below.id.of];
    let mut next = vec![below.parents];
    while let Some(parents) = next.pop() {
        for parent in parents {
            if met.contains(&parent.id.of) || check_key(path, parent.kind, parent.key_at).is_err() {
                continue;
            }
            met.push(parent.id.of);
            if parent.id.same(above) {
                return true;
            }
            let mut granted = shape.granted.iter();
            if granted.any(|granted| granted.resource.id.same(&parent.id)) {
                next.push((parent.parents)());
            }
        }
    }
    false
}

//! Resources of which a path names one below the other, where nothing would tell that they don't belong together.

use crate::{
    resource::{Parent, check_key},
    rule::{PolicyShape, ResourceId},
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
    for below in resources {
        for above in resources {
            let other = !above.id.same(&below.id) && !above.beside && !below.beside;
            if other
                && !above.proposed
                && !below.proposed
                && is_above(above, below.parents, &mut Vec::new())
                && !is_compared(path, shape, below, above)
                && !is_compared(path, shape, above, below)
                && !shape.conditions_take_both(&above.id, &below.id)
            {
                let (above, below) = (*above, *below);
                untold.push(Untold { above, below });
            }
        }
    }
    untold
}

/// Whether a resource, or what it is a newtype of, is among these parents or above them.
fn is_above(above: &ResourceId, parents: &[Parent], met: &mut Vec<std::any::TypeId>) -> bool {
    parents.iter().any(|parent| {
        if met.contains(&parent.id.of) {
            return false;
        }
        met.push(parent.id.of);
        parent.id.same(&above.inner) || is_above(above, (parent.parents)(), met)
    })
}

/// Whether a path that names `above` over `below` is missing where they don't agree.
fn is_compared(
    path: &str,
    shape: &'static PolicyShape,
    below: &ResourceId,
    above: &ResourceId,
) -> bool {
    let mut met = vec![below.id.of];
    let mut next = vec![below.parents];
    while let Some(parents) = next.pop() {
        for parent in parents {
            if met.contains(&parent.id.of) || check_key(path, parent.kind, parent.key_at).is_err() {
                continue;
            }
            met.push(parent.id.of);
            if parent.id.same(&above.id) {
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

//! Cedar, with its policies and entities parsed beforehand, as an app would keep them.

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};

/// Policies, and one question to them.
#[derive(Debug)]
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    request: Request,
}

impl Cedar {
    /// Whether ann may do something with ticket 7.
    ///
    /// # Panics
    ///
    /// Where anything of it can't be parsed.
    #[must_use]
    pub fn of(policies: &str, entities: &str, action: &str) -> Self {
        let entity = |kind: &str, id: &str| {
            let text = format!("{kind}::{id:?}");
            text.parse::<EntityUid>().expect("an entity's name")
        };
        Self {
            authorizer: Authorizer::new(),
            policies: policies.parse().expect("policies"),
            entities: Entities::from_json_str(entities, None).expect("entities"),
            request: Request::new(
                entity("User", "ann"),
                entity("Action", action),
                entity("Ticket", "7"),
                Context::empty(),
                None,
            )
            .expect("a request"),
        }
    }

    /// What it decides.
    #[must_use]
    pub fn allows(&self) -> bool {
        let answer = self
            .authorizer
            .is_authorized(&self.request, &self.policies, &self.entities);
        answer.decision() == Decision::Allow
    }
}

/// Ann, who is a writer, and whose ticket 7 is.
pub const ANN_OWNS: &str = r#"[
    {"uid": {"type": "User", "id": "ann"}, "attrs": {}, "parents": [{"type": "Role", "id": "writer"}]},
    {"uid": {"type": "Role", "id": "writer"}, "attrs": {}, "parents": []},
    {"uid": {"type": "Ticket", "id": "7"}, "attrs": {"author": {"__entity": {"type": "User", "id": "ann"}}}, "parents": []}
]"#;

//! A router whose every route declares its policy.
//!
//! What isn't declared doesn't compile; what can't work is refused at start, all faults at once.

mod answer;
mod authenticate;
mod faults;
mod guarded;
mod layer;
mod method;
mod policies;
mod public;
mod respelled;
mod router;
mod served;
mod service;
mod settings;
mod template;
mod unauthenticated;
mod unheard;
mod untold;
mod verbs;
mod wiring;

pub use guarded::{Declared, WithPolicy, guarded};
pub use layer::RouteLayer;
pub use method::{IntoPolicyMethodRouter, PolicyMethodRouter, any, on};
pub use policies::{Policies, PolicyRow};
pub use public::{Public, public};
pub use router::{IntoPolicyRouter, PolicyRouter};
pub use served::Guarded;
pub use service::ServiceUnder;
pub(crate) use template::{is_mounted, route, template};
pub use verbs::{connect, delete, get, head, options, patch, post, put, trace};
pub use wiring::{WiringError, WiringErrors};

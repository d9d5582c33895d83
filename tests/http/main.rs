//! What a request is answered, by behaviour.

mod claiming;
mod context;
mod credentials;
mod explain;
mod forwarded;
mod headers;
mod hide;
mod keys;
mod load_once;
mod log;
mod matrix;
mod methods;
mod nesting;
mod order;
mod own_authenticator;
mod paths;
mod proxies;
mod relations;
mod served;
mod settings;
mod several;
mod step_up;
mod table;
mod tcp;
mod tenants;
mod wiring;

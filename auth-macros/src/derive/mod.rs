//! The derives: the app's own types become vocabulary, resources and identifiers.

mod key_at;
mod lineage;
mod marks;
mod newtype;
pub(crate) mod relations;
pub(crate) mod resource;
pub(crate) mod subject;
mod variants;
pub(crate) mod vocabulary;

//! The derives: the app's own types become vocabulary, resources and identifiers.

pub(crate) mod resource;
pub(crate) mod subject;
pub(crate) mod vocabulary;

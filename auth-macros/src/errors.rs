use proc_macro2::{Span, TokenStream};
use syn::Error;

/// All mistakes of one attribute: they are reported together, each once.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn at(&mut self, span: Span, words: impl std::fmt::Display) {
        self.push(Error::new(span, words));
    }

    pub(crate) fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// The mistakes as `compile_error!`s; none where there were none.
    pub(crate) fn finish(self) -> Option<TokenStream> {
        self.0.map(|errors| errors.to_compile_error())
    }
}

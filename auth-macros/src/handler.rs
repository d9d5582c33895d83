use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, FnArg, GenericArgument, PathArguments, Signature, Type, TypePath, Visibility,
    parse::{Parse, ParseStream},
    spanned::Spanned,
};

use crate::{errors::Errors, name::ours, rule};

/// A function whose body stays what was typed: it costs nothing to read, and may be half-written.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attributes,
            visibility,
            signature,
            body,
        } = self;
        tokens.extend(quote!(#(#attributes)* #visibility #signature #body));
    }
}

/// So many arguments clippy lets pass.
const CLIPPY_ARGUMENTS: usize = 7;

/// A `Granted<T>` or `Granted<T, P>` argument.
pub(crate) struct GrantedArgument {
    pub(crate) resource: Type,
    pub(crate) policy: Option<Type>,
}

impl Function {
    pub(crate) fn policy_name(&self) -> Ident {
        let name = &self.signature.ident;
        format_ident!("__policy_of_{}", name, span = ours(name.span()))
    }

    /// The function's `#[cfg]`s: what stands beside it stands and falls with it.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
    }

    /// Puts the guard before every other extractor.
    pub(crate) fn guard(&mut self) {
        let policy = self.policy_name();
        // The guard is not the user's argument too many.
        if self.signature.inputs.len() == CLIPPY_ARGUMENTS {
            let allowed = syn::parse_quote!(#[allow(clippy::too_many_arguments)]);
            self.attributes.push(allowed);
        }
        let guard = syn::parse_quote!(_: ::auth_core::Guard<#policy>);
        self.signature.inputs.insert(0, guard);
    }

    pub(crate) fn granted(&self) -> Vec<GrantedArgument> {
        self.argument_types().filter_map(granted).collect()
    }

    fn argument_types(&self) -> impl Iterator<Item = &Type> {
        let arguments = self.signature.inputs.iter();
        arguments.filter_map(|argument| match argument {
            FnArg::Typed(typed) => Some(&*typed.ty),
            FnArg::Receiver(_) => None,
        })
    }

    /// What keeps a function from being a handler, in words before rustc says it in types.
    pub(crate) fn check(&self, attribute: &str, errors: &mut Errors) {
        let signature = &self.signature;
        if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
            errors.at(receiver.span(), format_args!(
                "`#[{attribute}]` works on free functions: move this handler out of the `impl` block"
            ));
        }
        if !self.has_body() {
            errors.at(
                signature.ident.span(),
                format_args!("`#[{attribute}]` stands on a function with a body: a trait's method is no handler"),
            );
        }
        if let Some(constant) = &signature.constness {
            errors.at(
                constant.span(),
                "a handler is an `async fn`, never a `const fn`",
            );
        }
        if signature.asyncness.is_none() && signature.constness.is_none() {
            errors.at(
                signature.fn_token.span,
                "a handler is an `async fn`: write `async fn`",
            );
        }
        if let Some(sixteenth) = signature.inputs.iter().nth(15) {
            errors.at(sixteenth.span(),
                "a handler takes at most 15 arguments beside its guard: put some into one `FromRequestParts` struct");
        }
        for other in &self.attributes {
            let last = other
                .path()
                .segments
                .last()
                .map(|segment| segment.ident.to_string());
            if let Some(name @ ("requires" | "public")) = last.as_deref() {
                let words = if name == "public" || attribute == "public" {
                    "a handler is either public or guarded: keep one of `#[public]` and `#[requires]`"
                } else {
                    "a handler takes one `#[requires]`: combine the rules, as in `#[requires(role = Writer, owns = Ticket)]`"
                };
                errors.at(other.path().span(), words);
            }
        }
        self.check_extractors(errors);
        let mut handed: Vec<String> = Vec::new();
        for argument in self.granted() {
            let resource = rule::words(argument.resource.to_token_stream());
            if attribute == "public" {
                errors.at(argument.resource.span(), format_args!(
                    "a public handler proves nothing about a `{resource}`: declare with `#[requires(...)]` what it takes"
                ));
            } else if handed.contains(&resource) {
                errors.at(argument.resource.span(), format_args!(
                    "the `{resource}` that was checked is handed out once: take one `Granted<{resource}>`"
                ));
            }
            handed.push(resource);
        }
        if self.is_guarded() {
            errors.at(
                signature.ident.span(),
                "this handler has a guard already: one attribute declares the whole policy",
            );
        }
    }

    /// Puts what reads the body last, so that where it stood is no second error.
    pub(crate) fn read_body_last(&mut self) {
        let inputs = std::mem::take(&mut self.signature.inputs);
        let reads = |argument: &FnArg| matches!(argument, FnArg::Typed(typed) if reads_body(&typed.ty).is_some());
        let (readers, others): (Vec<_>, Vec<_>) = inputs.into_iter().partition(reads);
        self.signature.inputs = others.into_iter().chain(readers).collect();
    }

    /// What of its arguments axum can't extract, as far as their names tell.
    fn check_extractors(&self, errors: &mut Errors) {
        let types: Vec<&Type> = self.argument_types().collect();
        for ty in &types {
            if let Type::Reference(reference) = ty
                && granted(&reference.elem).is_some()
            {
                let shown = rule::words(reference.elem.to_token_stream());
                errors.at(
                    ty.span(),
                    format_args!("a handler takes it by value: `{shown}`"),
                );
            } else if let Some(inner) = option_of(ty).filter(|inner| granted(inner).is_some()) {
                let shown = rule::words(inner.to_token_stream());
                errors.at(ty.span(), format_args!(
                    "a grant is there or the request is refused; to answer a refusal by yourself take `Result<{shown}, Denied>`"
                ));
            }
        }
        let before_last = types.split_last().map_or(&[][..], |(_, before)| before);
        for ty in before_last {
            if let Some(body) = reads_body(ty) {
                errors.at(
                    ty.span(),
                    format_args!("`{body}` reads the request's body, so it stands last"),
                );
            }
        }
    }

    pub(crate) fn has_body(&self) -> bool {
        self.body.to_string() != ";"
    }

    pub(crate) fn is_guarded(&self) -> bool {
        let Some(FnArg::Typed(first)) = self.signature.inputs.first() else {
            return false;
        };
        let Type::Path(TypePath { path, .. }) = &*first.ty else {
            return false;
        };
        let mut names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        path.leading_colon.is_some()
            && names.next().as_deref() == Some("auth_core")
            && names.next().as_deref() == Some("Guard")
    }
}

fn granted(ty: &Type) -> Option<GrantedArgument> {
    let Type::Path(TypePath {
        qself: None, path, ..
    }) = ty
    else {
        return None;
    };
    let last = path.segments.last()?;
    if last.ident != "Granted" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    Some(GrantedArgument {
        resource: types.next()?,
        policy: types.next(),
    })
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(TypePath {
            qself: None, path, ..
        }) => path.segments.last(),
        _ => None,
    }
}

/// The `T` of an `Option<T>`.
fn option_of(ty: &Type) -> Option<&Type> {
    let last = last_segment(ty).filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// What axum's extractor is called that reads the body, if this is one by its name.
fn reads_body(ty: &Type) -> Option<&Ident> {
    const READERS: [&str; 6] = ["Json", "Form", "Multipart", "Bytes", "String", "Request"];

    let name = &last_segment(ty)?.ident;
    READERS.iter().any(|reader| name == reader).then_some(name)
}

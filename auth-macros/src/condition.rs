//! `#[condition]`: a function becomes something a rule can name.
//!
//! A type of the function's name stands in the type namespace beside it; it says what the function
//! takes, and how it is asked.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Attribute, Expr, ExprClosure, FnArg, GenericArgument, Generics, Pat, PatType, PathArguments,
    ReturnType, Token, Type, parse::ParseStream, parse::Parser, parse2, spanned::Spanned,
};

use crate::{doc, errors::Errors, handler::Function, name::ours, rule};

const ARGUMENTS: &str = "a condition takes `&Principal`, `Option<&Principal>`, `&Context`, `&SomeResource` or `State<T>`; a value that each use gives is marked `#[param]`";

/// What an argument is given.
enum Argument {
    Principal,
    MaybePrincipal,
    Context,
    State(Type),
    Resource(Type),
    Param(Ident, Type),
}

/// What is called: a function or a closure.
pub(crate) struct Callee {
    call: TokenStream,
    arguments: Vec<Argument>,
    waits: bool,
    answer: Option<Type>,
    words: String,
}

impl Callee {
    pub(crate) fn closure(closure: &ExprClosure) -> Self {
        let typed = closure.inputs.iter().filter_map(|input| match input {
            Pat::Type(PatType { ty, .. }) => Some(argument(ty)),
            _ => None,
        });
        let arguments = typed.collect();
        Self {
            call: quote!((#closure)),
            arguments,
            waits: closure.asyncness.is_some() || matches!(&*closure.body, Expr::Async(_)),
            answer: None,
            words: rule::words(closure.to_token_stream()),
        }
    }

    fn function(function: &Function, errors: &mut Errors) -> Self {
        let signature = &function.signature;
        let mut arguments = Vec::new();
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(receiver) => errors.at(
                    receiver.span(),
                    "`#[condition]` works on free functions: move it out of the `impl` block",
                ),
                FnArg::Typed(typed) if is_param(&typed.attrs) => {
                    let at = arguments.len();
                    let field = format_ident!("p{at}", span = ours(typed.span()));
                    arguments.push(Argument::Param(field, (*typed.ty).clone()));
                }
                FnArg::Typed(typed) => match argument(&typed.ty) {
                    Argument::Param(..) => errors.at(typed.ty.span(), ARGUMENTS),
                    known => arguments.push(known),
                },
            }
        }
        if let Some(parameter) = signature.generics.params.first() {
            errors.at(
                parameter.span(),
                "a condition has no generic parameters: name the types",
            );
        }
        let answer = match &signature.output {
            ReturnType::Type(_, ty) => Some((**ty).clone()),
            ReturnType::Default => {
                errors.at(
                    signature.ident.span(),
                    "a condition answers: write `-> bool` or `-> Result<bool, _>`",
                );
                None
            }
        };
        let words = doc::words(&function.attributes);
        let name = &signature.ident;
        Self {
            call: name.to_token_stream(),
            arguments,
            waits: signature.asyncness.is_some(),
            answer,
            words: if words.is_empty() {
                name.to_string()
            } else {
                words
            },
        }
    }

    fn has_params(&self) -> bool {
        self.params().next().is_some()
    }

    fn params(&self) -> impl Iterator<Item = (&Ident, &Type)> {
        self.arguments.iter().filter_map(|argument| match argument {
            Argument::Param(field, ty) => Some((field, ty)),
            _ => None,
        })
    }
}

/// `#[condition]` on a function.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut twin = None;
    let read = |input: ParseStream<'_>| {
        if !input.is_empty() {
            input.parse::<Token![as]>()?;
            input.parse::<Token![=]>()?;
            twin = Some(input.parse::<Ident>()?);
        }
        Ok(())
    };
    if let Err(error) = read.parse2(attribute) {
        errors.at(
            error.span(),
            "`#[condition]` takes nothing, or a name for its type: `#[condition(as = IsUnlocked)]`",
        );
    }
    let Ok(mut function) = parse2::<Function>(item.clone()) else {
        errors.at(item.span(), "`#[condition]` stands on a function");
        let errors = errors.finish();
        return quote!(#errors #item);
    };
    let callee = Callee::function(&function, &mut errors);
    for input in &mut function.signature.inputs {
        if let FnArg::Typed(typed) = input {
            typed
                .attrs
                .retain(|attribute| !attribute.path().is_ident("param"));
        }
    }
    if let Some(errors) = errors.finish() {
        return quote!(#errors #function);
    }
    let twin = twin.unwrap_or_else(|| function.signature.ident.clone());
    let visibility = &function.visibility;
    let conditions: Vec<_> = function.conditions().collect();
    let (fields, types): (Vec<_>, Vec<_>) = callee.params().unzip();
    let impls = impls(&twin.to_token_stream(), &Generics::default(), &callee);
    let with = (!fields.is_empty()).then(|| {
        quote! {
            #(#conditions)*
            #[automatically_derived]
            impl #twin {
                #[doc(hidden)]
                #visibility const fn __with_parameters(#(#fields: #types),*) -> Self {
                    Self { #(#fields),* }
                }
            }
        }
    });
    quote! {
        #function
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_debug_implementations)]
        #visibility struct #twin { #(#fields: #types),* }
        #with
        #(#conditions)*
        #impls
    }
}

/// The impls that make `name` a condition.
pub(crate) fn impls(name: &TokenStream, generics: &Generics, callee: &Callee) -> TokenStream {
    let (shape_parameters, _, _) = generics.split_for_impl();
    let parameters = &generics.params;
    let (mut aliases, mut bounds, mut looks) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ids, mut bindings, mut passed) = (Vec::new(), Vec::new(), Vec::new());
    let mut about_principal = false;
    let sees_principal = callee
        .arguments
        .iter()
        .any(|argument| matches!(argument, Argument::Principal | Argument::MaybePrincipal));
    for (at, argument) in callee.arguments.iter().enumerate() {
        let local = format_ident!("__a{at}");
        match argument {
            Argument::Principal => {
                about_principal = true;
                bindings.push(
                    quote!(let ::core::option::Option::Some(#local) = __known.principal() else {
                    return __p::Truth::False;
                };),
                );
            }
            Argument::MaybePrincipal => bindings.push(quote!(let #local = __known.principal();)),
            Argument::Context => bindings.push(quote!(let #local = __known.context();)),
            Argument::State(ty) => {
                bounds.push(quote!(#ty: __p::FromRef<__S>));
                bindings.push(
                    quote!(let #local = __p::State(<#ty as __p::FromRef<__S>>::from_ref(__state));),
                );
            }
            Argument::Param(field, _) => {
                bindings.push(quote!(let #local = ::core::clone::Clone::clone(&self.#field);));
            }
            Argument::Resource(ty) => {
                let (alias, loads) = (format_ident!("__L{at}"), format_ident!("__K{at}"));
                let (demand, found) = (demands(&alias, ty), rule::found(&alias));
                aliases.push(quote! {
                    type #alias = #ty;
                    const #loads: bool = #found;
                    #demand
                });
                let look = quote!(<__p::Seen<#alias, { #loads }> as __p::Look<__S>>);
                bounds.push(quote!(__p::Seen<#alias, { #loads }>: __p::Look<__S, Of = #alias>));
                looks.push(quote!(#look::NEED));
                ids.push(quote!(__p::Asked::<#alias>::ID));
                bindings.push(
                    quote!(let ::core::option::Option::Some(#local) = #look::look(__known) else {
                    return __p::Truth::Unknown(__p::Why::Missing);
                };),
                );
            }
        }
        passed.push(local.to_token_stream());
    }
    // Every name of ours that the user's call can see begins with `__`: a condition may be called `state`.
    let (call, words) = (&callee.call, &callee.words);
    let wait = callee.waits.then(|| quote!(.await));
    // The answer's type is written once, so that a wrong one is one error, at its place.
    let at = ours(
        callee
            .answer
            .as_ref()
            .map_or_else(Span::call_site, Spanned::span),
    );
    let answer = quote_spanned!(at=> __p::Answer::truth(#call(#(#passed),*)#wait));
    let body = quote!(#(#bindings)* #answer);
    let asked = ask(name, parameters, &bounds, &looks, &body, callee);
    let has_parameters = callee.has_params();
    quote! {
        const _: () = {
            use ::auth_core::__private as __p;
            #[allow(unused_imports)]
            use __p::Otherwise as _;
            #(#aliases)*
            #[automatically_derived]
            impl #shape_parameters __p::ConditionShapeOf for #name {
                const SHAPE: &'static __p::ConditionShape = &__p::ConditionShape {
                    words: #words,
                    about_principal: #about_principal,
                    sees_principal: #sees_principal,
                    resources: &[#(#ids),*],
                };
                const PARAMETERS: bool = #has_parameters;
            }
            #asked
        };
    }
}

fn ask(
    name: &TokenStream,
    parameters: &impl ToTokens,
    bounds: &[TokenStream],
    looks: &[TokenStream],
    body: &TokenStream,
    callee: &Callee,
) -> TokenStream {
    let head = quote! {
        #[automatically_derived]
        impl<__S: ::core::marker::Send + ::core::marker::Sync + 'static, #parameters>
    };
    let (call, wait) = (
        quote!(__known: &__p::Known<'_>, __state: &__S),
        quote!(__known: &'__a __p::Known<'__a>, __state: &'__a __S),
    );
    if callee.has_params() {
        let waits = callee.waits;
        let (called, waited) = if waits {
            (
                quote!(let _ = (__known, __state); __p::Truth::False),
                body.clone(),
            )
        } else {
            (
                body.clone(),
                quote!(let _ = (__known, __state, self); __p::Truth::False),
            )
        };
        return quote! {
            #head __p::ParamCondition<__S> for #name where #(#bounds,)* {
                const NEEDS: &'static [__p::Need<__S>] = &[#(#looks),*];
                const ASYNC: bool = #waits;
                #[allow(unused_variables)]
                fn call(&self, #call) -> __p::Truth {
                    #called
                }
                #[allow(unused_variables)]
                fn wait<'__a>(self, #wait) -> __p::BoxFuture<'__a, __p::Truth> {
                    ::std::boxed::Box::pin(async move { #waited })
                }
            }
        };
    }
    let ask = if callee.waits {
        quote! {
            #[allow(unused_variables)]
            fn __wait<'__a, __S: ::core::marker::Send + ::core::marker::Sync + 'static>(#wait) -> __p::BoxFuture<'__a, __p::Truth>
            where #(#bounds,)*
            {
                ::std::boxed::Box::pin(async move { #body })
            }
            __p::Ask::Wait(__wait::<__S>)
        }
    } else {
        quote! {
            #[allow(unused_variables)]
            fn __call<__S: ::core::marker::Send + ::core::marker::Sync + 'static>(#call) -> __p::Truth
            where #(#bounds,)*
            {
                #body
            }
            __p::Ask::Call(__call::<__S>)
        }
    };
    quote! {
        #head __p::Condition<__S> for #name where #(#bounds,)* {
            const NEEDS: &'static [__p::Need<__S>] = &[#(#looks),*];
            const ASK: __p::Ask<__S> = { #ask };
        }
    }
}

fn demands(alias: &Ident, ty: &Type) -> TokenStream {
    let shown = rule::words(ty.to_token_stream());
    let at = ours(ty.span());
    let resource =
        format!("`{shown}` is not a resource: add `#[derive(Resource)]` to it; {ARGUMENTS}");
    let loads = format!("`{shown}` says nowhere how it is found: write `impl Load for {shown}`");
    let found = rule::found(alias);
    quote_spanned! {at=>
        const _: () = __p::demand(__p::Asked::<#alias>::RESOURCE, #resource);
        const _: () = __p::demand(!__p::Asked::<#alias>::RESOURCE || #found, #loads);
    }
}

fn argument(ty: &Type) -> Argument {
    match ty {
        Type::Reference(reference) => match last_segment(&reference.elem) {
            Some(name) if name == "Principal" => Argument::Principal,
            Some(name) if name == "Context" => Argument::Context,
            _ => Argument::Resource((*reference.elem).clone()),
        },
        Type::Path(path) => {
            let last = path.path.segments.last();
            let inner = last.and_then(|last| match &last.arguments {
                PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                    Some(GenericArgument::Type(ty)) => Some((last.ident.to_string(), ty)),
                    _ => None,
                },
                _ => None,
            });
            match inner {
                Some((name, inner)) if name == "State" => Argument::State(inner.clone()),
                Some((name, Type::Reference(of)))
                    if name == "Option"
                        && last_segment(&of.elem).is_some_and(|name| name == "Principal") =>
                {
                    Argument::MaybePrincipal
                }
                _ => Argument::Param(format_ident!("unknown"), ty.clone()),
            }
        }
        other => Argument::Param(format_ident!("unknown"), other.clone()),
    }
}

fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

fn is_param(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("param"))
}

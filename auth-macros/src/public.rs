use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    LitStr, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    parse2,
    spanned::Spanned,
};

use crate::{
    errors::Errors,
    handler::Function,
    name::{id, ours},
    stand_in,
};

const REASON: &str = "a public handler says why anyone may call it: `#[public(because = \"...\")]`";

#[derive(Default)]
struct Written {
    because: Option<LitStr>,
    ignores_credentials: Option<Ident>,
}

/// `#[public(because = "…")]` on a handler.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut written = Written::default();
    let parse = |input: ParseStream<'_>| read(input, &mut written);
    if let Err(error) = parse.parse2(attribute.clone()) {
        errors.push(error);
    } else {
        match &written.because {
            None => errors.at(Span::call_site(), REASON),
            Some(because) if because.value().trim().is_empty() => errors.at(because.span(), REASON),
            Some(_) => {}
        }
    }
    let function = match parse2::<Function>(item.clone()) {
        Ok(function) => Some(function),
        Err(_) => {
            errors.at(
                item.span(),
                "`#[public]` stands on a handler: an `async fn`",
            );
            None
        }
    };
    if let Some(function) = &function {
        function.check("public", &mut errors);
    }
    if let Some(errors) = errors.finish() {
        return stand_in::handler(errors, item);
    }
    match function {
        Some(function) => emit(function, &written, ours(attribute.span())),
        None => item,
    }
}

fn read(input: ParseStream<'_>, written: &mut Written) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(LitStr) {
            return Err(syn::Error::new(input.span(), REASON));
        }
        let key = input.call(Ident::parse_any)?;
        let twice = match key.to_string().as_str() {
            "because" => {
                input.parse::<Token![=]>()?;
                written.because.replace(input.parse()?).is_some()
            }
            "ignores_credentials" => written.ignores_credentials.replace(key.clone()).is_some(),
            other => {
                return Err(syn::Error::new(
                    key.span(),
                    format_args!(
                        "unknown key `{other}`; `#[public]` takes `because = \"...\"` and `ignores_credentials`"
                    ),
                ));
            }
        };
        if twice {
            return Err(syn::Error::new(
                key.span(),
                format_args!("`{key}` is said twice"),
            ));
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

fn emit(mut function: Function, written: &Written, at: Span) -> TokenStream {
    let (policy, visibility) = (function.policy_name(), function.visibility.clone());
    let name = function.signature.ident.to_string();
    let conditions: Vec<_> = function.conditions().cloned().collect();
    function.guard();
    let because = &written.because;
    let ignores_credentials = written.ignores_credentials.is_some();
    let id = id(&name, &quote!(), at);
    let line = quote_spanned!(at=> ::core::line!());
    quote! {
        #function
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #[derive(Debug)]
        #visibility struct #policy;
        #(#conditions)*
        const _: () = {
            use ::auth_core::__private as __p;
            #[automatically_derived]
            impl __p::Shape for #policy {
                const SHAPE: &'static __p::PolicyShape = &__p::PolicyShape {
                    id: #id,
                    name: #name,
                    kind: __p::PolicyKind::Public { because: #because },
                    ignores_credentials: #ignores_credentials,
                    file: ::core::file!(),
                    line: #line,
                    stand_in: false,
                    labels: &__p::Labels::of("public"),
                    ..__p::STAND_IN
                };
            }
            #[automatically_derived]
            impl<__S: 'static> __p::Policy<__S> for #policy {
                const GRANTS: __p::Rule<__S> = __p::Rule::Always;
                const VETOES: __p::Rule<__S> = __p::Rule::Any(&[]);
            }
        };
    }
}

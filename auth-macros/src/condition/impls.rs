use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, Type, spanned::Spanned};

use super::{
    argument::{ARGUMENTS, Argument},
    callee::Callee,
};
use crate::{name::ours, rule};

/// The impls that make `name` a condition.
pub(crate) fn impls(name: &TokenStream, generics: &Generics, callee: &Callee) -> TokenStream {
    let (shape_parameters, _, _) = generics.split_for_impl();
    let about = |argument: fn(&Argument) -> bool| callee.arguments.iter().any(argument);
    let about_principal = about(|argument| matches!(argument, Argument::Principal));
    let sees_principal = about_principal || about(|one| matches!(one, Argument::MaybePrincipal));
    let sees_context = about(|one| matches!(one, Argument::Context));
    let how = How::of(callee);
    let given = Given::to(callee, how);
    let (aliases, ids, words) = (&given.aliases, &given.ids, &callee.words);
    let asked = ask(name, &generics.params, callee, how, &given);
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
                    sees_context: #sees_context,
                    resources: &[#(#ids),*],
                };
                const PARAMETERS: bool = #has_parameters;
            }
            #asked
        };
    }
}

/// What a condition is given: where it comes from, and what that demands.
#[derive(Default)]
struct Given {
    aliases: Vec<TokenStream>,
    bounds: Vec<TokenStream>,
    /// The resources it looks at.
    looks: Vec<TokenStream>,
    ids: Vec<TokenStream>,
    bindings: Vec<TokenStream>,
    passed: Vec<Ident>,
}

impl Given {
    fn to(callee: &Callee, how: How) -> Self {
        let mut given = Self::default();
        for (at, argument) in callee.arguments.iter().enumerate() {
            let local = format_ident!("__a{at}");
            let binding = given.argument(at, argument, &local, how);
            given.bindings.push(binding);
            given.passed.push(local);
        }
        given
    }

    fn argument(&mut self, at: usize, argument: &Argument, local: &Ident, how: How) -> TokenStream {
        let some = quote!(let ::core::option::Option::Some(#local));
        match argument {
            Argument::Principal => {
                let nobody = how.answer_of_all(&quote!(__p::Truth::False));
                quote!(#some = __known.principal() else { return #nobody; };)
            }
            Argument::MaybePrincipal => quote!(let #local = __known.principal();),
            Argument::Context => quote!(let #local = __known.context();),
            Argument::State(ty) => {
                self.bounds.push(quote!(#ty: __p::FromRef<__S>));
                quote!(let #local = __p::State(<#ty as __p::FromRef<__S>>::from_ref(__state));)
            }
            Argument::Param(field, _) => {
                quote!(let #local = self.#field;)
            }
            Argument::Resource(ty) | Argument::Resources(ty) => {
                let look = self.resource(at, ty);
                let missing = how.answer_of_all(&quote!(__p::Truth::Unknown(__p::Why::Missing)));
                match argument {
                    Argument::Resources(_) => quote! {
                        #some = #look::look_at_all(__about) else { return #missing; };
                        let #local = #local.as_slice();
                    },
                    _ => quote!(#some = #look::look(__known) else { return #missing; };),
                }
            }
        }
    }

    /// How a resource is looked at.
    fn resource(&mut self, at: usize, ty: &Type) -> TokenStream {
        let (alias, loads) = (format_ident!("__L{at}"), format_ident!("__K{at}"));
        let (demand, found) = (demands(&alias, ty), rule::found(&alias));
        self.aliases.push(quote! {
            type #alias = #ty;
            const #loads: bool = #found;
            #demand
        });
        let seen = quote!(__p::Seen<#alias, { #loads }>);
        let look = quote!(<#seen as __p::Look<__S>>);
        self.bounds.push(quote!(#seen: __p::Look<__S, Of = #alias>));
        self.looks.push(quote!(#look::NEED));
        self.ids.push(quote!(__p::Asked::<#alias>::ID));
        look
    }

    /// Asks it, and makes a truth of its answer.
    fn body(&self, callee: &Callee, how: How) -> TokenStream {
        // Every name of ours that the user's call can see begins with `__`: a condition may be called `state`.
        let (call, bindings, passed) = (&callee.call, &self.bindings, &self.passed);
        // The answer's type is written once, so that a wrong one is one error, at its place.
        let at = ours(
            callee
                .answer
                .as_ref()
                .map_or_else(Span::call_site, Spanned::span),
        );
        let wait = callee.waits.then(|| quote_spanned!(at=> .await));
        let answered = quote_spanned!(at=> #call(#(#passed),*)#wait);
        let answer = match how {
            How::WaitTogether => {
                quote_spanned!(at=> __p::AnswerForEach::truths(#answered, __about.len()))
            }
            How::Call | How::Wait => quote_spanned!(at=> __p::Answer::truth(#answered)),
        };
        quote!(#(#bindings)* #answer)
    }
}

/// How a condition is asked.
#[derive(Clone, Copy)]
enum How {
    Call,
    Wait,
    /// About several resources with one question.
    WaitTogether,
}

impl How {
    fn of(callee: &Callee) -> Self {
        let several = |argument: &Argument| matches!(argument, Argument::Resources(_));
        match (callee.waits, callee.arguments.iter().any(several)) {
            (_, true) => Self::WaitTogether,
            (true, false) => Self::Wait,
            (false, false) => Self::Call,
        }
    }

    fn answer_of_all(self, truth: &TokenStream) -> TokenStream {
        match self {
            Self::WaitTogether => quote!(::std::vec![#truth; __about.len()]),
            Self::Call | Self::Wait => truth.clone(),
        }
    }

    fn name(self) -> TokenStream {
        match self {
            Self::Call => quote!(Call),
            Self::Wait => quote!(Wait),
            Self::WaitTogether => quote!(WaitTogether),
        }
    }

    /// The function that asks it, of `name`: its lifetime, arguments, answer and body.
    fn function(self, body: &TokenStream) -> [TokenStream; 4] {
        let waiting = quote!(::std::boxed::Box::pin(async move { #body }));
        let known = quote!(__known: &'__a __p::Known<'__a>);
        match self {
            Self::Call => [
                TokenStream::new(),
                quote!(__known: &__p::Known<'_>, __state: &__S),
                quote!(__p::Truth),
                body.clone(),
            ],
            Self::Wait => [
                quote!('__a,),
                quote!(#known, __state: &'__a __S),
                quote!(__p::BoxFuture<'__a, __p::Truth>),
                waiting,
            ],
            Self::WaitTogether => [
                quote!('__a,),
                quote!(#known, __about: __p::About<'__a>, __state: &'__a __S),
                quote!(__p::BoxFuture<'__a, ::std::vec::Vec<__p::Truth>>),
                waiting,
            ],
        }
    }
}

fn ask(
    name: &TokenStream,
    parameters: &impl ToTokens,
    callee: &Callee,
    how: How,
    given: &Given,
) -> TokenStream {
    let state = quote!(__S: ::core::marker::Send + ::core::marker::Sync + 'static);
    let (bounds, looks) = (&given.bounds, &given.looks);
    let [lifetime, arguments, answer, body] = how.function(&given.body(callee, how));
    let (variant, needs) = (
        how.name(),
        quote!(&'static [__p::Need<__S>] = &[#(#looks),*]),
    );
    if callee.has_params() {
        let method = match how {
            How::Call => quote!(call),
            How::Wait => quote!(wait),
            How::WaitTogether => quote!(wait_together),
        };
        return quote! {
            #[automatically_derived]
            impl<#state, #parameters> __p::ParamCondition<__S> for #name where #(#bounds,)* {
                const NEEDS: #needs;
                const HOW: __p::How = __p::How::#variant;
                #[allow(unused_variables)]
                fn #method<#lifetime>(self, #arguments) -> #answer {
                    #body
                }
            }
        };
    }
    quote! {
        #[automatically_derived]
        impl<#state, #parameters> __p::Condition<__S> for #name where #(#bounds,)* {
            const NEEDS: #needs;
            const ASK: __p::Ask<__S> = {
                #[allow(unused_variables)]
                fn __ask<#lifetime #state>(#arguments) -> #answer where #(#bounds,)* {
                    #body
                }
                __p::Ask::#variant(__ask::<__S>)
            };
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

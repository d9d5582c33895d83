//! What each atom of a rule expands to.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericArgument, PathArguments, Type, spanned::Spanned};

use super::{
    Across, Named, When, Word, Written,
    expand::{Expansion, Place, found},
    print::text,
};
use crate::{
    condition::{self, Callee},
    handler::GrantedArgument,
    name::ours,
};

/// A marked field of a resource that an atom speaks of.
struct Field {
    /// The attribute that marks it, which is also what it is called.
    attribute: &'static str,
    /// The constant that says whether a resource has one.
    marked: &'static str,
    /// The constant that is the atom.
    atom: &'static str,
}

const OWNS: Field = Field {
    attribute: "owner",
    marked: "OWNED",
    atom: "OWNS",
};

const TENANT: Field = Field {
    attribute: "tenant",
    marked: "OF_A_TENANT",
    atom: "TENANT",
};

impl Expansion<'_> {
    /// `derived` is what rustc names where the type is no such vocabulary.
    pub(super) fn word(&mut self, word: &Word, derived: &str) -> Ident {
        let name = self.fresh("A", word.span);
        let path = &word.path;
        let at = ours(word.span);
        let derived = Ident::new(derived, at);
        let named = quote_spanned!(at=> #path.#derived());
        let value = match &word.literal {
            Some(literal) => quote_spanned!(at=> __p::written(#named, #literal)),
            None => named,
        };
        self.items
            .push(quote_spanned!(at=> const #name: __p::Word = #value;));
        self.words.push(name.clone());
        name
    }

    pub(super) fn owns(&mut self, named: &Named) -> TokenStream {
        self.about(named, "owns", &OWNS)
    }

    pub(super) fn tenant(&mut self, named: &Named) -> TokenStream {
        self.about(named, "tenant", &TENANT)
    }

    /// An atom about a field of a resource that is loaded.
    fn about(&mut self, named: &Named, key: &str, field: &Field) -> TokenStream {
        let alias = self.resource(named, key);
        let (asks, found) = (self.fresh("K", named.span), found(&alias));
        let has = Ident::new(field.marked, Span::call_site());
        let asked = quote!(__p::Asked::<#alias>);
        self.items
            .push(quote!(const #asks: bool = #found && #asked::#has;));
        self.demand(
            named.span,
            &quote!(!#found || #asked::#has),
            &format!(
                "`{0}` has no {1}: mark its {1}'s field `#[{1}]`",
                named.shown(),
                field.attribute
            ),
        );
        let atom = Ident::new(field.atom, Span::call_site());
        self.bounds
            .push(quote!(__p::Seen<#alias, { #asks }>: __p::MarkedOn<__S>));
        self.resources.push(alias.clone());
        quote!(<__p::Seen<#alias, { #asks }> as __p::MarkedOn<__S>>::#atom)
    }

    /// An alias of a resource that a rule names, and what must be so of it to be loaded.
    pub(super) fn resource(&mut self, named: &Named, key: &str) -> Ident {
        let alias = self.fresh("R", named.span);
        let (path, shown) = (&named.path, named.shown());
        self.items.push(quote!(type #alias = #path;));
        let (asked, found) = (quote!(__p::Asked::<#alias>), found(&alias));
        if self.guards {
            self.demand(
                named.span,
                &quote!(!#asked::PROPOSED),
                &format!("`{shown}` is proposed in the body, which a guard doesn't read: name it in a `#[policy]`, and ask with `.propose(value)` in the handler"),
            );
        }
        self.demand(
            named.span,
            &quote!(#asked::RESOURCE),
            &format!("`{shown}` is not a resource: add `#[derive(Resource)]` to it"),
        );
        self.demand(
            named.span,
            &quote!(!#asked::RESOURCE || #found),
            &format!("`{shown}` says nowhere how it is found: write `impl Load for {shown}`"),
        );
        if let Some(literal) = &named.literal {
            self.demand(
                named.span,
                &quote!(!#asked::RESOURCE || __p::same_text(#asked::ID.kind, #literal)),
                &format!("`{shown}` is called otherwise by its `#[name]`: write `{key} = {shown}`"),
            );
        }
        alias
    }

    /// Why tenants are not kept apart, where the policy says so. That it lifts nothing is a mistake.
    pub(super) fn across_tenants(
        &mut self,
        written: &Written,
        policy: &TokenStream,
    ) -> TokenStream {
        let Some(Across { key, because }) = &written.across_tenants else {
            return quote!(::core::option::Option::None);
        };
        // Of a policy with parameters a constant without them can't ask.
        if self.generics.params.is_empty() {
            let tenancy = quote!(<#policy as __p::Shape>::SHAPE.tenancy);
            self.demand(key.span(), &quote!(#tenancy.speaks),
                "`across_tenants` lifts nothing here: the rule itself names no resource with a `#[tenant]` field");
            self.demand(key.span(), &quote!(!#tenancy.speaks || !#tenancy.apart),
                "`across_tenants` lifts nothing here: a policy that the rule names keeps tenants apart, and the strictest wins");
        }
        quote!(::core::option::Option::Some(#because))
    }

    pub(super) fn named(&mut self, policy: &Type, place: Place) -> TokenStream {
        let at = policy.span();
        let shown = text(policy.to_token_stream());
        let (named, ok) = if has_arguments(policy) && !self.generics.params.is_empty() {
            // It may name the declaring policy's own parameters: no alias holds it.
            let shape = quote!(__p::Asked::<#policy>::SHAPE);
            self.demands
                .extend(demands_of_place(&shown, &shape, place, ours(at)));
            (policy.to_token_stream(), quote!(true))
        } else {
            let (alias, known) = (self.fresh("P", at), self.fresh("K", at));
            self.items.push(quote!(
                type #alias = #policy;
                const #known: bool = __p::Asked::<#alias>::POLICY;
            ));
            let asked = quote!(__p::Asked::<#alias>);
            self.demand(
                at,
                &quote!(#asked::POLICY),
                &format!("`{shown}` is not a policy: put `#[policy(...)]` on it"),
            );
            let shape = quote!(#asked::SHAPE);
            for demand in demands_of_place(&shown, &shape, place, ours(at)) {
                self.items.push(quote!(const _: () = #demand));
            }
            if has_arguments(policy) {
                // What it demands of policies that it names by its parameters shows here, where they are given.
                self.items.push(quote!(const _: bool = #shape.stand_in;));
            }
            (alias.to_token_stream(), quote!({ #known }))
        };
        let shape = quote!(__p::Asked::<#named>::SHAPE);
        self.nested.push(shape.clone());
        if place.outermost {
            self.proves.push(shape.clone());
        }
        self.forbids.push(quote!(#shape.forbids));
        self.hides.push(quote!(#shape.hide));
        let seen = quote!(__p::Seen<#named, #ok>);
        self.bounds.push(quote!(#seen: __p::NamedOn<__S>));
        self.vetoes
            .push(quote!(<#seen as __p::NamedOn<__S>>::VETOES));
        self.accounts
            .push(quote!(<#seen as __p::NamedOn<__S>>::ACCOUNT));
        quote!(<#seen as __p::NamedOn<__S>>::GRANTS)
    }

    pub(super) fn when(&mut self, when: &When) -> TokenStream {
        let (parameters, arguments, _) = self.generics.split_for_impl();
        let (parameters, arguments) = (parameters.to_token_stream(), arguments.to_token_stream());
        let generics = self.generics;
        match when {
            When::Path(path) => {
                let at = path
                    .segments
                    .last()
                    .map_or_else(Span::call_site, |last| last.ident.span());
                let (alias, known) = (self.fresh("C", at), self.fresh("K", at));
                let shown = text(path.to_token_stream());
                let asked = quote!(__p::Asked::<#alias>);
                self.items.push(quote!(
                    type #alias = #path;
                    const #known: bool = #asked::CONDITION && !#asked::PARAMETERS;
                ));
                self.demand(
                    at,
                    &quote!(#asked::CONDITION),
                    &format!("`{shown}` is not a condition: put `#[condition]` on it"),
                );
                self.demand(
                    at,
                    &quote!(!#asked::PARAMETERS),
                    &format!("`{shown}` takes parameters: write `when = {shown}(...)`"),
                );
                self.condition(&quote!(#alias), &quote!({ #known }))
            }
            When::Parameters(path, given) => {
                let at = path
                    .segments
                    .last()
                    .map_or_else(Span::call_site, |last| last.ident.span());
                let (alias, used) = (self.fresh("C", at), self.fresh("Use", at));
                let here = ours(at);
                let made = quote_spanned!(here=> <#alias>::__with_parameters);
                self.items.push(quote! {
                    type #alias = #path;
                    struct #used #generics;
                    #[automatically_derived]
                    impl #parameters __p::ConditionShapeOf for #used #arguments {
                        const SHAPE: &'static __p::ConditionShape =
                            <#alias as __p::ConditionShapeOf>::SHAPE;
                    }
                });
                let const_parameters = &generics.params;
                self.items.push(quote! {
                    #[automatically_derived]
                    impl<__S: ::core::marker::Send + ::core::marker::Sync + 'static, #const_parameters>
                        __p::Condition<__S> for #used #arguments
                    where
                        #alias: __p::ParamCondition<__S>,
                    {
                        const NEEDS: &'static [__p::Need<__S>] = <#alias as __p::ParamCondition<__S>>::NEEDS;
                        const ASK: __p::Ask<__S> = match <#alias as __p::ParamCondition<__S>>::HOW {
                            __p::How::Call => __p::Ask::Call(|__known, __state| {
                                __p::ParamCondition::<__S>::call(#made(#given), __known, __state)
                            }),
                            __p::How::Wait => __p::Ask::Wait(|__known, __state| {
                                __p::ParamCondition::<__S>::wait(#made(#given), __known, __state)
                            }),
                            __p::How::WaitTogether => __p::Ask::WaitTogether(|__known, __about, __state| {
                                __p::ParamCondition::<__S>::wait_together(#made(#given), __known, __about, __state)
                            }),
                        };
                    }
                });
                self.condition(&quote!(#used #arguments), &quote!(true))
            }
            When::Closure(closure) => {
                let at = closure.span();
                let used = self.fresh("When", at);
                let callee = Callee::closure(closure);
                let declared = quote!(struct #used #generics;);
                let impls = condition::impls(&quote!(#used #arguments), generics, &callee);
                self.items.push(quote!(#declared #impls));
                self.condition(&quote!(#used #arguments), &quote!(true))
            }
        }
    }

    pub(super) fn condition(&mut self, condition: &TokenStream, ok: &TokenStream) -> TokenStream {
        self.conditions
            .push(quote!(__p::Asked::<#condition>::CONDITION_SHAPE));
        let seen = quote!(__p::Seen<#condition, #ok>);
        self.bounds.push(quote!(#seen: __p::WhenOn<__S>));
        quote!(<#seen as __p::WhenOn<__S>>::RULE)
    }

    /// A `Granted` argument: what the rule can't prove is an error at the argument's type.
    pub(super) fn granted(
        &mut self,
        argument: &GrantedArgument,
        policy: &TokenStream,
    ) -> TokenStream {
        let (resource, at) = (&argument.resource, argument.resource.span());
        let shown = text(resource.to_token_stream());
        let kind = kind(&shown);
        let resource_id = quote!(__p::Asked::<#resource>::ID);
        self.demand(at, &quote!(<#policy as __p::Shape>::SHAPE.names(&#resource_id)), &format!(
            "this handler takes `Granted<{shown}>`, but its policy names no `{shown}`: add a rule about it, as `owns = \"{kind}\"`, `tenant = \"{kind}\"` or a condition"
        ));
        let proven = match &argument.policy {
            None => quote!(::core::option::Option::None),
            Some(proven) => {
                let by = text(proven.to_token_stream());
                let shape = quote!(__p::Asked::<#proven>::SHAPE);
                let is_policy = quote!(__p::Asked::<#proven>::POLICY);
                let own = quote!(<#policy as __p::Shape>::SHAPE);
                self.demand(
                    proven.span(),
                    &is_policy,
                    &format!("`{by}` is not a policy: put `#[policy(...)]` on it"),
                );
                self.demand(proven.span(), &quote!(!#is_policy || #own.proves(&#shape.id)), &format!(
                    "this handler takes `Granted<{shown}, {by}>`, but its policy does not prove `{by}`: name it in the outermost list, as `policy = {by}`"
                ));
                let speaks_of_it = quote!(
                    !#is_policy || !#own.proves(&#shape.id) || !#own.names(&#resource_id) || #shape.names(&#resource_id)
                );
                self.demand(proven.span(), &speaks_of_it, &format!(
                    "this handler takes `Granted<{shown}, {by}>`, but `{by}` names no `{shown}`: take `Granted<{shown}>`, or add a rule about it to `{by}`"
                ));
                quote!(::core::option::Option::Some(#shape))
            }
        };
        quote!(__p::GrantedShape { resource: #resource_id, policy: #proven })
    }
}

/// What a kind is most likely called, by its type's name.
fn kind(shown: &str) -> String {
    let last = shown.rsplit("::").next().unwrap_or(shown);
    match syn::parse_str::<Ident>(last) {
        Ok(ident) => crate::name::snake_case(&ident),
        Err(_) => last.to_owned(),
    }
}

fn has_arguments(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path
        .segments
        .iter()
        .any(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .any(|one| !matches!(one, GenericArgument::Lifetime(_))),
            _ => false,
        })
}

/// What must hold of a policy that is named, and of one that is named inside `any` or `not`.
fn demands_of_place(
    shown: &str,
    shape: &TokenStream,
    place: Place,
    at: Span,
) -> impl Iterator<Item = TokenStream> {
    let options = format!(
        "`{shown}` has an option (`hide`, `across_tenants`, `fresh` or `step_up`), which belongs to a whole policy: it can't stand inside `any` or `not`"
    );
    let forbids =
        format!("`{shown}` forbids, and a veto can't be negated: name what is meant without it");
    let public = format!(
        "`{shown}` lets anyone in: put `#[public(because = \"...\")]` on the handler instead"
    );
    let demands = [
        (true, quote!(!#shape.is_public()), public),
        (!place.outermost, quote!(!#shape.has_options()), options),
        (place.negated, quote!(!#shape.forbids), forbids),
    ];
    let demands = demands.into_iter().filter(|(matters, ..)| *matters);
    demands.map(move |(_, holds, words)| quote_spanned!(at=> __p::demand(#holds, #words);))
}

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{GenericArgument, Generics, ItemStruct, PathArguments, Type, spanned::Spanned};

use super::{Named, Node, When, Word, Written, print::text};
use crate::{
    condition::{self, Callee},
    handler::{Function, GrantedArgument},
    name::ours,
};

/// A guarded handler: the function, its hidden policy, and that policy's impls.
pub(crate) fn handler(mut function: Function, written: &Written, at: Span) -> TokenStream {
    let name = function.policy_name();
    let visibility = function.visibility.clone();
    let conditions: Vec<_> = function.conditions().cloned().collect();
    let granted = function.granted();
    let generic = !function.signature.generics.params.is_empty();
    let called = function.signature.ident.to_string();
    function.guard();
    let generics = Generics::default();
    let mut expansion = Expansion::new(&generics);
    let policy = Declared {
        name: name.to_token_stream(),
        called: &called,
        kind: quote!(Requires),
        words: String::new(),
        // A generic handler's argument may be its own parameter, which means nothing out here.
        granted: if generic { &[] } else { &granted },
        params: quote!(),
    };
    let impls = expansion.policy(&policy, written, ours(at));
    quote! {
        #function
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #[derive(Debug)]
        #visibility struct #name;
        #(#conditions)*
        #impls
    }
}

/// A named policy: the struct, its impls, and `authorize` for use outside handlers.
pub(crate) fn policy(declared: &ItemStruct, written: &Written, at: Span) -> TokenStream {
    let name = &declared.ident;
    let (_, arguments, _) = declared.generics.split_for_impl();
    let called = name.to_string();
    let params = declared.generics.const_params().map(|one| {
        let ident = &one.ident;
        quote!(#ident as i128)
    });
    let mut expansion = Expansion::new(&declared.generics);
    let policy = Declared {
        name: quote!(#name #arguments),
        called: &called,
        kind: quote!(Policy),
        words: condition::doc_words(&declared.attrs),
        granted: &[],
        params: quote!(#(#params),*),
    };
    let impls = expansion.policy(&policy, written, ours(at));
    let authorize = authorize(declared);
    quote!(#declared #impls #authorize)
}

/// The inherent function that asks outside a handler, with no trait to import.
pub(crate) fn authorize(declared: &ItemStruct) -> TokenStream {
    let (name, visibility) = (&declared.ident, &declared.vis);
    let (impls, arguments, _) = declared.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impls #name #arguments {
            /// Asks, outside a handler, whether `principal` may: `.on(value)`, or `.key(id)` to load first.
            #[allow(dead_code)]
            #visibility fn authorize<'__a, __S>(
                principal: &'__a ::auth_core::Principal,
                state: &'__a __S,
            ) -> ::auth_core::__private::Authorize<'__a, Self, __S>
            where
                Self: ::auth_core::__private::Policy<__S>,
                __S: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
            {
                ::auth_core::__private::Authorize::new(principal, state)
            }
        }
    }
}

struct Declared<'a> {
    name: TokenStream,
    called: &'a str,
    kind: TokenStream,
    words: String,
    granted: &'a [GrantedArgument],
    params: TokenStream,
}

/// What a rule expands to, collected on the walk.
struct Expansion<'a> {
    generics: &'a Generics,
    /// Aliases of the user's types, questions to them, and assertions: outside generic code, so that
    /// `cargo check` sees them. Each name of the user's is written once, so that it fails once.
    items: Vec<TokenStream>,
    bounds: Vec<TokenStream>,
    words: Vec<Ident>,
    resources: Vec<Ident>,
    conditions: Vec<TokenStream>,
    nested: Vec<TokenStream>,
    proves: Vec<TokenStream>,
    vetoes: Vec<TokenStream>,
    forbids: Vec<TokenStream>,
    hides: Vec<TokenStream>,
    count: usize,
}

/// Where in the policy a node stands.
#[derive(Clone, Copy)]
struct Place {
    outermost: bool,
    negated: bool,
}

impl<'a> Expansion<'a> {
    fn new(generics: &'a Generics) -> Self {
        Self {
            generics,
            items: Vec::new(),
            bounds: Vec::new(),
            words: Vec::new(),
            resources: Vec::new(),
            conditions: Vec::new(),
            nested: Vec::new(),
            proves: Vec::new(),
            vetoes: Vec::new(),
            forbids: Vec::new(),
            hides: Vec::new(),
            count: 0,
        }
    }

    fn policy(&mut self, declared: &Declared<'_>, written: &Written, at: Span) -> TokenStream {
        let outermost = Place {
            outermost: true,
            negated: false,
        };
        let grants: Vec<_> = written
            .demands
            .iter()
            .map(|node| self.node(node, outermost))
            .collect();
        let inner = Place {
            outermost: false,
            negated: true,
        };
        let own: Vec<_> = written
            .forbids
            .iter()
            .map(|node| self.node(node, inner))
            .collect();
        let granted: Vec<_> = declared
            .granted
            .iter()
            .map(|argument| self.granted(argument, &declared.name))
            .collect();

        let Declared {
            name,
            called,
            kind,
            words,
            params,
            ..
        } = declared;
        let rule = written.to_string();
        let line = quote_spanned!(at=> ::core::line!());
        let (has_forbids, has_hide) = (!own.is_empty(), written.hide.is_some());
        let Self {
            generics,
            items,
            bounds,
            words: used,
            resources,
            conditions,
            nested,
            proves,
            vetoes,
            forbids,
            hides,
            ..
        } = self;
        let (shape_impls, _, _) = generics.split_for_impl();
        let parameters = &generics.params;
        quote! {
            const _: () = {
                use ::auth_core::__private as __p;
                #[allow(unused_imports)]
                use __p::Otherwise as _;
                #(#items)*
                #[automatically_derived]
                impl #shape_impls __p::Shape for #name {
                    const SHAPE: &'static __p::PolicyShape = &__p::PolicyShape {
                        id: __p::Id { module: ::core::module_path!(), name: #called, params: &[#params] },
                        name: #called,
                        kind: __p::PolicyKind::#kind,
                        words: #words,
                        rule: #rule,
                        file: ::core::file!(),
                        line: #line,
                        forbids: #has_forbids #(|| #forbids)*,
                        hide: #has_hide #(|| #hides)*,
                        resources: &[#(__p::Asked::<#resources>::ID),*],
                        conditions: &[#(#conditions),*],
                        nested: &[#(#nested),*],
                        proves: &[#(#proves),*],
                        granted: &[#(#granted),*],
                        words_used: &[#(#used),*],
                        stand_in: false,
                    };
                }
                #[automatically_derived]
                impl<
                    __S: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
                    #parameters
                > __p::Policy<__S> for #name
                where
                    #(#bounds,)*
                {
                    const GRANTS: __p::Rule<__S> = __p::Rule::All(&[#(#grants),*]);
                    const VETOES: __p::Rule<__S> = __p::Rule::Any(&[#(#own,)* #(#vetoes),*]);
                }
            };
        }
    }

    fn fresh(&mut self, letter: &str, at: Span) -> Ident {
        self.count += 1;
        format_ident!("__{}{}", letter, self.count, span = ours(at))
    }

    fn demand(&mut self, at: Span, holds: &TokenStream, words: &str) {
        let at = ours(at);
        self.items
            .push(quote_spanned!(at=> const _: () = __p::demand(#holds, #words);));
    }

    fn node(&mut self, node: &Node, place: Place) -> TokenStream {
        let inner = Place {
            outermost: false,
            ..place
        };
        match node {
            Node::Authenticated => quote!(__p::Rule::Authenticated),
            Node::Role(word) => {
                let word = self.word(word);
                quote!(__p::Rule::Role(#word))
            }
            Node::Permission(word) => {
                let word = self.word(word);
                quote!(__p::Rule::Permission(#word))
            }
            Node::Scope(scope) => quote!(__p::Rule::Scope(#scope)),
            Node::Owns(named) => self.owns(named),
            Node::Policy(policy) => self.named(policy, place),
            Node::When(when) => self.when(when),
            Node::All(nodes) => {
                let nodes: Vec<_> = nodes.iter().map(|node| self.node(node, place)).collect();
                quote!(__p::Rule::All(&[#(#nodes),*]))
            }
            Node::Any(nodes) => {
                let nodes: Vec<_> = nodes.iter().map(|node| self.node(node, inner)).collect();
                quote!(__p::Rule::Any(&[#(#nodes),*]))
            }
            Node::Not(node) => {
                let node = self.node(
                    node,
                    Place {
                        outermost: false,
                        negated: true,
                    },
                );
                quote!(__p::Rule::Not(&#node))
            }
        }
    }

    fn word(&mut self, word: &Word) -> Ident {
        let name = self.fresh("A", word.span);
        let path = &word.path;
        let at = ours(word.span);
        let named = quote_spanned!(at=> #path.__named());
        let value = match &word.literal {
            Some(literal) => quote_spanned!(at=> __p::written(#named, #literal)),
            None => named,
        };
        self.items
            .push(quote_spanned!(at=> const #name: __p::Word = #value;));
        self.words.push(name.clone());
        name
    }

    fn owns(&mut self, named: &Named) -> TokenStream {
        let (alias, loads) = (self.fresh("R", named.span), self.fresh("K", named.span));
        let path = &named.path;
        let shown = path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        self.items.push(quote!(
            type #alias = #path;
            const #loads: bool = __p::Asked::<#alias>::LOADS && __p::Asked::<#alias>::OWNED;
        ));
        let asked = quote!(__p::Asked::<#alias>);
        self.demand(
            named.span,
            &quote!(#asked::RESOURCE),
            &format!("`{shown}` is not a resource: add `#[derive(Resource)]` to it"),
        );
        self.demand(
            named.span,
            &quote!(!#asked::RESOURCE || #asked::LOADS),
            &format!("`{shown}` says nowhere how it is found: write `impl Load for {shown}`"),
        );
        self.demand(
            named.span,
            &quote!(!#asked::LOADS || #asked::OWNED),
            &format!("`{shown}` has no owner: mark its owner's field `#[owner]`"),
        );
        self.bounds
            .push(quote!(__p::Seen<#alias, { #loads }>: __p::OwnsOn<__S>));
        self.resources.push(alias.clone());
        quote!(<__p::Seen<#alias, { #loads }> as __p::OwnsOn<__S>>::RULE)
    }

    fn named(&mut self, policy: &Type, place: Place) -> TokenStream {
        let at = policy.span();
        let shown = text(policy.to_token_stream());
        // A policy with arguments may name the declaring policy's own parameters: no alias holds it.
        let (named, ok) = if has_arguments(policy) && !self.generics.params.is_empty() {
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
            if !place.outermost {
                self.demand(at, &quote!(!#asked::SHAPE.has_options()), &format!(
                    "`{shown}` has an option (`hide`), which belongs to a whole policy: it can't stand inside `any` or `not`"
                ));
            }
            if place.negated {
                self.demand(at, &quote!(!#asked::SHAPE.forbids), &format!(
                    "`{shown}` forbids, and a veto can't be negated: name what is meant without it"
                ));
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
        quote!(<#seen as __p::NamedOn<__S>>::GRANTS)
    }

    fn when(&mut self, when: &When) -> TokenStream {
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
                self.items.push(quote!(
                    type #alias = #path;
                    const #known: bool = __p::Asked::<#alias>::CONDITION;
                ));
                self.demand(
                    at,
                    &quote!(__p::Asked::<#alias>::CONDITION),
                    &format!("`{shown}` is not a condition: put `#[condition]` on it"),
                );
                self.condition(&quote!(#alias), &quote!({ #known }))
            }
            When::Parameters(path, given) => {
                let at = path
                    .segments
                    .last()
                    .map_or_else(Span::call_site, |last| last.ident.span());
                let (alias, used) = (self.fresh("C", at), self.fresh("Use", at));
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
                        const ASK: __p::Ask<__S> = if <#alias as __p::ParamCondition<__S>>::ASYNC {
                            __p::Ask::Wait(|known, state| {
                                __p::ParamCondition::<__S>::wait(<#alias>::__auth_with(#given), known, state)
                            })
                        } else {
                            __p::Ask::Call(|known, state| {
                                __p::ParamCondition::<__S>::call(&<#alias>::__auth_with(#given), known, state)
                            })
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

    fn condition(&mut self, condition: &TokenStream, ok: &TokenStream) -> TokenStream {
        self.conditions
            .push(quote!(__p::Asked::<#condition>::CONDITION_SHAPE));
        let seen = quote!(__p::Seen<#condition, #ok>);
        self.bounds.push(quote!(#seen: __p::WhenOn<__S>));
        quote!(<#seen as __p::WhenOn<__S>>::RULE)
    }

    /// A `Granted` argument: what the rule can't prove is an error at the argument's type.
    fn granted(&mut self, argument: &GrantedArgument, policy: &TokenStream) -> TokenStream {
        let (resource, at) = (&argument.resource, argument.resource.span());
        let shown = text(resource.to_token_stream());
        let resource_id = quote!(__p::Asked::<#resource>::ID);
        self.demand(at, &quote!(<#policy as __p::Shape>::SHAPE.names(&#resource_id)), &format!(
            "this handler takes `Granted<{shown}>`, but its policy names no `{shown}`: add a rule about it"
        ));
        let proven = match &argument.policy {
            None => quote!(::core::option::Option::None),
            Some(proven) => {
                let by = text(proven.to_token_stream());
                let shape = quote!(__p::Asked::<#proven>::SHAPE);
                self.demand(proven.span(), &quote!(<#policy as __p::Shape>::SHAPE.proves(&#shape.id)), &format!(
                    "this handler takes `Granted<{shown}, {by}>`, but its policy does not prove `{by}`: name it in the outermost list, as `policy = {by}`"
                ));
                quote!(::core::option::Option::Some(#shape))
            }
        };
        quote!(__p::GrantedShape { resource: #resource_id, policy: #proven })
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

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, ItemStruct};

use super::{DeniedWords, Node, StepUp, Written};
use crate::{
    doc,
    handler::{Function, GrantedArgument},
    name::{id, ours},
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
    let mut expansion = Expansion::new(&generics, true);
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
    let mut expansion = Expansion::new(&declared.generics, false);
    let policy = Declared {
        name: quote!(#name #arguments),
        called: &called,
        kind: quote!(Policy),
        words: doc::words(&declared.attrs),
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
pub(super) struct Expansion<'a> {
    pub(super) generics: &'a Generics,
    /// Aliases of the user's types, questions to them, and assertions: outside generic code, so that
    /// `cargo check` sees them. Each name of the user's is written once, so that it fails once.
    pub(super) items: Vec<TokenStream>,
    pub(super) bounds: Vec<TokenStream>,
    pub(super) words: Vec<Ident>,
    pub(super) resources: Vec<Ident>,
    /// What relations lead through.
    pub(super) through: Vec<Ident>,
    pub(super) conditions: Vec<TokenStream>,
    pub(super) nested: Vec<TokenStream>,
    /// What must hold of policies that it names by its own parameters, which no item outside can look at.
    pub(super) demands: Vec<TokenStream>,
    pub(super) proves: Vec<TokenStream>,
    pub(super) vetoes: Vec<TokenStream>,
    /// How the account is asked for, by the policy itself and by those it names.
    pub(super) accounts: Vec<TokenStream>,
    pub(super) forbids: Vec<TokenStream>,
    pub(super) hides: Vec<TokenStream>,
    /// Whether a guard decides by it, before the body is read.
    pub(super) guards: bool,
    pub(super) count: usize,
}

/// Whether a resource is found, in the store or in what a request proposes.
pub(crate) fn found(alias: &Ident) -> TokenStream {
    quote!((__p::Asked::<#alias>::LOADS || __p::Asked::<#alias>::PROPOSED))
}

/// Where in the policy a node stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) outermost: bool,
    pub(super) negated: bool,
}

impl<'a> Expansion<'a> {
    fn new(generics: &'a Generics, guards: bool) -> Self {
        Self {
            generics,
            items: Vec::new(),
            bounds: Vec::new(),
            words: Vec::new(),
            resources: Vec::new(),
            through: Vec::new(),
            conditions: Vec::new(),
            nested: Vec::new(),
            demands: Vec::new(),
            proves: Vec::new(),
            vetoes: Vec::new(),
            accounts: Vec::new(),
            forbids: Vec::new(),
            hides: Vec::new(),
            guards,
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

        let options = self.options(written, &declared.name);
        let Declared {
            name,
            called,
            kind,
            words,
            params,
            ..
        } = declared;
        let rule = written.to_string();
        let (id, line) = (id(called, params, at), quote_spanned!(at=> ::core::line!()));
        let has_forbids = !own.is_empty();
        let Self {
            generics,
            items,
            bounds,
            words: used,
            resources,
            conditions,
            nested,
            demands,
            proves,
            vetoes,
            accounts,
            forbids,
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
                    const SHAPE: &'static __p::PolicyShape = {
                        #(#demands)*
                        &__p::PolicyShape {
                            id: #id,
                            name: #called,
                            kind: __p::PolicyKind::#kind,
                            words: #words,
                            rule: #rule,
                            file: ::core::file!(),
                            line: #line,
                            forbids: #has_forbids #(|| #forbids)*,
                            #options
                            resources: &[#(__p::Asked::<#resources>::ID),*],
                            conditions: &[#(#conditions),*],
                            nested: &[#(#nested),*],
                            proves: &[#(#proves),*],
                            granted: &[#(#granted),*],
                            words_used: &[#(#used),*],
                            stand_in: false,
                            labels: &__p::Labels::of(#called),
                        }
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
                    const ACCOUNT: ::core::option::Option<__p::AskAccount<__S>> =
                        __p::first_account::<__S>(&[#(#accounts),*]);
                }
            };
        }
    }

    /// The options of a policy, as its shape has them: those of policies that it names come along.
    fn options(&mut self, written: &Written, policy: &TokenStream) -> TokenStream {
        let across = self.across_tenants(written, policy);
        let step_up = StepUp::shape(written.step_up.as_ref());
        let denied = DeniedWords::shape(written.denied.as_ref());
        let may_change = self.may_change(written.may_change.as_ref(), policy);
        let tolerance = self.tolerance(written.fresh.as_ref());
        let Self {
            resources,
            through,
            conditions,
            nested,
            hides,
            ..
        } = self;
        let hide = written.hide.is_some();
        let ignores = written.ignores_credentials.is_some();
        quote! {
            hide: #hide #(|| #hides)*,
            fresh: __p::freshest(#tolerance, &[#(#nested),*]),
            step_up: #step_up,
            may_change: #may_change,
            denied: #denied,
            ignores_credentials: #ignores,
            tenancy: __p::Tenancy::of(
                #across,
                &[#(__p::Asked::<#resources>::ID,)* #(__p::Asked::<#through>::ID),*],
                &[#(#conditions),*],
                &[#(#nested),*],
            ),
        }
    }

    pub(super) fn fresh(&mut self, letter: &str, at: Span) -> Ident {
        self.count += 1;
        format_ident!("__{}{}", letter, self.count, span = ours(at))
    }

    pub(super) fn demand(&mut self, at: Span, holds: &TokenStream, words: &str) {
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
                let word = self.word(word, "__derive_roles");
                quote!(__p::Rule::Role(#word))
            }
            Node::Permission(word) => {
                let word = self.word(word, "__derive_permissions");
                quote!(__p::Rule::Permission(#word))
            }
            Node::Scope(scope) => quote!(__p::Rule::Scope(#scope)),
            Node::Owns(named) => self.owns(named),
            Node::Tenant(named) => self.tenant(named),
            Node::Relation(relation) => self.relation(relation, &node.to_string()),
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
}

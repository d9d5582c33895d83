//! `relation(ProjectRole::Editor, on = "ticket")`: read, and what it expands to.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Error, Path, Result, Token, parse::ParseStream, spanned::Spanned};

use super::{
    Named, Relation,
    expand::{Expansion, found},
    parse::arguments,
    value::named,
};
use crate::name::ours;

const CURE: &str =
    "`relation` says which one and to what: `relation(ProjectRole::Editor, on = \"ticket\")`";

/// What follows the key.
pub(super) fn parse(key: &Ident, input: ParseStream<'_>) -> Result<Relation> {
    let none = || Error::new(key.span(), CURE);
    arguments(input, none, |content| said(key, content))
}

fn said(key: &Ident, input: ParseStream<'_>) -> Result<Relation> {
    if input.is_empty() {
        return Err(Error::new(key.span(), CURE));
    }
    let (of, variant) = variant(input)?;
    let mut on = None;
    let mut through = Vec::new();
    while !input.is_empty() {
        input
            .parse::<Token![,]>()
            .map_err(|error| Error::new(error.span(), CURE))?;
        if input.is_empty() {
            break;
        }
        let key: Ident = input
            .parse()
            .map_err(|error| Error::new(error.span(), CURE))?;
        match key.to_string().as_str() {
            "on" if on.is_some() => {
                return Err(Error::new(
                    key.span(),
                    "`on` is said twice: a relation is to one resource",
                ));
            }
            "on" => on = Some(named(&key, input)?),
            "through" => through.push(named(&key, input)?),
            unknown => {
                return Err(Error::new(
                    key.span(),
                    format_args!("unknown key `{unknown}`; `relation` takes `on` and `through`"),
                ));
            }
        }
    }
    let on = on.ok_or_else(|| Error::new(key.span(), CURE))?;
    Ok(Relation {
        of,
        variant,
        on,
        through,
    })
}

/// `ProjectRole::Editor`: the enum, and the variant.
fn variant(input: ParseStream<'_>) -> Result<(Path, Ident)> {
    let start = input.span();
    let cure = |at: Span| {
        Error::new(
            at,
            "a relation is named with its enum: `ProjectRole::Editor`",
        )
    };
    let mut path = Path::parse_mod_style(input).map_err(|_| cure(start))?;
    let variant = path.segments.pop().map(|last| last.ident);
    // The last `::` stood before the variant.
    path.segments.pop_punct();
    match variant {
        Some(variant) if !path.segments.is_empty() => Ok((path, variant)),
        _ => Err(cure(start)),
    }
}

impl Expansion<'_> {
    pub(super) fn relation(&mut self, relation: &Relation, words: &str) -> TokenStream {
        let Relation {
            of,
            variant,
            on,
            through,
        } = relation;
        let at = ours(variant.span());
        let (kind, word, named) = (
            self.fresh("E", of.span()),
            self.fresh("A", variant.span()),
            self.fresh("N", variant.span()),
        );
        self.items.push(quote_spanned!(at=>
            type #kind = #of;
            const #word: __p::RelationWord = {
                // A constant of the same name may be of another enum.
                let relation: #kind = <#kind>::#variant;
                relation.__derive_relations()
            };
            struct #named;
            impl __p::Named for #named {
                const WORD: __p::RelationWord = #word;
                const WORDS: &'static str = #words;
            }
        ));
        let shown = of
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        let relates = quote!(__p::Asked::<#kind>::RELATES);
        self.demand(
            of.span(),
            &quote!(!__p::Asked::<#kind>::RELATION || #relates),
            &format!("`{shown}` says nowhere who has it: write `impl Relate for {shown}`"),
        );
        let mut last = self.resource(on, "on");
        self.resources.push(last.clone());
        let mut asks = vec![relates, found(&last)];
        let mut way = quote!(__p::Here<#last>);
        let mut stands: &Named = on;
        for step in through {
            let parent = self.resource(step, "through");
            let (here, up) = (quote!(__p::Asked::<#last>), quote!(__p::Asked::<#parent>));
            let leads = quote!(__p::way(&#up::ID.id, &#here::ID, false) & __p::PARENT != 0);
            let both = quote!(#here::RESOURCE && #up::RESOURCE);
            self.demand(
                step.span,
                &quote!(!(#both) || #leads),
                &format!(
                    "`{}` has no `#[parent({})]` field",
                    stands.shown(),
                    step.shown()
                ),
            );
            // Of a guard it is told already that what is proposed isn't there yet.
            if !self.guards {
                self.demand(
                    step.span,
                    &quote!(!#up::PROPOSED),
                    &format!(
                        "`{}` is proposed: a relation leads through what is in the store",
                        step.shown()
                    ),
                );
            }
            asks.push(quote!(#up::LOADS && #leads));
            way = quote!(__p::Up<#way, #parent>);
            self.through.push(parent.clone());
            (last, stands) = (parent, step);
        }
        let how = self.fresh("K", variant.span());
        self.items.push(quote!(
            const #how: u8 = if #(#asks)&&* {
                __p::way(&__p::Asked::<#kind>::TO, &__p::Asked::<#last>::ID, __p::Asked::<#kind>::OF_FOUND)
            } else {
                __p::NEVER
            };
        ));
        let here = ours(stands.span);
        self.items.push(quote_spanned!(here=>
            const _: () = __p::demand(!(#(#asks)&&*) || #how != __p::NEVER, #word.sentence);
        ));
        let ask = quote!(__p::AskRelation<#named, #kind, #way, { #how }>);
        self.bounds.push(quote!(#ask: __p::RelationOn<__S>));
        quote!(<#ask as __p::RelationOn<__S>>::RULE)
    }
}

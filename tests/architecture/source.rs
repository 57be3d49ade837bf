//! The modules of one crate as `syn` reads them: what each defines, passes on and names.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "syn's enums have dozens of variants, and grow"
)]

use std::collections::{BTreeMap, BTreeSet};
use syn::buffer::{Cursor, TokenBuffer};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, ItemMod, ItemUse, Meta, Token, TraitItem, UseTree};

/// The way to a module or an item from the crate's root: `["wire", "Gateway"]`.
pub(super) type Segments = Vec<String>;

/// One module of product code; what stands under `#[cfg(test)]` is left out.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// The file it is written in, below `src/`. A module in braces has the file of the one around it.
    pub(super) file: String,
    /// Items that are defined here.
    pub(super) defines: BTreeSet<String>,
    /// Names that it passes on (`pub use`), as written.
    pub(super) reexports: BTreeMap<String, Segments>,
    /// Modules that it passes on wholly (`pub use x::*`), as written.
    pub(super) globs: Vec<Segments>,
    /// Every other path of two segments or more, and every import, as written.
    pub(super) names: BTreeSet<Segments>,
}

/// The modules of a crate by their way from the root.
pub(super) type Modules = BTreeMap<Segments, Module>;

/// Reads a crate from its files, beginning at its root and following `mod` declarations.
pub(super) fn modules(root: &str, files: &BTreeMap<String, String>) -> Modules {
    let mut modules = Modules::new();
    let mut open = vec![(Segments::new(), root.to_owned())];
    while let Some((at, file)) = open.pop() {
        let text = files.get(&file);
        let text = text.unwrap_or_else(|| panic!("{file} is declared and is not there"));
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut reader = Reader::new(at, &file);
        reader.visit_file(&parsed);
        for child in reader.declared {
            let path = child.join("/");
            let places = [format!("{path}.rs"), format!("{path}/mod.rs")];
            let place = places.into_iter().find(|place| files.contains_key(place));
            let place = place.unwrap_or_else(|| panic!("{file} declares {path} without a file"));
            open.push((child, place));
        }
        modules.extend(reader.read);
    }
    modules
}

/// Walks the syntax tree of one file.
struct Reader {
    /// The module that is being read, and those around it in the same file.
    at: Segments,
    module: Module,
    read: Modules,
    /// Child modules with files of their own.
    declared: Vec<Segments>,
}

impl Reader {
    fn new(at: Segments, file: &str) -> Self {
        let module = Module {
            file: file.to_owned(),
            ..Module::default()
        };
        Self {
            at,
            module,
            read: Modules::new(),
            declared: Vec::new(),
        }
    }

    fn declare(&mut self, item: &ItemMod) {
        let mut child = self.at.clone();
        child.push(item.ident.to_string());
        let Some((_, items)) = &item.content else {
            self.declared.push(child);
            return;
        };
        let mut inner = Self::new(child, &self.module.file);
        for item in items {
            inner.visit_item(item);
        }
        inner.finish();
        self.read.append(&mut inner.read);
        self.declared.append(&mut inner.declared);
    }

    fn finish(&mut self) {
        let module = std::mem::take(&mut self.module);
        self.read.insert(self.at.clone(), module);
    }

    /// Splits a tree of imports into its single paths, each with the name that it has from here on.
    fn import(&mut self, tree: &UseTree, before: &Segments, passed_on: bool) {
        let mut path = before.clone();
        let mut leaf = |path: Segments, name: String| {
            if passed_on {
                self.module.reexports.insert(name, path);
            } else {
                self.module.names.insert(path);
            }
        };
        match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                self.import(&inner.tree, &path, passed_on);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before, passed_on);
                }
            }
            // `use a::b::{self}` imports `a::b`.
            UseTree::Name(name) if name.ident == "self" => {
                let name = path.last().cloned().unwrap_or_default();
                leaf(path, name);
            }
            UseTree::Name(name) => {
                path.push(name.ident.to_string());
                leaf(path, name.ident.to_string());
            }
            UseTree::Rename(renamed) => {
                if renamed.ident != "self" {
                    path.push(renamed.ident.to_string());
                }
                leaf(path, renamed.rename.to_string());
            }
            UseTree::Glob(_) if passed_on => self.module.globs.push(path),
            UseTree::Glob(_) => {
                self.module.names.insert(path);
            }
        }
    }

    /// The paths among tokens that nobody has parsed: arguments of macros and attributes.
    fn tokens(&mut self, mut cursor: Cursor<'_>) {
        let mut path = Segments::new();
        let mut colons = 0;
        loop {
            if let Some((ident, rest)) = cursor.ident() {
                if colons != 2 {
                    self.named(&path);
                    path.clear();
                }
                path.push(ident.to_string());
                (cursor, colons) = (rest, 0);
            } else if let Some((punct, rest)) = cursor.punct()
                && punct.as_char() == ':'
                && !path.is_empty()
                && colons < 2
            {
                (cursor, colons) = (rest, colons + 1);
            } else {
                self.named(&path);
                path.clear();
                colons = 0;
                let Some((_, rest)) = cursor.token_tree() else {
                    return;
                };
                if let Some((inside, ..)) = cursor.any_group() {
                    self.tokens(inside);
                }
                cursor = rest;
            }
        }
    }

    fn named(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.module.names.insert(path.to_vec());
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_file(&mut self, file: &'ast syn::File) {
        visit::visit_file(self, file);
        self.finish();
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, defined) = of_item(item);
        if attributes.iter().any(is_test) {
            return;
        }
        self.module.defines.extend(defined);
        match item {
            Item::Mod(module) => self.declare(module),
            Item::Use(import) => self.visit_item_use(import),
            _other => visit::visit_item(self, item),
        }
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        let passed_on = !matches!(import.vis, syn::Visibility::Inherited);
        if import.leading_colon.is_none() {
            self.import(&import.tree, &Segments::new(), passed_on);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _unknown => return,
        };
        if !attributes.iter().any(is_test) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let attributes = match item {
            TraitItem::Const(item) => &item.attrs,
            TraitItem::Fn(item) => &item.attrs,
            TraitItem::Type(item) => &item.attrs,
            TraitItem::Macro(item) => &item.attrs,
            _unknown => return,
        };
        if !attributes.iter().any(is_test) {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Segments = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if path.leading_colon.is_none() {
            self.named(&segments);
        }
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(TokenBuffer::new2(list.tokens.clone()).begin());
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.tokens(TokenBuffer::new2(call.tokens.clone()).begin());
    }

    /// `pub(in crate::x)` says who may look, and looks at nobody.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}
}

/// An item's attributes, and its name where it has one.
fn of_item(item: &Item) -> (&[Attribute], Option<String>) {
    let (attributes, ident) = match item {
        Item::Const(item) => (&item.attrs, Some(&item.ident)),
        Item::Enum(item) => (&item.attrs, Some(&item.ident)),
        Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
        Item::Impl(item) => (&item.attrs, None),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
        Item::Mod(item) => (&item.attrs, Some(&item.ident)),
        Item::Static(item) => (&item.attrs, Some(&item.ident)),
        Item::Struct(item) => (&item.attrs, Some(&item.ident)),
        Item::Trait(item) => (&item.attrs, Some(&item.ident)),
        Item::Type(item) => (&item.attrs, Some(&item.ident)),
        Item::Union(item) => (&item.attrs, Some(&item.ident)),
        Item::Use(item) => (&item.attrs, None),
        _without_a_name => return (&[], None),
    };
    (attributes, ident.map(ToString::to_string))
}

/// Whether an attribute keeps its item out of everything but tests.
fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args().is_ok_and(|when| needs_test(&when))
}

fn needs_test(when: &Meta) -> bool {
    let Meta::List(list) = when else {
        return when.path().is_ident("test");
    };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let mut parts = parts.unwrap_or_default().into_iter();
    if list.path.is_ident("all") {
        parts.any(|part| needs_test(&part))
    } else {
        list.path.is_ident("any") && parts.all(|part| needs_test(&part))
    }
}

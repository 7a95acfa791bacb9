//! The table of known keys: what one row says, and the tree that all rows make.

use std::collections::BTreeMap;

use crate::node::{Data, Node};

/// Who may see a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Backend processes and whoever reads the files; the default.
    Backend,
    /// Every browser.
    Frontend,
    /// Nobody: masked wherever people look.
    Secret,
}

/// What may stand under a key. Objects and arrays need no word where the table has keys or items below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A number, or text that is one.
    Number,
    /// A boolean, or text that is one.
    Bool,
    /// See [`crate::Config::opt_duration`].
    Duration,
    /// See [`crate::Schedule`].
    Schedule,
    /// An object whose keys nobody here knows.
    Object,
    /// Anything.
    Data,
    /// Exactly `false`.
    False,
    /// One of these texts.
    Word(&'static [&'static str]),
    /// Nothing any more; what to write instead.
    Removed(&'static str),
}

pub(super) const TEXT: &[Kind] = &[Kind::Text];
pub(super) const NUMBER: &[Kind] = &[Kind::Number];
pub(super) const BOOL: &[Kind] = &[Kind::Bool];
pub(super) const DURATION: &[Kind] = &[Kind::Duration];
pub(super) const SCHEDULE: &[Kind] = &[Kind::Schedule];
pub(super) const OBJECT: &[Kind] = &[Kind::Object];
pub(super) const DATA: &[Kind] = &[Kind::Data];

/// One row. The path is relative to the places its group stands at: keys joined by dots, `*` for any key, `[]` after a
/// key for the items of its array. The empty path is the place itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    path: &'static str,
    kinds: &'static [Kind],
    visibility: Option<Visibility>,
    deep: bool,
    deprecated: Option<&'static str>,
}

/// A row with the default visibility.
pub(super) const fn key(path: &'static str, kinds: &'static [Kind]) -> Key {
    Key { path, kinds, visibility: None, deep: false, deprecated: None }
}

impl Key {
    /// Browsers get it.
    pub(super) const fn frontend(self) -> Self {
        Self { visibility: Some(Visibility::Frontend), ..self }
    }

    /// Browsers get it and everything below.
    pub(super) const fn deep_frontend(self) -> Self {
        Self { visibility: Some(Visibility::Frontend), deep: true, ..self }
    }

    /// No secret, though what stands around it is.
    pub(super) const fn backend(self) -> Self {
        Self { visibility: Some(Visibility::Backend), ..self }
    }

    /// Nobody sees it.
    pub(super) const fn secret(self) -> Self {
        Self { visibility: Some(Visibility::Secret), ..self }
    }

    /// Nobody sees it, nor anything below.
    pub(super) const fn deep_secret(self) -> Self {
        Self { visibility: Some(Visibility::Secret), deep: true, ..self }
    }

    /// It still works; what to do instead.
    pub(super) const fn deprecated(self, advice: &'static str) -> Self {
        Self { deprecated: Some(advice), ..self }
    }
}

/// Rows, and the places at which they stand.
pub(super) type Group = (&'static [&'static str], &'static [Key]);

/// One place of the tree that all rows make.
#[derive(Debug, Default)]
pub(crate) struct Place {
    pub(crate) kinds: Vec<Kind>,
    /// What a row says; `None` where no row stands or it says nothing.
    pub(crate) visibility: Option<Visibility>,
    /// Holds for everything below.
    pub(crate) deep: Option<Visibility>,
    pub(crate) deprecated: Option<&'static str>,
    pub(crate) children: BTreeMap<&'static str, Place>,
    /// For keys that are not among the children.
    pub(crate) any: Option<Box<Place>>,
    pub(crate) item: Option<Box<Place>>,
}

impl Place {
    pub(super) fn add(&mut self, groups: &[Group]) {
        for (places, keys) in groups {
            for place in *places {
                for key in *keys {
                    self.at(place).at(key.path).declare(key);
                }
            }
        }
    }

    fn at(&mut self, path: &'static str) -> &mut Self {
        let mut place = self;
        for part in crate::path::split(path) {
            let mut name = part;
            let mut arrays = 0;
            while let Some(shorter) = name.strip_suffix("[]") {
                name = shorter;
                arrays += 1;
            }
            place = match name {
                "*" => place.any.get_or_insert_default(),
                "" => place,
                name => place.children.entry(name).or_default(),
            };
            for _ in 0..arrays {
                place = place.item.get_or_insert_default();
            }
        }
        place
    }

    fn declare(&mut self, key: &Key) {
        self.kinds.extend(key.kinds.iter().filter(|kind| !self.kinds.contains(kind)).collect::<Vec<_>>());
        self.visibility = key.visibility.or(self.visibility);
        self.deprecated = key.deprecated.or(self.deprecated);
        if key.deep {
            self.deep = key.visibility;
        }
    }

    /// Whether objects may stand here.
    pub(crate) fn takes_object(&self) -> bool {
        !self.children.is_empty() || self.any.is_some() || self.takes_anything()
    }

    /// Whether keys below are nobody's business here.
    pub(crate) fn takes_anything(&self) -> bool {
        self.kinds.iter().any(|kind| matches!(kind, Kind::Object | Kind::Data))
    }
}

/// What the table says about a value: its place, if it has one, and what holds from above.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'t> {
    pub(crate) place: Option<&'t Place>,
    deep: Option<Visibility>,
}

impl<'t> Known<'t> {
    pub(crate) fn root(place: &'t Place) -> Self {
        Self { place: Some(place), deep: None }
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.below(self.place.and_then(|place| place.children.get(key).or(place.any.as_deref())))
    }

    pub(crate) fn item(self) -> Self {
        self.below(self.place.and_then(|place| place.item.as_deref()))
    }

    /// What counts for the visibility of an item: of a plain value in an array of which only the array has a row, that
    /// row (config-loader 1.11.3).
    pub(crate) fn item_of(self, item: &Node) -> Self {
        let below = self.item();
        let is_plain = !matches!(item.data, Data::Map(_) | Data::List(_));
        if is_plain && below.place.is_none() { self } else { below }
    }

    fn below(self, place: Option<&'t Place>) -> Self {
        // An object in place of a secret text is a mistake, and no reason to show what is in it.
        let misplaced = self.place.filter(|above| {
            above.visibility == Some(Visibility::Secret) && !above.takes_object() && above.item.is_none()
        });
        let deep = self.place.and_then(|above| above.deep).or(misplaced.and(Some(Visibility::Secret)));
        Self { place, deep: deep.or(self.deep) }
    }

    /// What a row says about exactly this value or everything around it.
    pub(crate) fn stated_visibility(self) -> Option<Visibility> {
        self.place.and_then(|place| place.visibility).or(self.deep)
    }

    /// Whether a row names exactly this value with a type, so that its visibility can be trusted.
    pub(crate) fn is_typed(self) -> bool {
        self.place.is_some_and(|place| !place.kinds.is_empty() && !place.takes_anything())
    }
}

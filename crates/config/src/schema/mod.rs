//! What Callboard knows about keys: their types, and who may see them.
//!
//! The rows stand in `keys/`, one file for each section. A new key is one new row.

mod keys;
mod table;

use std::sync::LazyLock;

pub(crate) use keys::SECTIONS;
pub(crate) use table::{Kind, Known, Place, Visibility};

use crate::path::{KeyPath, Step};

static TABLE: LazyLock<Place> = LazyLock::new(|| {
    let mut root = Place::default();
    for section in SECTIONS {
        for groups in section.groups {
            root.add(groups);
        }
    }
    root
});

/// The root of the table.
pub(crate) fn root() -> Known<'static> {
    Known::root(&TABLE)
}

/// What the table says about the value at a path.
pub(crate) fn at(path: &KeyPath) -> Known<'static> {
    path.steps().iter().fold(root(), |known, step| match step {
        Step::Key(key) => known.key(key),
        Step::Index(_) => known.item(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every place of the table with its path.
    fn walk(
        place: &Place,
        path: &str,
        deep: Option<Visibility>,
        visit: &mut dyn FnMut(&str, &Place, Option<Visibility>),
    ) {
        visit(path, place, deep);
        let deep = place.deep.or(deep);
        for (key, child) in &place.children {
            walk(child, &format!("{path}.{key}"), deep, visit);
        }
        for (name, child) in [(".*", place.any.as_deref()), ("[]", place.item.as_deref())] {
            if let Some(child) = child {
                walk(child, &format!("{path}{name}"), deep, visit);
            }
        }
    }

    #[test]
    fn no_row_contradicts_the_visibility_around_it() {
        walk(&TABLE, "", None, &mut |path, place, deep| {
            let frontend_around_secret =
                deep == Some(Visibility::Frontend) && place.visibility == Some(Visibility::Secret);
            let secret_around_frontend =
                deep == Some(Visibility::Secret) && place.visibility == Some(Visibility::Frontend);
            assert!(!frontend_around_secret && !secret_around_frontend, "{path}");
        });
    }

    #[test]
    fn no_row_that_sounds_like_a_secret_is_visible_to_browsers() {
        walk(&TABLE, "", None, &mut |path, place, _| {
            let last = path.rsplit('.').next().unwrap_or_default();
            let sounds = crate::mask::sounds_secret(last);
            assert!(!(sounds && place.visibility == Some(Visibility::Frontend)), "{path}");
        });
    }
}

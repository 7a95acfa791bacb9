//! User: a person.

use super::{CORE, KindRules, PROFILE, relation};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "User",
    api_versions: CORE,
    spec: |_| SPEC,
    relations: &[relation("memberOf", "memberOf", "hasMember", Some("Group"))],
};

const SPEC: &[Field] = &[required("memberOf", Shape::NonEmptyList), optional("profile", PROFILE)];

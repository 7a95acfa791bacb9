//! Group: a team or another unit of the organisation.

use super::{CORE, KindRules, PROFILE, relation};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "Group",
    api_versions: CORE,
    spec: |_| SPEC,
    relations: &[
        relation("parent", "childOf", "parentOf", Some("Group")),
        relation("children", "parentOf", "childOf", Some("Group")),
        relation("members", "hasMember", "memberOf", Some("User")),
    ],
};

const SPEC: &[Field] = &[
    required("type", Shape::NonEmpty),
    required("children", Shape::NonEmptyList),
    optional("profile", PROFILE),
    optional("parent", Shape::NonEmpty),
    optional("members", Shape::NonEmptyList),
];

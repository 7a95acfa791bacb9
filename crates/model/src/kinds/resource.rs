//! Resource: infrastructure that components need.

use super::{CORE, DEPENDENCY_OF, DEPENDS_ON, KindRules, OWNER, SYSTEM};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "Resource",
    api_versions: CORE,
    spec: |_| SPEC,
    relations: &[OWNER, DEPENDS_ON, DEPENDENCY_OF, SYSTEM],
};

const SPEC: &[Field] = &[
    required("type", Shape::NonEmpty),
    required("owner", Shape::NonEmpty),
    optional("dependsOn", Shape::NonEmptyList),
    optional("system", Shape::NonEmpty),
];

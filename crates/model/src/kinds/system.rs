//! System: components and resources that work together.

use super::{CORE, KindRules, OWNER, relation};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "System",
    api_versions: CORE,
    spec: |_| SPEC,
    relations: &[OWNER, relation("domain", "partOf", "hasPart", Some("Domain"))],
};

const SPEC: &[Field] = &[
    required("owner", Shape::NonEmpty),
    optional("domain", Shape::NonEmpty),
    optional("type", Shape::NonEmpty),
];

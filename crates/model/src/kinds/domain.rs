//! Domain: systems that belong to one part of the business.

use super::{CORE, KindRules, OWNER, relation};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "Domain",
    api_versions: CORE,
    spec: |_| SPEC,
    relations: &[OWNER, relation("subdomainOf", "partOf", "hasPart", Some("Domain"))],
};

const SPEC: &[Field] = &[
    required("owner", Shape::NonEmpty),
    optional("subdomainOf", Shape::NonEmpty),
    optional("type", Shape::NonEmpty),
];

//! Component: a piece of software.

use super::{CORE, DEPENDENCY_OF, DEPENDS_ON, KindRules, OWNER, SYSTEM, relation};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "Component",
    api_versions: CORE,
    spec: |_| SPEC,
    relations: &[
        OWNER,
        relation("subcomponentOf", "partOf", "hasPart", Some("Component")),
        relation("providesApis", "providesApi", "apiProvidedBy", Some("API")),
        relation("consumesApis", "consumesApi", "apiConsumedBy", Some("API")),
        DEPENDS_ON,
        DEPENDENCY_OF,
        SYSTEM,
    ],
};

const SPEC: &[Field] = &[
    required("type", Shape::NonEmpty),
    required("lifecycle", Shape::NonEmpty),
    required("owner", Shape::NonEmpty),
    optional("system", Shape::NonEmpty),
    optional("subcomponentOf", Shape::NonEmpty),
    optional("providesApis", Shape::NonEmptyList),
    optional("consumesApis", Shape::NonEmptyList),
    optional("dependsOn", Shape::NonEmptyList),
];

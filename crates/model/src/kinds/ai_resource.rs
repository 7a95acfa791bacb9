//! AiResource: skills, rules, plugins and marketplaces for coding agents (contract: catalog-backend-module-ai-model 0.1.4).

use super::{KindRules, OWNER, RelationField, SYSTEM};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "AiResource",
    api_versions: &["backstage.io/v1alpha1"],
    spec: |spec_type| match spec_type {
        "skill" => SKILL,
        "rule" => RULE,
        "plugin" => PLUGIN,
        "marketplace" => MARKETPLACE,
        _ => BASE,
    },
    relations: &[
        OWNER,
        SYSTEM,
        RelationField {
            field: "dependsOn",
            forward: "dependsOn",
            inverse: "dependencyOf",
            default_kind: Some("AiResource"),
            only_for_types: Some(&["skill"]),
        },
        RelationField {
            field: "skills",
            forward: "hasPart",
            inverse: "partOf",
            default_kind: Some("AiResource"),
            only_for_types: Some(&["plugin"]),
        },
        RelationField {
            field: "plugins",
            forward: "hasPart",
            inverse: "partOf",
            default_kind: Some("AiResource"),
            only_for_types: Some(&["marketplace"]),
        },
    ],
};

const TYPE: Field = required("type", Shape::NonEmpty);
const LIFECYCLE: Field = required("lifecycle", Shape::NonEmpty);
const OWNED: Field = required("owner", Shape::NonEmpty);
const PART_OF: Field = optional("system", Shape::NonEmpty);

const BASE: &[Field] = &[TYPE, LIFECYCLE, OWNED, PART_OF];

const SKILL: &[Field] = &[
    TYPE,
    LIFECYCLE,
    OWNED,
    PART_OF,
    optional("disciplines", Shape::NonEmptyList),
    optional("categories", Shape::NonEmptyList),
    optional("agents", Shape::NonEmptyList),
    optional("dependsOn", Shape::NonEmptyList),
    optional("allowedTools", Shape::NonEmpty),
    optional("license", Shape::NonEmpty),
    optional("compatibility", Shape::AtMost(500)),
];

const RULE: &[Field] = &[
    TYPE,
    LIFECYCLE,
    OWNED,
    required("category", Shape::NonEmpty),
    required("rationale", Shape::NonEmpty),
    PART_OF,
    optional("disciplines", Shape::NonEmptyList),
];

const PLUGIN: &[Field] = &[
    TYPE,
    LIFECYCLE,
    OWNED,
    required("skills", Shape::NonEmptyList),
    PART_OF,
    optional("version", Shape::NonEmpty),
];

const MARKETPLACE: &[Field] = &[
    TYPE,
    LIFECYCLE,
    OWNED,
    required("plugins", Shape::NonEmptyList),
    PART_OF,
    optional("version", Shape::NonEmpty),
];

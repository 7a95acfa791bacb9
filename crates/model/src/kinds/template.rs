//! Template: what the scaffolder makes new things from (contract: scaffolder-common 2.3.0, Template v1beta3).

use super::{KindRules, OWNER};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "Template",
    api_versions: &["scaffolder.backstage.io/v1beta3"],
    spec: |_| SPEC,
    relations: &[OWNER],
};

const SPEC: &[Field] = &[
    required("type", Shape::NonEmpty),
    required("steps", Shape::Objects { min: 0, fields: STEP }),
    optional("parameters", Shape::ObjectOrObjects),
    optional("output", Shape::ObjectAndTexts(OUTPUT)),
    optional("owner", Shape::NonEmpty),
    optional("lifecycle", Shape::NonEmpty),
    optional("secrets", Shape::Object(&[optional("schema", Shape::Object(&[]))])),
    optional("presentation", Shape::Object(&[optional("buttonLabels", Shape::Object(BUTTON_LABELS))])),
    optional("formDecorators", Shape::Objects { min: 0, fields: DECORATOR }),
    optional("EXPERIMENTAL_formDecorators", Shape::Objects { min: 0, fields: DECORATOR }),
    optional("EXPERIMENTAL_recovery", Shape::Object(&[optional("EXPERIMENTAL_strategy", Shape::Text)])),
];

const BUTTON_LABELS: &[Field] = &[
    optional("backButtonText", Shape::Text),
    optional("createButtonText", Shape::Text),
    optional("reviewButtonText", Shape::Text),
];

const DECORATOR: &[Field] = &[optional("id", Shape::Text), optional("input", Shape::Object(&[]))];

const PERMISSIONS: &[Field] = &[optional("tags", Shape::TextList)];

const STEP: &[Field] = &[
    required("action", Shape::Text),
    optional("id", Shape::Text),
    optional("name", Shape::Text),
    optional("input", Shape::Object(&[])),
    optional("if", Shape::TextOrBool),
    optional("backstage:permissions", Shape::Object(PERMISSIONS)),
];

const OUTPUT: &[Field] = &[
    optional("links", Shape::Objects { min: 0, fields: LINK }),
    optional("text", Shape::Objects { min: 0, fields: TEXT }),
];

const LINK: &[Field] = &[
    optional("if", Shape::TextOrBool),
    optional("url", Shape::NonEmpty),
    optional("entityRef", Shape::NonEmpty),
    optional("title", Shape::NonEmpty),
    optional("icon", Shape::NonEmpty),
];

const TEXT: &[Field] = &[
    optional("if", Shape::TextOrBool),
    optional("title", Shape::NonEmpty),
    optional("icon", Shape::NonEmpty),
    optional("content", Shape::NonEmpty),
];

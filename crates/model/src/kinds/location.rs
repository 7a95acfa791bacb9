//! Location: where more descriptions are.

use super::{CORE, KindRules};
use crate::policy::schema::{Field, Shape, optional};

pub(super) const RULES: KindRules =
    KindRules { kind: "Location", api_versions: CORE, spec: |_| SPEC, relations: &[] };

const SPEC: &[Field] = &[
    optional("type", Shape::NonEmpty),
    optional("target", Shape::NonEmpty),
    optional("targets", Shape::NonEmptyList),
    optional("presence", Shape::OneOf(&["required", "optional"])),
];

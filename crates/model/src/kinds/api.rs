//! API: an interface that components provide and consume.

use super::{CORE, KindRules, OWNER, SYSTEM};
use crate::policy::schema::{Field, Shape, optional, required};

pub(super) const RULES: KindRules = KindRules {
    kind: "API",
    api_versions: CORE,
    spec: |spec_type| if spec_type == "mcp-server" { MCP_SERVER } else { SPEC },
    relations: &[OWNER, SYSTEM],
};

const SPEC: &[Field] = &[
    required("type", Shape::NonEmpty),
    required("lifecycle", Shape::NonEmpty),
    required("owner", Shape::NonEmpty),
    required("definition", Shape::NonEmpty),
    optional("system", Shape::NonEmpty),
];

/// An MCP server has no definition; it says where it answers (contract: catalog-model 1.10.1, alpha).
const MCP_SERVER: &[Field] = &[
    required("type", Shape::NonEmpty),
    required("lifecycle", Shape::NonEmpty),
    required("owner", Shape::NonEmpty),
    required("remotes", Shape::Objects { min: 1, fields: REMOTE }),
    optional("system", Shape::NonEmpty),
];

const REMOTE: &[Field] = &[required("type", Shape::NonEmpty), required("url", Shape::NonEmpty)];

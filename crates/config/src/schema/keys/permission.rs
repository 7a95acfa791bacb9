//! Keys of `permission`, with those of the RBAC plugin.

use crate::schema::table::{BOOL, Group, Kind, NUMBER, TEXT, key};

pub(super) const GROUPS: &[Group] = &[(
    &["permission"],
    &[
        key("enabled", BOOL).frontend(),
        key("EXPERIMENTAL_enableBatchedRequests", BOOL).frontend(),
        key("rbac.policies-csv-file", TEXT),
        key("rbac.conditionalPoliciesFile", TEXT),
        key("rbac.policyFileReload", BOOL),
        key("rbac.admin.users[].name", TEXT),
        key("rbac.admin.superUsers[].name", TEXT),
        key("rbac.pluginsWithPermission[]", TEXT),
        key("rbac.maxDepth", NUMBER),
        key("rbac.policyDecisionPrecedence", &[Kind::Word(&["basic", "conditional"])]),
        key("rbac.useOwnershipEntityRefs", BOOL),
        key("rbac.defaultPermissions.defaultRole", TEXT),
        key("rbac.defaultPermissions.basicPermissions[].permission", TEXT),
        key("rbac.defaultPermissions.basicPermissions[].action", TEXT),
        key("rbac.validation.conditionalPolicies.maxConditionDepth", NUMBER),
        key("rbac.validation.conditionalPolicies.maxConditionNodeCount", NUMBER),
        key("rbac.validation.conditionalPolicies.maxCriteriaItems", NUMBER),
        key("rbac.validation.conditionalPoliciesFile.maxBytes", NUMBER),
        key("rbac.validation.conditionalPoliciesFile.maxDocuments", NUMBER),
        key("rbac.database.enabled", BOOL),
    ],
)];

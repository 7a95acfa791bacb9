//! Roles, policies and conditional policies, wherever they come from.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use callboard_kit::permission::Condition;

/// The role that `permission.rbac.admin.users` are members of.
pub(crate) const ADMIN_ROLE: &str = "role:default/rbac_admin";
/// Who is named as author of what the configuration makes.
pub(crate) const CONFIG_AUTHOR: &str = "application configuration";

/// What is done. A permission without an action is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Action {
    Create,
    Read,
    Update,
    Delete,
    Use,
}

impl Action {
    pub(crate) const ALL: [Self; 5] = [Self::Create, Self::Read, Self::Update, Self::Delete, Self::Use];

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// The action of a permission with this attribute; `None` for one that no policy can name.
    pub(crate) fn of(attribute: Option<&str>) -> Option<Self> {
        attribute.map_or(Some(Self::Use), Self::parse)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Use => "use",
        }
    }
}

/// What a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

impl Effect {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "allow" => Some(Self::Allow),
            "deny" => Some(Self::Deny),
            _ => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// What one line of policy says about its role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Policy {
    /// A permission's name, or a resource type.
    pub(crate) permission: String,
    pub(crate) action: Action,
    pub(crate) effect: Effect,
}

/// Where a role belongs; only there it is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Rest,
    CsvFile,
    Configuration,
}

impl Source {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::CsvFile => "csv-file",
            Self::Configuration => "configuration",
        }
    }
}

/// Where something was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    File { path: Arc<str>, line: usize },
    Database,
    Configuration(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{path}:{line}"),
            Self::Database => f.write_str("database"),
            Self::Configuration(key) => f.write_str(key),
        }
    }
}

/// What is said about a role beside its members. Times are in milliseconds since the epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RoleMetadata {
    pub(crate) description: String,
    pub(crate) owner: String,
    pub(crate) author: String,
    pub(crate) modified_by: String,
    pub(crate) created_at: i64,
    pub(crate) last_modified: i64,
}

/// A role.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    /// `role:default/developer`
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) metadata: RoleMetadata,
    /// Everybody has it.
    pub(crate) is_default: bool,
    /// Users and groups, lower-case.
    pub(crate) members: BTreeSet<String>,
    pub(crate) policies: Vec<(Policy, Origin)>,
}

/// One permission that a conditional policy is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// `None` for all permissions of the resource type with this action.
    pub(crate) name: Option<String>,
    pub(crate) action: Action,
}

/// A condition under which a role may do something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ConditionalPolicy {
    pub(crate) role: String,
    pub(crate) plugin_id: String,
    pub(crate) resource_type: String,
    pub(crate) mapping: Vec<Mapping>,
    pub(crate) conditions: Condition,
}

impl ConditionalPolicy {
    /// Whether it is about this permission.
    pub(crate) fn is_about(&self, resource_type: &str, action: Action, name: &str) -> bool {
        self.resource_type == resource_type
            && self
                .mapping
                .iter()
                .any(|one| one.action == action && one.name.as_deref().is_none_or(|named| named == name))
    }

    /// Whether both could answer the same question for the same role.
    pub(crate) fn collides_with(&self, other: &Self) -> bool {
        let same = |one: &Mapping, two: &Mapping| {
            one.action == two.action && (one.name.is_none() || two.name.is_none() || one.name == two.name)
        };
        self.role == other.role
            && self.resource_type == other.resource_type
            && self.mapping.iter().any(|one| other.mapping.iter().any(|two| same(one, two)))
    }
}

/// A conditional policy with its place.
#[derive(Debug, Clone)]
pub(crate) struct PlacedCondition {
    /// Its number over HTTP.
    pub(crate) id: i64,
    pub(crate) policy: Arc<ConditionalPolicy>,
    pub(crate) origin: Origin,
}

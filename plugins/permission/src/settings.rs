//! The `permission` section of the configuration.

use std::collections::BTreeSet;
use std::path::PathBuf;

use callboard_config::{Config, ConfigError};

use crate::model::{ADMIN_ROLE, Action, CONFIG_AUTHOR, Effect, Origin, Policy, Role, RoleMetadata, Source};
use crate::validate::{self, Limits};

const ADMIN_USERS: &str = "permission.rbac.admin.users";
const SUPER_USERS: &str = "permission.rbac.admin.superUsers";
const DEFAULTS: &str = "permission.rbac.defaultPermissions";

/// How permissions are decided.
#[derive(Debug, Clone)]
pub(crate) enum PolicyMode {
    /// `permission.enabled` is false: nobody is asked.
    Off,
    /// No `permission.rbac`: everybody may do everything.
    AllowAll,
    /// Roles decide.
    Rbac(Box<RbacSettings>),
}

/// `permission.rbac`
#[derive(Debug, Clone)]
pub(crate) struct RbacSettings {
    pub(crate) super_users: BTreeSet<String>,
    pub(crate) csv_file: Option<PathBuf>,
    pub(crate) conditions_file: Option<PathBuf>,
    pub(crate) reload: bool,
    /// Levels of parent groups that count; `None` for all.
    pub(crate) max_depth: Option<usize>,
    /// Basic policies go before conditions.
    pub(crate) basic_first: bool,
    pub(crate) use_ownership: bool,
    pub(crate) plugin_ids: Vec<String>,
    pub(crate) limits: Limits,
    /// Most bytes and documents of the file of conditions.
    pub(crate) file_bytes: usize,
    pub(crate) file_documents: usize,
    /// The roles that the configuration itself makes.
    pub(crate) roles: Vec<Role>,
}

impl PolicyMode {
    /// Reads the section; `config` is the whole configuration.
    pub(crate) fn read(config: &Config) -> Result<Self, ConfigError> {
        if !config.opt_bool("permission.enabled")?.unwrap_or(false) {
            return Ok(Self::Off);
        }
        if !config.has("permission.rbac") {
            return Ok(Self::AllowAll);
        }
        let path = |key: &str| Ok::<_, ConfigError>(config.opt_str(key)?.map(PathBuf::from));
        let number = |key: &str, default: usize| {
            let value =
                config.opt_u64(key)?.map_or(default, |value| usize::try_from(value).unwrap_or(usize::MAX));
            if value == 0 { Err(config.error(key, "must be more than 0")) } else { Ok(value) }
        };
        let mut roles = vec![admin_role(config)?];
        roles.extend(default_role(config)?);
        let limits = Limits {
            depth: number("permission.rbac.validation.conditionalPolicies.maxConditionDepth", 12)?,
            nodes: number("permission.rbac.validation.conditionalPolicies.maxConditionNodeCount", 256)?,
            items: number("permission.rbac.validation.conditionalPolicies.maxCriteriaItems", 64)?,
        };
        Ok(Self::Rbac(Box::new(RbacSettings {
            super_users: names(config, SUPER_USERS)?,
            csv_file: path("permission.rbac.policies-csv-file")?,
            conditions_file: path("permission.rbac.conditionalPoliciesFile")?,
            reload: config.opt_bool("permission.rbac.policyFileReload")?.unwrap_or(false),
            max_depth: config
                .opt_u64("permission.rbac.maxDepth")?
                .map(|depth| usize::try_from(depth).unwrap_or(usize::MAX)),
            basic_first: config.opt_str("permission.rbac.policyDecisionPrecedence")? == Some("basic"),
            use_ownership: config.opt_bool("permission.rbac.useOwnershipEntityRefs")?.unwrap_or(false),
            plugin_ids: config.opt_string_array("permission.rbac.pluginsWithPermission")?.unwrap_or_default(),
            limits,
            file_bytes: number("permission.rbac.validation.conditionalPoliciesFile.maxBytes", 1 << 20)?,
            file_documents: number("permission.rbac.validation.conditionalPoliciesFile.maxDocuments", 1_000)?,
            roles,
        })))
    }
}

/// The references of `[{name}]`, lower-case.
fn names(config: &Config, key: &str) -> Result<BTreeSet<String>, ConfigError> {
    let mut names = BTreeSet::new();
    if config.has(key) {
        for entry in config.config_array(key)? {
            let name = entry.get_str("name")?.to_lowercase();
            validate::person(&name, &["user", "group"])
                .map_err(|error| entry.error("name", error.to_string()))?;
            names.insert(name);
        }
    }
    Ok(names)
}

/// `role:default/rbac_admin`: whoever manages roles.
fn admin_role(config: &Config) -> Result<Role, ConfigError> {
    let policies = [
        ("policy-entity", Action::Read),
        ("policy.entity.create", Action::Create),
        ("policy-entity", Action::Delete),
        ("policy-entity", Action::Update),
        ("catalog-entity", Action::Read),
    ];
    let policy = |(permission, action): (&str, Action)| {
        let policy = Policy { permission: permission.to_owned(), action, effect: Effect::Allow };
        (policy, Origin::Configuration(ADMIN_USERS))
    };
    Ok(Role {
        members: names(config, ADMIN_USERS)?,
        policies: policies.into_iter().map(policy).collect(),
        ..configured(
            ADMIN_ROLE,
            "The default permission policy for the admin role allows for the creation, deletion, updating, and reading of roles and permission policies.",
        )
    })
}

/// The role of `defaultPermissions`, which everybody has.
fn default_role(config: &Config) -> Result<Option<Role>, ConfigError> {
    let Some(section) = config.opt_config(DEFAULTS)? else { return Ok(None) };
    let name = section.get_str("defaultRole")?;
    validate::role_name(name).map_err(|error| section.error("defaultRole", error.to_string()))?;
    if name == ADMIN_ROLE {
        return Err(
            section.error("defaultRole", "the role of the admins can't be the one that everybody has")
        );
    }
    let entries =
        if section.has("basicPermissions") { section.config_array("basicPermissions")? } else { Vec::new() };
    if entries.is_empty() {
        let message = format!("the default role {name} needs at least one entry");
        return Err(section.error("basicPermissions", message));
    }
    let mut policies = Vec::new();
    for entry in entries {
        let text = entry.opt_str("action")?.unwrap_or("use");
        let action = Action::parse(text).ok_or_else(|| {
            entry.error("action", format!("'{text}' is not one of create, read, update, delete, use"))
        })?;
        let permission = entry.get_str("permission")?.to_owned();
        let policy = Policy { permission, action, effect: Effect::Allow };
        policies.push((policy, Origin::Configuration(DEFAULTS)));
    }
    let role = configured(name, "Role with default permissions for all users and groups.");
    Ok(Some(Role { is_default: true, policies, ..role }))
}

fn configured(name: &str, description: &str) -> Role {
    Role {
        name: name.to_owned(),
        source: Source::Configuration,
        metadata: RoleMetadata {
            description: description.to_owned(),
            author: CONFIG_AUTHOR.to_owned(),
            modified_by: CONFIG_AUTHOR.to_owned(),
            ..RoleMetadata::default()
        },
        is_default: false,
        members: BTreeSet::new(),
        policies: Vec::new(),
    }
}

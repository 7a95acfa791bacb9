//! Everything that says who may do what, put together: configuration, files, database.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::snapshot::Snapshot;
use crate::error::RbacError;
use crate::files::conditions::{self, ConditionsFile};
use crate::files::csv::{self, CsvFile};
use crate::files::{self};
use crate::model::{Origin, PlacedCondition, Role, Source};
use crate::settings::RbacSettings;
use crate::stored::Stored;

/// Conditions of the file have numbers from here on; those of the database never come so far.
const FILE_CONDITIONS: i64 = 1 << 40;

/// What the sources hold at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    pub(crate) csv: Arc<CsvFile>,
    pub(crate) conditions: Arc<ConditionsFile>,
    pub(crate) stored: Arc<Stored>,
}

/// The texts of the two files, to see whether they have changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    pub(crate) csv: Option<String>,
    pub(crate) conditions: Option<String>,
}

impl Texts {
    /// Reads the files that are configured.
    pub(crate) fn read(settings: &RbacSettings) -> Result<Self, RbacError> {
        let csv = settings.csv_file.as_deref().map(|path| files::read(path, files::MAX_BYTES)).transpose()?;
        let conditions = settings
            .conditions_file
            .as_deref()
            .map(|path| files::read(path, settings.file_bytes))
            .transpose()?;
        Ok(Self { csv, conditions })
    }

    /// What they say.
    pub(crate) fn parse(&self, settings: &RbacSettings) -> Result<(CsvFile, ConditionsFile), RbacError> {
        let csv = match (&settings.csv_file, &self.csv) {
            (Some(path), Some(text)) => csv::parse(path, text)?,
            _ => CsvFile::default(),
        };
        let conditions = match (&settings.conditions_file, &self.conditions) {
            (Some(path), Some(text)) => {
                conditions::parse(path, text, settings.limits, settings.file_documents)?
            }
            _ => ConditionsFile::default(),
        };
        Ok((csv, conditions))
    }
}

impl Sources {
    /// Where a role belongs that is not of the database.
    pub(crate) fn elsewhere(&self, settings: &RbacSettings, name: &str) -> Option<Source> {
        if settings.roles.iter().any(|role| role.name == name) {
            return Some(Source::Configuration);
        }
        // A role that was in the database first is not the file's.
        let in_file = self.csv.roles.contains_key(name) && !self.stored.roles.contains_key(name);
        in_file.then_some(Source::CsvFile)
    }

    /// Puts them together. What of the files doesn't fit to the rest is left out, and named in the second part.
    pub(crate) fn compile(&self, settings: &RbacSettings) -> (Snapshot, Vec<String>) {
        let mut warnings = Vec::new();
        let mut roles: BTreeMap<&str, Role> = BTreeMap::new();
        for role in &settings.roles {
            roles.insert(&role.name, role.clone());
        }
        for (name, stored) in &self.stored.roles {
            if roles.contains_key(name.as_str()) {
                warnings.push(format!(
                    "the role {name} of the database is left out: the configuration has it too"
                ));
                continue;
            }
            let policies = stored.policies.iter().map(|policy| (policy.clone(), Origin::Database)).collect();
            let role = Role {
                name: name.clone(),
                source: Source::Rest,
                metadata: stored.metadata.clone(),
                is_default: false,
                members: stored.members.clone(),
                policies,
            };
            roles.insert(name, role);
        }
        for (name, role) in &self.csv.roles {
            match roles.get(name.as_str()).map(|known| known.source) {
                None => {
                    roles.insert(name, role.clone());
                }
                Some(source) => {
                    let first =
                        role.policies.first().map_or(String::new(), |(_, origin)| format!("{origin}: "));
                    let source = source.as_str();
                    warnings.push(format!("{first}the role {name} is left out: it belongs to '{source}'"));
                }
            }
        }
        let mut placed = Vec::new();
        for (id, policy) in &self.stored.conditions {
            if roles.get(policy.role.as_str()).is_some_and(|role| role.source == Source::Rest) {
                placed.push(PlacedCondition { id: *id, policy: policy.clone(), origin: Origin::Database });
            }
        }
        for ((policy, origin), at) in self.conditions.policies.iter().zip(0_i64..) {
            if roles.get(policy.role.as_str()).is_some_and(|role| role.source == Source::CsvFile) {
                let origin = origin.clone();
                placed.push(PlacedCondition { id: FILE_CONDITIONS + at, policy: policy.clone(), origin });
            } else {
                warnings.push(format!("{origin}: {} is no role of the CSV file; left out", policy.role));
            }
        }
        let roles = roles.into_values().collect();
        (Snapshot::new(roles, placed, self.stored.plugin_ids.iter().cloned().collect()), warnings)
    }
}

//! The kinds that Callboard knows: what each must look like, what it refers to, which of its lists are sorted. One
//! file for each kind.

mod ai_resource;
mod api;
mod component;
mod domain;
mod group;
mod location;
mod resource;
mod system;
mod template;
mod user;

use serde_json::{Map, Value};

use crate::entity::Entity;
use crate::policy::schema::{Field, Found, Shape, check_object};
use crate::validation::Faults;

/// The API versions of the kinds of catalog-model.
const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];

const ALL: [&KindRules; 10] = [
    &component::RULES,
    &api::RULES,
    &resource::RULES,
    &system::RULES,
    &domain::RULES,
    &group::RULES,
    &user::RULES,
    &location::RULES,
    &template::RULES,
    &ai_resource::RULES,
];

/// Everything that one kind says of itself.
pub(crate) struct KindRules {
    kind: &'static str,
    api_versions: &'static [&'static str],
    /// The fields of `spec`, which may hang on `spec.type`.
    spec: fn(spec_type: &str) -> &'static [Field],
    /// The fields of `spec` that become relations.
    pub(crate) relations: &'static [RelationField],
}

/// A field of `spec` that holds one reference or a list of them.
pub(crate) struct RelationField {
    pub(crate) field: &'static str,
    /// The relation's type as seen from the entity.
    pub(crate) forward: &'static str,
    /// The relation's type as seen from what it refers to.
    pub(crate) inverse: &'static str,
    /// The kind where a reference names none; without it a kind is mandatory.
    pub(crate) default_kind: Option<&'static str>,
    /// Whether the field counts only for some values of `spec.type`.
    pub(crate) only_for_types: Option<&'static [&'static str]>,
}

const fn relation(
    field: &'static str,
    forward: &'static str,
    inverse: &'static str,
    default_kind: Option<&'static str>,
) -> RelationField {
    RelationField { field, forward, inverse, default_kind, only_for_types: None }
}

const OWNER: RelationField = relation("owner", "ownedBy", "ownerOf", Some("Group"));
const SYSTEM: RelationField = relation("system", "partOf", "hasPart", Some("System"));
const DEPENDS_ON: RelationField = relation("dependsOn", "dependsOn", "dependencyOf", None);
const DEPENDENCY_OF: RelationField = relation("dependencyOf", "dependencyOf", "dependsOn", None);

/// The person that a User is, the face that a Group shows.
const PROFILE: Shape = Shape::Object(&[
    crate::policy::schema::optional("displayName", Shape::NonEmpty),
    crate::policy::schema::optional("email", Shape::NonEmpty),
    crate::policy::schema::optional("picture", Shape::NonEmpty),
]);

/// Why no kind accepts an entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KindError {
    /// No kind of that name and API version is known; both are compared exactly.
    #[error(
        "No processor recognized the entity {reference} as valid, possibly caused by a foreign kind or apiVersion"
    )]
    Unrecognized {
        /// Lower-case reference of the entity.
        reference: String,
    },
    /// The kind is known and the entity does not keep to it.
    #[error("{0}")]
    Invalid(Faults),
}

/// Checks the entity against its kind. The envelope must have been accepted by [`crate::policy`] before.
pub fn validate(entity: &Entity) -> Result<(), KindError> {
    let Some(rules) = rules_of(entity) else {
        return Err(KindError::Unrecognized { reference: entity.reference().to_string() });
    };
    let mut faults = Found::with_details();
    match entity.as_map().get("spec") {
        Some(spec) => {
            let fields = (rules.spec)(entity.spec_type().unwrap_or_default());
            check_object(spec, "/spec", fields, None, &mut faults);
        }
        None => check_object(
            &Value::Object(Map::new()),
            "",
            &[crate::policy::schema::required("spec", Shape::Any)],
            None,
            &mut faults,
        ),
    }
    faults.check().map_err(KindError::Invalid)
}

/// Sorts the lists of references in `spec`, as Backstage does before it processes an entity. Only lists of strings
/// are touched; anything else is left for [`validate`] to find.
pub fn sort_references(entity: &mut Entity) {
    const SORTED: [&str; 7] =
        ["providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members"];
    let Some(spec) = entity.spec_mut() else { return };
    for field in SORTED {
        if let Some(Value::Array(items)) = spec.get_mut(field)
            && items.iter().all(Value::is_string)
        {
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
    }
}

/// The rules for the entity's kind and API version.
pub(crate) fn rules_of(entity: &Entity) -> Option<&'static KindRules> {
    ALL.into_iter()
        .find(|rules| rules.kind == entity.kind() && rules.api_versions.contains(&entity.api_version()))
}

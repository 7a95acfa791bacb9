//! The permissions of the catalog (contract: plugin-catalog-common 1.2.0, catalog-unprocessed-entities-common 0.0.17).

use callboard_kit::permission::Permission;

/// The type of resource that entity permissions are about.
pub(crate) const CATALOG_ENTITY: &str = "catalog-entity";

const fn entity(name: &'static str, action: &'static str) -> Permission {
    Permission { name, action: Some(action), resource_type: Some(CATALOG_ENTITY) }
}

const fn basic(name: &'static str, action: Option<&'static str>) -> Permission {
    Permission { name, action, resource_type: None }
}

pub(crate) const ENTITY_READ: Permission = entity("catalog.entity.read", "read");
pub(crate) const ENTITY_CREATE: Permission = basic("catalog.entity.create", Some("create"));
pub(crate) const ENTITY_DELETE: Permission = entity("catalog.entity.delete", "delete");
pub(crate) const ENTITY_REFRESH: Permission = entity("catalog.entity.refresh", "update");
pub(crate) const ENTITY_VALIDATE: Permission = basic("catalog.entity.validate", None);
pub(crate) const LOCATION_READ: Permission = basic("catalog.location.read", Some("read"));
pub(crate) const LOCATION_CREATE: Permission = basic("catalog.location.create", Some("create"));
pub(crate) const LOCATION_DELETE: Permission = basic("catalog.location.delete", Some("delete"));
pub(crate) const LOCATION_ANALYZE: Permission = basic("catalog.location.analyze", None);
pub(crate) const INGESTION_READ: Permission = basic("catalog.ingestion.read", Some("read"));
pub(crate) const INGESTION_MANAGE: Permission = basic("catalog.ingestion.manage", Some("update"));
pub(crate) const UNPROCESSED_READ: Permission = basic("catalog.entities.unprocessed.read", Some("read"));
pub(crate) const UNPROCESSED_DELETE: Permission =
    basic("catalog.entities.unprocessed.delete", Some("delete"));

/// Those that the metadata route lists, in its order. Backstage's list leaves the two of the unprocessed module out.
pub(crate) static LISTED: [Permission; 11] = [
    ENTITY_READ,
    ENTITY_CREATE,
    ENTITY_DELETE,
    ENTITY_REFRESH,
    ENTITY_VALIDATE,
    LOCATION_READ,
    LOCATION_CREATE,
    LOCATION_DELETE,
    LOCATION_ANALYZE,
    INGESTION_READ,
    INGESTION_MANAGE,
];

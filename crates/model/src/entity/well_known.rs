//! The annotation keys that Callboard itself reads or writes (names from Backstage's list of well-known annotations).

/// Location reference of the file that describes the entity; written by the catalog.
pub const MANAGED_BY_LOCATION: &str = "backstage.io/managed-by-location";
/// Location reference of the registered location that led here; written by the catalog.
pub const MANAGED_BY_ORIGIN_LOCATION: &str = "backstage.io/managed-by-origin-location";
/// `"true"` on an entity that nothing refers to any more; written by the stitcher.
pub const ORPHAN: &str = "backstage.io/orphan";
/// URL at which the description can be read.
pub const VIEW_URL: &str = "backstage.io/view-url";
/// URL at which the description can be edited.
pub const EDIT_URL: &str = "backstage.io/edit-url";
/// Location reference of the source code; a folder ends with a slash.
pub const SOURCE_LOCATION: &str = "backstage.io/source-location";
/// Entity reference of the template that made the entity.
pub const SOURCE_TEMPLATE: &str = "backstage.io/source-template";

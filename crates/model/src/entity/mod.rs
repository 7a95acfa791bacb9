//! An entity as JSON, with names for the parts that everybody asks for.

mod location_ref;
mod reference;
pub mod well_known;

pub use location_ref::{LocationRef, LocationRefError, generated_location_name, is_script_url};
pub use reference::{EntityRef, EntityRefError, RefContext};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The namespace of an entity that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// One entity: a JSON object in the order in which it was written. Nothing about its shape is promised until
/// [`crate::policy::check_envelope`] has accepted it; the accessors answer `""` or `None` for what is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entity(Map<String, Value>);

impl Entity {
    /// Takes a JSON object; anything else is handed back.
    pub fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(other),
        }
    }

    /// The whole object.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The whole object, to change.
    pub fn as_map_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }

    /// The whole object as a value.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// `apiVersion`, or empty.
    pub fn api_version(&self) -> &str {
        text(self.0.get("apiVersion"))
    }

    /// `kind` as written, or empty.
    pub fn kind(&self) -> &str {
        text(self.0.get("kind"))
    }

    /// `metadata.name` as written, or empty.
    pub fn name(&self) -> &str {
        text(self.metadata_field("name"))
    }

    /// `metadata.namespace`, or `default`.
    pub fn namespace(&self) -> &str {
        self.metadata_field("namespace").and_then(Value::as_str).unwrap_or(DEFAULT_NAMESPACE)
    }

    /// `metadata.uid`.
    pub fn uid(&self) -> Option<&str> {
        self.metadata_field("uid")?.as_str()
    }

    /// `metadata.etag`.
    pub fn etag(&self) -> Option<&str> {
        self.metadata_field("etag")?.as_str()
    }

    /// `metadata.title`.
    pub fn title(&self) -> Option<&str> {
        self.metadata_field("title")?.as_str()
    }

    /// `metadata.description`.
    pub fn description(&self) -> Option<&str> {
        self.metadata_field("description")?.as_str()
    }

    /// `metadata`, where it is an object.
    pub fn metadata(&self) -> Option<&Map<String, Value>> {
        self.0.get("metadata")?.as_object()
    }

    /// `metadata` to change; made (or made an object) where it is not one.
    pub fn metadata_mut(&mut self) -> &mut Map<String, Value> {
        object_at(&mut self.0, "metadata")
    }

    /// `metadata.annotations`, where it is an object.
    pub fn annotations(&self) -> Option<&Map<String, Value>> {
        self.metadata_field("annotations")?.as_object()
    }

    /// One annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations()?.get(key)?.as_str()
    }

    /// Sets one annotation.
    pub fn set_annotation(&mut self, key: &str, value: impl Into<String>) {
        object_at(self.metadata_mut(), "annotations").insert(key.to_owned(), Value::String(value.into()));
    }

    /// `spec`, where it is an object.
    pub fn spec(&self) -> Option<&Map<String, Value>> {
        self.0.get("spec")?.as_object()
    }

    /// `spec` to change, where it is an object.
    pub fn spec_mut(&mut self) -> Option<&mut Map<String, Value>> {
        self.0.get_mut("spec")?.as_object_mut()
    }

    /// `spec.type`.
    pub fn spec_type(&self) -> Option<&str> {
        self.spec()?.get("type")?.as_str()
    }

    /// `relations` of a final entity as (type, target reference); empty before stitching.
    pub fn relations(&self) -> impl Iterator<Item = (&str, &str)> {
        let list = self.0.get("relations").and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(|r| Some((r.get("type")?.as_str()?, r.get("targetRef")?.as_str()?)))
    }

    /// The reference of this entity, its parts as written.
    pub fn reference(&self) -> EntityRef {
        EntityRef::new(self.kind(), self.namespace(), self.name())
    }

    fn metadata_field(&self, key: &str) -> Option<&Value> {
        self.metadata()?.get(key)
    }
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

fn object_at<'a>(parent: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    if !parent.get(key).is_some_and(Value::is_object) {
        parent.insert(key.to_owned(), Value::Object(Map::new()));
    }
    parent.get_mut(key).and_then(Value::as_object_mut).expect("made an object above")
}

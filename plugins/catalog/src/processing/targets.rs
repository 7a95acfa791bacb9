//! The targets that a Location entity names, resolved and checked before anything is read.

use std::path::Path;

use callboard_model::{Entity, LocationRef};
use callboard_scm::Integrations;
use serde_json::Value;

use super::failure::Failure;

/// One location to read.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Its type and resolved target.
    pub(crate) location: LocationRef,
    /// Whether it is no fault if nothing is there (`presence: optional`).
    pub(crate) optional: bool,
}

/// All targets of a Location entity, in the order `target`, `targets`.
pub(super) fn of(
    entity: &Entity,
    own: &LocationRef,
    allowed_types: &[String],
    integrations: &Integrations,
) -> Result<Vec<Target>, Failure> {
    let Some(spec) = entity.spec() else { return Ok(Vec::new()) };
    let kind = spec.get("type").and_then(Value::as_str).unwrap_or(&own.kind);
    if kind != own.kind && !allowed_types.iter().any(|allowed| allowed == kind) {
        return Err(Failure::input(format!(
            "Registered locations must be of an allowed type: {own} names a location of type '{kind}', \
             allowed are '{}' and its own type '{}'",
            allowed_types.join("', '"),
            own.kind
        )));
    }
    let optional = spec.get("presence").and_then(Value::as_str) == Some("optional");
    let single = spec.get("target").and_then(Value::as_str);
    let several =
        spec.get("targets").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let resolve = |target: &str| {
        if kind == "file" && target.ends_with(['/', std::path::MAIN_SEPARATOR]) {
            return Err(Failure::input(format!(
                "A file location cannot have the target '{target}', which ends with a path separator: \
                 name a file, or a pattern such as '{target}*.yaml'"
            )));
        }
        let target = resolve(integrations, own, kind, target);
        let location =
            LocationRef::new(kind, &target).map_err(|error| Failure::type_error(error.to_string()))?;
        Ok(Target { location, optional })
    };
    single.into_iter().chain(several).filter(|target| !target.is_empty()).map(resolve).collect()
}

/// A target as it was written, against the location that names it. What cannot be resolved is left as it is; reading
/// it then says why it is wrong.
fn resolve(integrations: &Integrations, own: &LocationRef, kind: &str, target: &str) -> String {
    if own.kind != kind {
        return target.to_owned();
    }
    match kind {
        // Backstage does this only for a leading dot and takes other paths from its working directory.
        "file" if Path::new(target).is_relative() => {
            let folder = Path::new(&own.target).parent().unwrap_or(Path::new(""));
            lexically_joined(folder, target)
        }
        "url" => integrations.resolve_url(target, &own.target, None).unwrap_or_else(|_| target.to_owned()),
        _ => target.to_owned(),
    }
}

/// `folder/relative` without `.` and `..`, as Node's `path.join` writes it.
fn lexically_joined(folder: &Path, relative: &str) -> String {
    let mut joined = folder.to_path_buf();
    for part in relative.split(['/', std::path::MAIN_SEPARATOR]) {
        match part {
            "" | "." => {}
            ".." => {
                joined.pop();
            }
            part => joined.push(part),
        }
    }
    joined.to_string_lossy().into_owned()
}

//! A step's whole input, rendered string by string as the scaffolder does it.

use serde_json::{Map, Value as Json};

use crate::context::Context;
use crate::host::Host;
use crate::native::Native;
use crate::options::{Mode, Options};
use crate::template::Template;

/// Renders every string of a JSON value. A string that cannot be rendered stays as it is; a string whose value is
/// undefined is left out of its object, and null in a list. Keys are not rendered. `None` when the value itself is
/// undefined.
#[must_use]
pub fn render_step_input(value: &Json, context: Context<'_>, host: &dyn Host) -> Option<Json> {
    match value {
        Json::String(text) => {
            // Most strings hold no template; what has no delimiter is not parsed at all.
            if !text.contains(['{', '#']) {
                return Some(value.clone());
            }
            let rendered = Template::parse(text, &Options::new(Mode::Input))
                .and_then(|template| template.render_value(context, host));
            match rendered {
                Ok(native) => Native::into_json(native),
                Err(_) => Some(value.clone()),
            }
        }
        Json::Array(items) => Some(Json::Array(
            items.iter().map(|item| render_step_input(item, context, host).unwrap_or(Json::Null)).collect(),
        )),
        Json::Object(entries) => Some(Json::Object(
            entries
                .iter()
                .filter_map(|(key, item)| Some((key.clone(), render_step_input(item, context, host)?)))
                .collect::<Map<_, _>>(),
        )),
        other => Some(other.clone()),
    }
}

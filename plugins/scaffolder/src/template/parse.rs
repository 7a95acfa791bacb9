//! A Template entity (`scaffolder.backstage.io/v1beta3`) and the spec of a task that is made from it.

use callboard_model::entity::Entity;
use callboard_model::entity::well_known::{MANAGED_BY_LOCATION, SOURCE_LOCATION};
use callboard_model::{LocationRef, kinds};
use serde_json::{Map, Value, json};

use super::step::Step;
use crate::error::ScaffolderError;

pub(crate) const API_VERSION: &str = "scaffolder.backstage.io/v1beta3";
/// Steps of one template.
const MOST_STEPS: usize = 1_000;

/// A template.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// `template:default/x`
    pub(crate) entity_ref: String,
    pub(crate) metadata: Value,
    pub(crate) spec: Map<String, Value>,
    /// Where it was read from: `url:…`, `file:…`.
    pub(crate) location: Option<String>,
}

impl Template {
    /// Reads an entity that is one.
    ///
    /// # Errors
    /// `Input` for another kind or version of the API.
    pub(crate) fn read(entity: Value) -> Result<Self, ScaffolderError> {
        let entity = Entity::from_value(entity)
            .map_err(|_| ScaffolderError::Input("The template is not an object".to_owned()))?;
        if !entity.kind().eq_ignore_ascii_case("template") {
            let message = "Invalid kind, only 'Template' kind is supported";
            return Err(ScaffolderError::Input(message.to_owned()));
        }
        if entity.api_version() != API_VERSION {
            let message = format!("Unsupported apiVersion field in schema entity, {}", entity.api_version());
            return Err(ScaffolderError::Input(message));
        }
        let annotation = |name| entity.annotation(name).map(str::to_owned);
        Ok(Self {
            entity_ref: entity.reference().to_string().to_lowercase(),
            location: annotation(SOURCE_LOCATION).or_else(|| annotation(MANAGED_BY_LOCATION)),
            metadata: entity.metadata().cloned().map_or(Value::Null, Value::Object),
            spec: entity.spec().cloned().unwrap_or_default(),
        })
    }

    /// Checks an entity that no catalog has checked, and reads it.
    ///
    /// # Errors
    /// `Input` with what is wrong.
    pub(crate) fn read_unchecked(entity: Value) -> Result<Self, ScaffolderError> {
        let not_one = || ScaffolderError::Input("Input template is not a template".to_owned());
        let checked = Entity::from_value(entity.clone()).map_err(|_| not_one())?;
        if checked.kind() != "Template" || checked.api_version() != API_VERSION || checked.name().is_empty() {
            return Err(not_one());
        }
        kinds::validate(&checked)
            .map_err(|error| ScaffolderError::Input(format!("Input template: {error}")))?;
        Self::read(entity)
    }

    /// What a fault of it is called: its reference, and where it was read from.
    pub(crate) fn fault(&self, what: impl std::fmt::Display) -> ScaffolderError {
        let place = self.location.as_deref().map(|place| format!(" ({place})")).unwrap_or_default();
        ScaffolderError::Template(format!("{}{place}: {what}", self.entity_ref))
    }

    /// The sections of parameters.
    pub(crate) fn parameters(&self) -> Vec<&Value> {
        match self.spec.get("parameters") {
            Some(Value::Array(sections)) => sections.iter().collect(),
            Some(section @ Value::Object(_)) => vec![section],
            _ => Vec::new(),
        }
    }

    /// The steps as they were written.
    pub(crate) fn steps(&self) -> &[Value] {
        self.spec.get("steps").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// `spec.owner`
    pub(crate) fn owner(&self) -> Option<&str> {
        self.spec.get("owner").and_then(Value::as_str)
    }

    /// The URL that `fetch:*` resolves relative URLs against.
    pub(crate) fn base_url(&self) -> Option<String> {
        let location = LocationRef::parse(self.location.as_deref()?).ok()?;
        match location.kind.as_str() {
            "url" => Some(location.target),
            "file" => Some(format!("file://{}", location.target)),
            _ => None,
        }
    }

    /// The spec of a task: the steps with ids and names, and everything that expressions see.
    ///
    /// # Errors
    /// `Template` with the step that can't be run.
    pub(crate) fn task_spec(&self, values: &Value, user: Value) -> Result<Value, ScaffolderError> {
        let steps = self.numbered_steps()?;
        let mut spec = Map::new();
        spec.insert("apiVersion".to_owned(), API_VERSION.into());
        spec.insert("steps".to_owned(), steps.into());
        spec.insert("output".to_owned(), self.spec.get("output").cloned().unwrap_or_else(|| json!({})));
        spec.insert("parameters".to_owned(), values.clone());
        if let Some(recovery) = self.spec.get("EXPERIMENTAL_recovery") {
            spec.insert("EXPERIMENTAL_recovery".to_owned(), recovery.clone());
        }
        spec.insert("user".to_owned(), user);
        let mut info = Map::new();
        info.insert("entityRef".to_owned(), self.entity_ref.as_str().into());
        if let Some(base_url) = self.base_url() {
            info.insert("baseUrl".to_owned(), base_url.into());
        }
        info.insert("entity".to_owned(), json!({"metadata": self.metadata}));
        spec.insert("templateInfo".to_owned(), Value::Object(info));
        Ok(Value::Object(spec))
    }

    fn numbered_steps(&self) -> Result<Vec<Value>, ScaffolderError> {
        if self.steps().len() > MOST_STEPS {
            return Err(self.fault(format!("it has more than {MOST_STEPS} steps")));
        }
        let mut steps = Vec::new();
        for (at, step) in self.steps().iter().enumerate() {
            let numbered =
                numbered(step, at).ok_or_else(|| self.step_fault(at, step, "it is not an object"))?;
            // Two steps may have one id: of alternatives with an `if` each, only one runs.
            Step::read(&numbered).map_err(|fault| self.step_fault(at, step, &fault))?;
            steps.push(numbered);
        }
        Ok(steps)
    }

    fn step_fault(&self, at: usize, step: &Value, fault: &str) -> ScaffolderError {
        let id = step.get("id").and_then(Value::as_str);
        let name = id.map_or_else(|| format!("step {}", at + 1), |id| format!("step '{id}'"));
        self.fault(format!("{name} (spec.steps[{at}]): {fault}"))
    }
}

/// A step with an id and a name, first as Backstage writes them.
fn numbered(step: &Value, at: usize) -> Option<Value> {
    let step = step.as_object()?;
    let text = |name: &str| step.get(name).filter(|value| !value.is_null()).cloned();
    let mut numbered = Map::new();
    numbered.insert("id".to_owned(), text("id").unwrap_or_else(|| format!("step-{}", at + 1).into()));
    let action = text("action").unwrap_or(Value::Null);
    numbered.insert("name".to_owned(), text("name").unwrap_or(action));
    for (name, value) in step {
        if name != "id" && name != "name" {
            numbered.insert(name.clone(), value.clone());
        }
    }
    Some(Value::Object(numbered))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(spec: Value) -> Template {
        Template::read(json!({
            "apiVersion": API_VERSION,
            "kind": "Template",
            "metadata": {"name": "T", "annotations": {"backstage.io/managed-by-location": "file:/x/template.yaml"}},
            "spec": spec,
        }))
        .unwrap()
    }

    #[test]
    fn a_task_has_numbered_steps_and_knows_its_template() {
        let made = template(
            json!({"type": "x", "steps": [{"action": "debug:log"}, {"id": "b", "name": "B", "action": "c"}]}),
        );
        let spec = made.task_spec(&json!({"a": 1}), json!({"ref": "user:default/ada"})).unwrap();
        assert_eq!(spec["steps"][0], json!({"id": "step-1", "name": "debug:log", "action": "debug:log"}));
        assert_eq!(spec["steps"][1]["name"], "B");
        assert_eq!(spec["templateInfo"]["entityRef"], "template:default/t");
        assert_eq!(spec["templateInfo"]["baseUrl"], "file:///x/template.yaml");
        assert_eq!((&spec["output"], &spec["parameters"]), (&json!({}), &json!({"a": 1})));
    }

    #[test]
    fn a_faulty_step_is_named_with_the_file_of_its_template() {
        for (steps, fault) in [
            (
                json!([{"action": "x"}, {"id": "a", "action": "y", "if": []}]),
                "step 'a' (spec.steps[1]): 'if'",
            ),
            (json!([{"name": "n"}]), "step 1 (spec.steps[0]): it has no 'action'"),
            (json!([{"id": "t", "action": "x", "timeout": []}]), "step 't' (spec.steps[0]): 'timeout'"),
        ] {
            let error =
                template(json!({"steps": steps})).task_spec(&json!({}), json!({})).unwrap_err().to_string();
            assert!(error.starts_with("template:default/t (file:/x/template.yaml): "), "{error}");
            assert!(error.contains(fault), "{error}");
        }
    }

    #[test]
    fn only_templates_of_this_version_are_read() {
        for entity in [
            json!({"apiVersion": API_VERSION, "kind": "Component", "metadata": {"name": "a"}}),
            json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Template", "metadata": {"name": "a"}}),
        ] {
            assert!(matches!(Template::read(entity), Err(ScaffolderError::Input(_))));
        }
        for entity in [json!({"kind": "x"}), json!(1)] {
            let error = Template::read_unchecked(entity).unwrap_err().to_string();
            assert_eq!(error, "Input template is not a template");
        }
        let without_steps = json!({"apiVersion": API_VERSION, "kind": "Template", "metadata": {"name": "a"}, "spec": {"type": "x"}});
        assert!(Template::read_unchecked(without_steps).unwrap_err().to_string().contains("steps"));
    }
}

//! `conditionalPoliciesFile`: documents of YAML, each a conditional policy of a role of the CSV file.

use std::path::Path;
use std::sync::Arc;

use callboard_model::yaml::{self, parse_documents};

use crate::error::RbacError;
use crate::model::{ConditionalPolicy, Origin};
use crate::validate::{self, Limits};

/// What the file holds, and what of it was left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConditionsFile {
    pub(crate) policies: Vec<(Arc<ConditionalPolicy>, Origin)>,
    /// `file:line: why`
    pub(crate) warnings: Vec<String>,
}

/// Reads the text of the file.
///
/// # Errors
/// For text that is no YAML or too many documents, with the line.
pub(crate) fn parse(
    path: &Path,
    text: &str,
    limits: Limits,
    max_documents: usize,
) -> Result<ConditionsFile, RbacError> {
    let shown: Arc<str> = path.display().to_string().into();
    let mut file = ConditionsFile::default();
    let yaml_limits = yaml::Limits { max_documents, ..yaml::Limits::default() };
    for document in parse_documents(text, &yaml_limits) {
        let document = document.map_err(|error| RbacError::File {
            path: shown.to_string(),
            line: error.position.line,
            problem: error.to_string(),
        })?;
        if document.value.is_null() {
            continue;
        }
        let line = document.line;
        match validate::conditional_policy(&document.value, limits, false) {
            Ok(policy) if file.policies.iter().any(|(other, _)| other.collides_with(&policy)) => {
                file.warnings.push(format!(
                    "{shown}:{line}: {} has a condition for the same permission already",
                    policy.role
                ));
            }
            Ok(policy) => {
                let origin = Origin::File { path: shown.clone(), line };
                file.policies.push((Arc::new(policy), origin));
            }
            Err(error) => file.warnings.push(format!("{shown}:{line}: {error}")),
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { depth: 12, nodes: 256, items: 64 };
    const GOOD: &str = "result: CONDITIONAL\nroleEntityRef: role:default/a\npluginId: catalog\nresourceType: catalog-entity\npermissionMapping: [update, delete]\nconditions:\n  anyOf:\n    - {rule: IS_ENTITY_OWNER, resourceType: catalog-entity, params: {claims: [$ownerRefs]}}\n";

    #[test]
    fn documents_are_policies_and_know_their_line() {
        let other = GOOD.replace("[update, delete]", "[{name: catalog.entity.read, action: read}]");
        let file = parse(Path::new("c.yaml"), &format!("{GOOD}---\n{other}"), LIMITS, 10).unwrap();
        assert_eq!(file.policies.len(), 2, "{:?}", file.warnings);
        assert_eq!(file.policies[1].1.to_string(), "c.yaml:9");
    }

    #[test]
    fn broken_yaml_is_an_error_with_its_line_and_a_wrong_document_a_warning() {
        let error = parse(Path::new("c.yaml"), &format!("{GOOD}---\na: [\n"), LIMITS, 10).unwrap_err();
        assert!(matches!(error, RbacError::File { line, .. } if line >= 10), "{error}");
        assert!(parse(Path::new("c.yaml"), &format!("{GOOD}---\n{GOOD}"), LIMITS, 1).is_err());
        for wrong in [
            GOOD.replace("CONDITIONAL", "ALLOW"),
            GOOD.replace("role:default/a", "user:default/a"),
            GOOD.replace("anyOf", "someOf"),
            GOOD.replace("[update, delete]", "[update, update]"),
            GOOD.replace("[update, delete]", "[update, {name: x, action: read}]"),
            GOOD.replace("[update, delete]", "[]"),
            GOOD.replace("resourceType: catalog-entity\n", "resourceType: other\n"),
        ] {
            let file = parse(Path::new("c.yaml"), &wrong, LIMITS, 10).unwrap();
            assert!(file.policies.is_empty() && file.warnings.len() == 1, "{wrong}");
        }
        let deep = format!("{}{}", "{not: ".repeat(13), "x".to_owned() + &"}".repeat(13));
        let text = GOOD.split("conditions:").next().unwrap().to_owned() + "conditions: " + &deep;
        assert!(parse(Path::new("c.yaml"), &text, LIMITS, 10).unwrap().warnings[0].contains("depth"));
    }
}

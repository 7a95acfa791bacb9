//! The examples of actions on hosts are steps that would run.

use callboard_model::yaml::{Limits, parse_one};
use serde_json::json;

use super::support::Step;

#[test]
fn every_action_on_a_host_has_an_example_that_fits_its_input() {
    let step = Step::new(json!({}));
    let mut seen = 0;
    for action in step.actions() {
        let spec = action.spec();
        assert!(!spec.examples.is_empty(), "{} has no example", spec.id);
        let validator = jsonschema::validator_for(&spec.input).unwrap();
        for example in &spec.examples {
            let parsed = parse_one(example.example, &Limits::default()).unwrap().value;
            let one = &parsed["steps"][0];
            assert_eq!(one["action"], spec.id);
            // What a template puts in has any type.
            let mut input = one["input"].clone();
            for value in input.as_object_mut().unwrap().values_mut() {
                if value.as_str().is_some_and(|text| text.starts_with("${{"))
                    && spec.id == "github:issues:label"
                {
                    *value = 7.into();
                }
            }
            let errors: Vec<String> = validator.iter_errors(&input).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", spec.id);
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

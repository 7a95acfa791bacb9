//! Expressions of a task: `${{ }}` in inputs, conditions and outputs, with Backstage's filters and the functions
//! `always()` and `failure()`.

use std::cell::Cell;

use callboard_scm::Integrations;
use callboard_template::backstage::{BackstageHost, Integration};
use callboard_template::{Context, Host, Native, render_step_input};
use serde_json::Value;

/// Renders for the source hosts of a server.
#[derive(Debug)]
pub(crate) struct Renderer {
    filters: BackstageHost,
}

/// Which functions about the state of the task a condition has called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StatusCalls {
    always: bool,
    failure: bool,
}

impl StatusCalls {
    /// Whether the condition asked what has happened before it.
    pub(crate) fn any(self) -> bool {
        self.always || self.failure
    }
}

impl Renderer {
    /// A renderer whose filters know these hosts.
    pub(crate) fn new(integrations: &Integrations) -> Self {
        let known = integrations
            .list()
            .iter()
            .map(|one| Integration { host: one.host().to_owned(), kind: one.host_type().to_owned() });
        Self { filters: BackstageHost::new(known.collect()) }
    }

    /// A value with every text in it rendered. A text whose rendering fails stays as it is, as in Backstage; `None` and
    /// left-out members stand for undefined.
    pub(crate) fn value(&self, value: &Value, context: &Value) -> Option<Value> {
        render(value, context, &Status::new(&self.filters, false))
    }

    /// The value of a condition, and what it has asked for.
    pub(crate) fn condition(
        &self,
        text: &str,
        context: &Value,
        failed: bool,
    ) -> (Option<Value>, StatusCalls) {
        let status = Status::new(&self.filters, failed);
        let value = render(&Value::String(text.to_owned()), context, &status);
        (value, status.calls.get())
    }
}

fn render(value: &Value, context: &Value, host: &Status<'_>) -> Option<Value> {
    match Context::new(context) {
        Ok(context) => render_step_input(value, context, host),
        Err(error) => {
            tracing::debug!(%error, "expressions of a task can't be rendered; their texts stay");
            Some(value.clone())
        }
    }
}

/// The filters, and the functions about the state of the task, which remember that they were called.
struct Status<'f> {
    filters: &'f BackstageHost,
    failed: bool,
    calls: Cell<StatusCalls>,
}

impl<'f> Status<'f> {
    fn new(filters: &'f BackstageHost, failed: bool) -> Self {
        Self { filters, failed, calls: Cell::default() }
    }
}

impl Host for Status<'_> {
    fn has_filter(&self, name: &str) -> bool {
        self.filters.has_filter(name)
    }

    fn filter_names(&self) -> Vec<String> {
        self.filters.filter_names()
    }

    fn filter(&self, name: &str, arguments: Vec<Native>) -> Result<Native, String> {
        self.filters.filter(name, arguments)
    }

    fn has_function(&self, name: &str) -> bool {
        matches!(name, "always" | "failure")
    }

    fn function(&self, name: &str, _arguments: Vec<Native>) -> Result<Native, String> {
        let mut calls = self.calls.get();
        let answer = match name {
            "always" => {
                calls.always = true;
                true
            }
            "failure" => {
                calls.failure = true;
                self.failed
            }
            _ => return Err(format!("there is no function {name}")),
        };
        self.calls.set(calls);
        Ok(Native::Bool(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn calls_are_seen_where_they_happen_and_not_where_they_are_only_written() {
        let renderer = Renderer::new(&Integrations::from_value(None).unwrap());
        let called = |text: &str, failed| {
            let (value, calls) = renderer.condition(text, &json!({"parameters": {"x": false}}), failed);
            (value, calls.any())
        };
        assert_eq!(called("${{ always() }}", true), (Some(json!(true)), true));
        assert_eq!(called("${{ failure() }}", false), (Some(json!(false)), true));
        assert_eq!(called("${{ parameters.x and failure() }}", true), (Some(json!(false)), false));
        assert_eq!(called("${{ 'always()' }}", true), (Some(json!("always()")), false));
        assert_eq!(called("always()", true), (Some(json!("always()")), false));
    }

    #[test]
    fn values_keep_their_types_and_what_can_not_be_rendered_stays() {
        let renderer = Renderer::new(&Integrations::from_value(None).unwrap());
        let context = json!({"parameters": {"list": [1], "url": "github.com?owner=o&repo=r"}});
        let input = json!({
            "list": "${{ parameters.list }}",
            "gone": "${{ parameters.nothing }}",
            "slug": "${{ parameters.url | projectSlug }}",
            "broken": "${{ a && b }}",
        });
        let rendered = renderer.value(&input, &context).unwrap();
        assert_eq!(rendered, json!({"list": [1], "slug": "o/r", "broken": "${{ a && b }}"}));
    }
}

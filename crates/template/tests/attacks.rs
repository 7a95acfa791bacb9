//! Expressions that reached code in engines built on JavaScript: here there is none behind them.

use callboard_template::{Context, Mode, Native, NoHost, Options, Template, TemplateError};
use serde_json::{Value, json};

fn render(template: &str, mode: Mode) -> Result<Native, TemplateError> {
    let context: Value = json!({"parameters": {"name": "x", "list": [1]}, "values": {"name": "x"}});
    let template = Template::parse(template, &Options::new(mode))?;
    template.render_value(Context::new(&context)?, &NoHost)
}

/// Each is refused, or gives nothing: whatever it gives out is not what a program would have said.
fn reach_nothing(expressions: &[&str]) {
    for expression in expressions {
        for (mode, open, close) in [(Mode::Input, "${{", "}}"), (Mode::Cookiecutter, "{{", "}}")] {
            let rendered = render(&format!("{open} {expression} {close}"), mode);
            let said = format!("{rendered:?}");
            for sign in ["uid=", "root:", "function", "[native code]", "ObjectPrototype", "process"] {
                assert!(rendered.is_err() || !said.contains(sign), "{expression}: {said}");
            }
        }
    }
}

#[test]
fn ghsa_2g8g_63j4_9w3r_an_expression_is_no_code() {
    reach_nothing(&[
        r#"range.constructor("return global.process.mainModule.require('child_process').execSync('id')")()"#,
        r#""".constructor.constructor("return process")()"#,
        r#"parameters["con" + "structor"]["constructor"]("return process.env")()"#,
        r#"cycler("a").next.constructor("return process")()"#,
        r#"joiner(",").constructor.constructor("return process")()"#,
        r#"parameters.list.map.constructor("return process")()"#,
        r#"global.process.mainModule.require("fs").readFileSync("/etc/passwd")"#,
        r#"require("child_process").execSync("id")"#,
    ]);
}

#[test]
fn cve_2022_36067_no_error_or_stack_leads_to_another_context() {
    reach_nothing(&[
        r#"parameters.nothing.thrown.constructor.prepareStackTrace"#,
        r#"Error.prepareStackTrace"#,
        r#"(parameters.list | groupby("constructor")).constructor.constructor("return process")()"#,
        r#"[1] | sort(false, false, "__proto__")"#,
        r#"globalThis.Error"#,
    ]);
}

#[test]
fn cve_2023_35926_there_is_no_sandbox_to_get_out_of() {
    reach_nothing(&[
        r#"({})["__proto__"]["constructor"]"#,
        r#"parameters | pick("__proto__.constructor")"#,
        r#"parameters["__proto__"]"#,
        r#"parameters["prototype"]"#,
        r#"[].concat.call.call"#,
        r#"Promise.resolve().constructor"#,
        r#"import("fs")"#,
    ]);
}

//! Whatever text a template is, reading and rendering it ends without a panic, within its bounds.

use callboard_template::{Context, Limits, Mode, NoHost, Options, Template};
use proptest::prelude::*;
use serde_json::{Value, json};

fn context() -> Value {
    json!({
        "parameters": {
            "name": "my-service", "n": 7, "list": ["a", "b", [1, null]], "obj": {"a": 1, "2": true}, "empty": "",
            "emoji": "👍🏽 é", "nul": null, "users": [{"name": "Zed", "age": 30}, {"name": "amy", "age": 25}]
        }
    })
}

/// Small bounds, so that many cases fit into the time of a test.
fn options(mode: Mode, trim: bool) -> Options {
    let limits = Limits {
        work_units: 20_000,
        output_code_units: 1 << 16,
        scratch_bytes: 1 << 18,
        touched_bytes: 1 << 22,
        regex_steps: 50_000,
        list_items: 5_000,
        ..Limits::default()
    };
    Options { trim_blocks: trim, lstrip_blocks: trim, mode, limits }
}

fn survive(template: &str, mode: Mode, trim: bool) {
    let options = options(mode, trim);
    let context = context();
    let context = Context::new(&context).expect("a context");
    match Template::parse(template, &options) {
        Ok(template) => {
            if let Ok(text) = template.render_text(context, &NoHost) {
                assert!(text.encode_utf16().count() as u64 <= options.limits.output_code_units);
            }
            if let Ok(value) = template.render_value(context, &NoHost) {
                let _ = value.encoded();
            }
        }
        Err(error) => {
            let lines = template.matches('\n').count() + 1;
            assert!(error.line as usize <= lines, "line {} of {lines}", error.line);
        }
    }
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![Just(Mode::Input), Just(Mode::Skeleton), Just(Mode::Cookiecutter)]
}

/// The words that templates are made of.
const WORDS: &[&str] = &[
    "${{",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "-",
    "-}}",
    "-%}",
    " ",
    "\n",
    "\r\n",
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "in",
    "endfor",
    "set",
    "endset",
    "macro",
    "m",
    "(",
    ")",
    "endmacro",
    "call",
    "caller",
    "endcall",
    "filter",
    "endfilter",
    "switch",
    "case",
    "default",
    "endswitch",
    "block",
    "endblock",
    "raw",
    "endraw",
    "verbatim",
    "endverbatim",
    "not",
    "and",
    "or",
    "is",
    "=",
    "==",
    "===",
    "!=",
    "<",
    ">=",
    "+",
    "~",
    "*",
    "**",
    "/",
    "//",
    "%",
    "|",
    ",",
    ".",
    ":",
    "[",
    "]",
    "{",
    "}",
    "0",
    "1",
    "7.5",
    "9999",
    "-1",
    "\"a\"",
    "'👍'",
    "\"",
    "'",
    "\\",
    "r/a+/g",
    "r/(a|b)*$/",
    "true",
    "none",
    "parameters",
    "name",
    "list",
    "obj",
    "users",
    "emoji",
    "n",
    "x",
    "loop",
    "range",
    "cycler",
    "joiner",
    "upper",
    "length",
    "join",
    "sort",
    "groupby",
    "batch",
    "slice",
    "dump",
    "replace",
    "truncate",
    "center",
    "indent",
    "selectattr",
    "select",
    "striptags",
    "urlize",
    "safe",
    "reverse",
    "random",
    "first",
    "split",
    "push",
    "concat",
    "splice",
    "toFixed",
    "charAt",
    "odd",
    "defined",
    "é",
    "\u{a0}",
    "\u{feff}",
    "\u{10ffff}",
    "text",
];

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..60).prop_map(|words| {
        words.iter().enumerate().fold(String::new(), |text, (index, word)| {
            if index % 3 == 0 { text + word } else { text + " " + word }
        })
    })
}

/// The templates that were recorded, to be changed a little.
fn recorded() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/templates.json");
    let text = std::fs::read_to_string(path).expect(path);
    let cases = callboard_template::parse_deep_json(&text).expect("JSON");
    let templates = cases.as_array().expect("a list").iter().filter_map(|case| case["template"].as_str());
    templates.filter(|template| template.len() < 400).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_text_at_all(template in ".{0,200}", mode in mode(), trim in any::<bool>()) {
        survive(&template, mode, trim);
    }

    #[test]
    fn any_words_in_any_order(template in words(), mode in mode(), trim in any::<bool>()) {
        survive(&template, mode, trim);
        survive(&format!("${{{{ {template} }}}}"), Mode::Input, trim);
    }

    #[test]
    fn recorded_templates_with_a_few_changes(
        pick in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, prop::sample::select(WORDS)), 1..6),
        mode in mode(),
    ) {
        thread_local!(static RECORDED: Vec<String> = recorded());
        let template = RECORDED.with(|recorded| {
            let mut letters: Vec<char> = pick.get(recorded).chars().collect();
            for (place, kind, word) in &edits {
                let at = place.index(letters.len() + 1);
                match kind {
                    0 if at < letters.len() => { letters.remove(at); }
                    1 => { letters.splice(at..at, word.chars()); }
                    2 => letters.truncate(at),
                    _ => letters.extend(other.get(recorded).chars()),
                }
            }
            letters.into_iter().collect::<String>()
        });
        survive(&template, mode, false);
    }
}

//! What is deep, long or endless is refused, on a small stack and in bounded time and memory.

use callboard_template::{Context, ErrorKind, Limit, Mode, Native, NoHost, Options, Template, TemplateError};
use serde_json::{Value, json};

fn render(template: &str, mode: Mode, context: &Value) -> Result<Native, TemplateError> {
    let template = Template::parse(template, &Options::new(mode))?;
    template.render_value(Context::new(context)?, &NoHost)
}

/// Renders on a thread with two megabytes of stack, as those of servers have.
fn on_a_small_stack(name: &str, template: String) -> Result<Native, TemplateError> {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).name(name.to_owned());
    let work = move || render(&template, Mode::Input, &json!({ "a": { "b": [1] } }));
    thread.spawn(work).expect("a thread").join().expect("no panic")
}

fn limit(error: TemplateError) -> Option<Limit> {
    match error.kind {
        ErrorKind::Limit(limit) => Some(limit),
        _ => None,
    }
}

#[test]
fn whatever_is_nested_to_the_limit_fits_on_a_small_stack() {
    let nested = |before: &str, inner: &str, behind: &str, depth: usize| {
        format!("{}{inner}{}", before.repeat(depth), behind.repeat(depth))
    };
    let shapes: &[(&str, &str, &str, &str)] = &[
        ("parentheses", "(", "1", ")"),
        ("lists", "[", "1", "]"),
        ("records", "{a: ", "1", " } "),
        ("negations", "not ", "1", ""),
        ("signs", "-(", "1", ")"),
        ("conditions", "1 if 0 else (", "1", ")"),
        ("arguments", "f(", "1", ")"),
        ("filter arguments", "1 | default(", "1", ")"),
        ("indexes", "a[", "1", "]"),
        ("slices", "a[1:", "1", "]"),
        ("tests", "1 is eq(", "1", ")"),
        ("products", "2 * (2 // (2 % (", "1", ")))"),
    ];
    for (name, before, inner, behind) in shapes {
        for depth in [150, 300, 500, 511, 2000] {
            let template = format!("${{{{ {} }}}}", nested(before, inner, behind, depth));
            if let Err(error) = on_a_small_stack(name, template) {
                let deep = limit(error.clone()).is_none_or(|limit| limit == Limit::NestingDepth);
                assert!(deep, "{name} {depth}: {error}");
            }
        }
    }
    let tags: &[(&str, &str, &str)] = &[
        ("if", "{% if true %}", "{% endif %}"),
        ("for", "{% for i in [1] %}", "{% endfor %}"),
        ("set", "{% set x %}", "{% endset %}"),
        ("filter", "{% filter upper %}", "{% endfilter %}"),
        ("switch", "{% switch 1 %}{% case 1 %}", "{% endswitch %}"),
        ("macro", "{% macro m() %}", "{% endmacro %}"),
        ("call", "{% call m() %}", "{% endcall %}"),
    ];
    for (name, before, behind) in tags {
        for depth in [100, 200, 255, 511, 2000] {
            let deep = nested("(", "1", ")", 400);
            let template = nested(before, &format!("${{{{ {deep} }}}}"), behind, depth);
            if let Err(error) = on_a_small_stack(name, template) {
                assert!(
                    limit(error.clone()).is_none_or(|limit| limit == Limit::NestingDepth),
                    "{name}: {error}"
                );
            }
        }
    }
}

#[test]
fn a_macro_that_calls_itself_is_stopped() {
    let error = on_a_small_stack("macro", "{% macro m(x) %}${{ m(x) }}{% endmacro %}${{ m(1) }}".to_owned());
    assert_eq!(error.err().and_then(limit), Some(Limit::NestingDepth));
}

#[test]
fn long_chains_are_parsed_and_dropped_without_recursion() {
    for (link, count) in
        [(" + 1", 100_000), (" | upper", 100_000), (".a", 100_000), (" or 0", 100_000), ("[0]", 50_000)]
    {
        let error = on_a_small_stack("chain", format!("${{{{ a{} }}}}", link.repeat(count)));
        assert_eq!(error.err().and_then(limit), Some(Limit::NestingDepth), "{link}");
    }
    let error = on_a_small_stack("not", format!("${{{{ not 1{} }}}}", " + 1".repeat(100_000)));
    assert_eq!(error.err().and_then(limit), Some(Limit::NestingDepth));
    let elifs = format!("{{% if 0 %}}{}{{% endif %}}", "{% elif 0 %}".repeat(20_000));
    assert_eq!(on_a_small_stack("elif", elifs).err().and_then(limit), Some(Limit::NestingDepth));
}

#[test]
fn lists_that_are_put_into_lists_end() {
    let deep = "{% set a = [] %}{% for i in range(90000) %}{% set a = [a] %}{% endfor %}x";
    assert!(on_a_small_stack("deep", deep.to_owned()).is_err());
    let pushed = "{% set a = [] %}{% for i in range(9000) %}{% set b = [] %}${{ b.push(a) }}{% set a = b %}{% endfor %}x";
    assert!(on_a_small_stack("pushed", pushed.to_owned()).is_err());
    let cycle = "{% set a = [] %}${{ a.push([a]) }}";
    assert!(on_a_small_stack("cycle", cycle.to_owned()).is_err());
    let late = "{% set a = [] %}{% set b = [a] %}${{ a.push(b) }}${{ a | dump }}";
    assert!(on_a_small_stack("late", late.to_owned()).is_err());
}

#[test]
fn what_would_run_for_hours_is_stopped() {
    for template in [
        "${{ list[\"a\":] }}",
        "${{ [1] | slice(100000000) }}",
        "${{ [1] | batch(100000000, 1) }}",
        "${{ range(100000000000) }}",
        "${{ {length: 1000000000000} | sort }}",
        "${{ {length: 4294967295} | list }}",
        "{% for i in {length: 1000000000000} %}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% set a = [1] %}{% for i in range(64) %}{% set a = a.concat(a) %}{% endfor %}",
        "{% set s = \"ab\" %}{% for i in range(64) %}{% set s = s + s %}{% endfor %}",
        "{% set s = \"ab\" %}{% for i in range(64) %}{% set s = s | replace(\"\", s) %}{% endfor %}",
        "{% set s = \"x\" | center(16777216) %}{% for i in range(99999) %}{% set t = s | upper %}{% endfor %}",
        "{% set s = \"x\" | center(16777216) %}{% for i in range(99999) %}{% if \"y\" in s %}{% endif %}{% endfor %}",
        "{% set s = \"x\" | center(1000000) %}{% for i in range(99999) %}${{ s.indexOf(\"y\") }}{% endfor %}",
        "{% set s = \"x\" | center(16777216) %}{% for i in range(9999) %}${{ s }}{% endfor %}",
        "{% set s = \"a\" | center(60) | replace(\" \", \"a\") %}${{ s | replace(r/(a|a)*(a|a)*\\1b/, \"x\") }}",
        "{% set l = [] %}{% for i in range(90000) %}${{ l.push(i) }}${{ l.join(\",\") | length }}{% endfor %}",
    ] {
        // What counts is that it ends, and soon enough for a test.
        let outcome = render(template, Mode::Skeleton, &json!({ "list": [1, 2, 3] }));
        if !template.contains("length: 4294967295") && !template.contains("a|a") {
            assert!(outcome.is_err(), "{template}");
        }
    }
}

#[test]
fn a_source_that_is_too_long_is_refused() {
    let options = Options::new(Mode::Skeleton);
    let error = Template::parse(&"x".repeat(4 * 1024 * 1024 + 1), &options).err().and_then(limit);
    assert_eq!(error, Some(Limit::SourceCodeUnits));
    assert!(Template::parse(&"x".repeat(4 * 1024 * 1024), &options).is_ok());
    let many = "{# #}x".repeat(600_000);
    assert!(Template::parse(&many, &options).is_ok());
    let nodes = Template::parse(&"${{[]}}".repeat(590_000), &options).err().and_then(limit);
    assert_eq!(nodes, Some(Limit::AstNodes));
}

#[test]
fn not_in_is_one_operator_behind_whatever_binds_more_tightly() {
    for (template, expected) in [
        ("${{ 'x' + 'y' not in 'a' }}", true),
        ("${{ 1 == 1 not in [true] }}", false),
        ("${{ 'a' | upper not in 'A' and true }}", false),
        ("${{ 'a' not in 'b' or false }}", true),
    ] {
        assert_eq!(render(template, Mode::Input, &json!({})), Ok(Native::Bool(expected)), "{template}");
    }
}

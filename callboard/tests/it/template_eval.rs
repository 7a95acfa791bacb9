//! `callboard template eval`: one render for a person, many for a program.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn eval(arguments: &[&str], input: &[u8], directory: &Path) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["template", "eval"])
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut stdin = child.stdin.take().expect("standard input");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("an end");
    writer.join().expect("a writer");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn an_expression_is_rendered_with_a_context_from_yaml_and_keeps_its_type() {
    let folder = tempfile::tempdir().expect("a directory");
    std::fs::write(
        folder.path().join("values.yaml"),
        "parameters:\n  list: [a, b]\n  repo: github.com?owner=o&repo=r\n",
    )
    .expect("a file");
    let run =
        |template: &str| text(&eval(&[template, "--context", "values.yaml"], b"", folder.path()).stdout);
    assert_eq!(run("${{ parameters.list.length + 1 }}").trim(), "3");
    assert_eq!(run("${{ parameters.list }}").replace(char::is_whitespace, ""), "[\"a\",\"b\"]");
    assert_eq!(run("${{ parameters.repo | projectSlug }}").trim(), "\"o/r\"");
}

#[test]
fn a_file_of_a_skeleton_comes_out_as_text_and_an_error_names_its_place() {
    let folder = tempfile::tempdir().expect("a directory");
    std::fs::write(folder.path().join("a.txt"), "{% if values.x %}\nyes\n{% endif %}\nend\n")
        .expect("a file");
    std::fs::write(folder.path().join("c.json"), "{\"values\":{\"x\":1}}").expect("a file");
    let arguments = ["--mode", "skeleton", "--file", "a.txt", "--context", "c.json", "--trim-blocks"];
    assert_eq!(text(&eval(&arguments, b"", folder.path()).stdout), "yes\nend\n");
    let output = eval(&["--mode", "skeleton"], b"one\ntwo ${{ values.name | uper }}\n", folder.path());
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(message.contains("evaluation_error: line 2, column"), "{message}");
    assert!(message.contains("did you mean upper?"), "{message}");
}

#[test]
fn each_line_gets_exactly_one_answer_whatever_is_in_it() {
    let folder = tempfile::tempdir().expect("a directory");
    let deep = format!("{}1{}", "[".repeat(400), "]".repeat(400));
    let lines: Vec<Vec<u8>> = vec![
        br#"{"mode":"input","template":"${{ [1/0, nope, 0 * -1] }}","context":{},"options":null}"#.to_vec(),
        br#"{"mode":"input","template":"${{ nope }}","context":{}}"#.to_vec(),
        b"not json".to_vec(),
        b"".to_vec(),
        b"\xff\xfe".to_vec(),
        b"[]".to_vec(),
        br#"{"mode":"skeleton","template":"${{ a b }}","context":{}}"#.to_vec(),
        br#"{"mode":"skeleton","template":"{% if 1 %}\nx{% endif %}","context":{},"options":{"trimBlocks":true}}"#
            .to_vec(),
        br#"{"mode":"cookiecutter","template":"{{ cookiecutter.a | jsonify }}","context":{"cookiecutter":{"a":[]}}}"#
            .to_vec(),
        br#"{"mode":"input","template":"x","context":{"a":{"prototype":1}}}"#.to_vec(),
        format!(r#"{{"mode":"input","template":"x","context":{{"a":{deep}}}}}"#).into_bytes(),
        br#"{"mode":"input","template":"${{ always() }}${{ failure() }}","context":{}}"#.to_vec(),
        br#"{"mode":"input","template":"${{ 'x' | parseRepoUrl }}","context":{}}"#.to_vec(),
        br#"{"mode":"odd","template":"x","context":{}}"#.to_vec(),
        br#"{"mode":"input","template":"last","context":null}"#.to_vec(),
    ];
    let output = eval(&["--jsonl"], &lines.join(&b'\n'), folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let answers: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let error = |name: &str, code: Value| json!({ "error": { "name": name, "code": code } });
    let expected = vec![
        json!({ "result": [{ "$number": "Infinity" }, null, { "$number": "-0" }] }),
        json!({ "result": { "$undefined": true } }),
        error("SyntaxError", Value::Null),
        error("SyntaxError", Value::Null),
        error("SyntaxError", Value::Null),
        error("TypeError", Value::Null),
        error("TemplateRenderError", json!("syntax_error")),
        json!({ "result": "x" }),
        json!({ "result": "[]" }),
        error("TypeError", Value::Null),
        error("RangeError", Value::Null),
        json!({ "result": "truefalse" }),
        error("TemplateRenderError", json!("capability_error")),
        error("TypeError", Value::Null),
        json!({ "result": "last" }),
    ];
    assert_eq!(answers, expected);
}

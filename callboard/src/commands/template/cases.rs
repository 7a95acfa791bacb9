//! Many renders, one JSON object a line: one line comes out for each that goes in, whatever is in it.

use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use callboard_template::backstage::BackstageHost;
use callboard_template::{Mode, Options, TemplateError, parse_deep_json};
use serde_json::{Value, json};

/// Longer lines are answered with an error and not kept.
const LONGEST_LINE: usize = 64 << 20;

/// Answers standard input line by line until it ends.
pub(super) fn run(host: &BackstageHost) -> anyhow::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut line = Vec::new();
    while next_line(&mut input, &mut line)? {
        let answer = if line.len() > LONGEST_LINE { error("RangeError", None) } else { answer(&line, host) };
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        // Whoever writes one case at a time waits for its answer.
        output.flush()?;
    }
    Ok(())
}

/// Reads a line without its end; of one that is too long, one byte more than may be. False at the end.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(available.len());
        let room = (LONGEST_LINE + 1).saturating_sub(line.len());
        line.extend_from_slice(&available[..taken.min(room)]);
        input.consume(taken + usize::from(end.is_some()));
        if end.is_some() {
            return Ok(true);
        }
    }
}

fn answer(line: &[u8], host: &BackstageHost) -> Value {
    let Some(case) = std::str::from_utf8(line).ok().and_then(|line| parse_deep_json(line).ok()) else {
        return error("SyntaxError", None);
    };
    let (Some(mode), Some(template)) = (mode(&case), case["template"].as_str()) else {
        return error("TypeError", None);
    };
    let flag = |name: &str| case["options"][name].as_bool().unwrap_or(false);
    let options = Options {
        trim_blocks: flag("trimBlocks"),
        lstrip_blocks: flag("lstripBlocks"),
        ..Options::new(mode)
    };
    let none = json!({});
    let context = case.get("context").filter(|context| !context.is_null()).unwrap_or(&none);
    // A fault of the engine must not end the answers to the lines behind it.
    match catch_unwind(AssertUnwindSafe(|| super::render(template, &options, context, host))) {
        Ok(Ok(value)) => json!({ "result": value.encoded() }),
        Ok(Err(failure)) => failed(&failure),
        Err(_) => error("Error", None),
    }
}

fn mode(case: &Value) -> Option<Mode> {
    match case["mode"].as_str()? {
        "input" => Some(Mode::Input),
        "skeleton" => Some(Mode::Skeleton),
        "cookiecutter" => Some(Mode::Cookiecutter),
        _ => None,
    }
}

fn failed(failure: &TemplateError) -> Value {
    error(failure.name(), failure.code())
}

fn error(name: &str, code: Option<&str>) -> Value {
    json!({ "error": { "name": name, "code": code } })
}

//! Findings as `callboard config check` shows them: text for people, JSON for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::check::{Finding, Level};

/// One finding a line, `file:line:column: error: key: message`, ignored sections in one line, and a summary at the end.
pub fn text(findings: &[Finding]) -> String {
    let mut out = String::new();
    for Finding { level, origin, key, message } in findings {
        if *level != Level::Ignored {
            let _ = writeln!(out, "{origin}: {}: {key}: {message}", name(*level));
        }
    }
    let ignored: Vec<&str> = of(findings, Level::Ignored).map(|finding| finding.key.as_str()).collect();
    if !ignored.is_empty() {
        let _ = writeln!(out, "ignored, because nothing here reads them: {}", ignored.join(", "));
    }
    let count = |level| of(findings, level).count();
    let _ = writeln!(
        out,
        "{}, {}",
        counted(count(Level::Error), "error"),
        counted(count(Level::Warning), "warning")
    );
    out
}

/// `{valid, findings: [{level, key, message, source, line?, column?}]}`; `valid` means that there is no error.
pub fn json(findings: &[Finding]) -> Value {
    let items: Vec<Value> = findings
        .iter()
        .map(|Finding { level, origin, key, message }| {
            let mut item = json!({
                "level": name(*level), "key": key, "message": message, "source": origin.source.as_ref(),
            });
            if origin.line > 0 {
                item["line"] = origin.line.into();
                item["column"] = origin.column.into();
            }
            item
        })
        .collect();
    json!({ "valid": of(findings, Level::Error).next().is_none(), "findings": items })
}

fn of(findings: &[Finding], level: Level) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(move |finding| finding.level == level)
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Unset => "unset",
        Level::Ignored => "ignored",
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

//! `index.html.tmpl`: the part of lodash's template language that the page of a Backstage app is written in: values of
//! the configuration, `publicPath`, and conditions about whether a value is there. Anything else is an error that names it.

use serde_json::Value;

use crate::page::value_at;

/// What a template can ask for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'c> {
    /// The configuration that browsers may see; a page can't tell more than that.
    pub(crate) config: &'c Value,
    pub(crate) public_path: &'c str,
}

/// The page that a template makes.
///
/// # Errors
/// What it does not understand.
pub(crate) fn render(template: &str, context: Context<'_>) -> Result<String, String> {
    let mut out = String::with_capacity(template.len());
    // For each open condition: whether its branch is shown, and whether an earlier branch was.
    let mut open: Vec<(bool, bool)> = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once("<%") {
        let (code, tail) = after.split_once("%>").ok_or("a <% has no %>")?;
        let shown = open.iter().all(|(shown, _)| *shown);
        if shown {
            out.push_str(text);
        }
        rest = tail;
        if let Some(expression) = code.strip_prefix(['=', '-']) {
            if shown {
                out.push_str(&escaped(&text_of(&value(expression.trim(), context)?)));
            }
            continue;
        }
        let code = code.trim();
        if let Some(condition) = code.strip_prefix("if").and_then(braced) {
            let holds = shown && truth(condition, context)?;
            open.push((holds, holds));
        } else if let Some(other) = code.strip_prefix('}').map(str::trim).filter(|other| !other.is_empty()) {
            let branch = other.strip_prefix("else").map(str::trim).ok_or_else(|| unknown(code))?;
            let (_, before) = open.pop().ok_or("an else has no if")?;
            let outside = open.iter().all(|(shown, _)| *shown);
            let holds = match branch.strip_prefix("if").and_then(braced) {
                Some(condition) => outside && !before && truth(condition, context)?,
                None if branch == "{" => outside && !before,
                None => return Err(unknown(code)),
            };
            open.push((holds, before || holds));
        } else if code == "}" {
            open.pop().ok_or("a } has no if")?;
        } else if !code.is_empty() {
            return Err(unknown(code));
        }
    }
    if !open.is_empty() {
        return Err("an if has no end".to_owned());
    }
    out.push_str(rest);
    Ok(out)
}

fn unknown(code: &str) -> String {
    let short: String = code.chars().take(100).collect();
    format!(
        "\"{short}\" is not understood in a page; values of config, publicPath and conditions about them are"
    )
}

/// `(condition) {`
fn braced(text: &str) -> Option<&str> {
    text.trim().strip_suffix('{')?.trim().strip_prefix('(')?.strip_suffix(')').map(str::trim)
}

fn truth(condition: &str, context: Context<'_>) -> Result<bool, String> {
    if let Some((left, right)) = condition.split_once("||") {
        return Ok(truth(left.trim(), context)? || truth(right.trim(), context)?);
    }
    if let Some((left, right)) = condition.split_once("&&") {
        return Ok(truth(left.trim(), context)? && truth(right.trim(), context)?);
    }
    if let Some(inner) = condition.strip_prefix('!') {
        return Ok(!truth(inner.trim(), context)?);
    }
    Ok(match value(condition, context)? {
        Value::Null => false,
        Value::Bool(truth) => truth,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => true,
    })
}

fn value(expression: &str, context: Context<'_>) -> Result<Value, String> {
    for operator in ["??", "||"] {
        if let Some((left, right)) = expression.split_once(operator) {
            let left = value(left.trim(), context)?;
            let missing = left.is_null() || (operator == "||" && text_of(&left).is_empty());
            return if missing { value(right.trim(), context) } else { Ok(left) };
        }
    }
    if expression == "publicPath" {
        return Ok(context.public_path.into());
    }
    if let Some(text) = quoted(expression) {
        return Ok(text.into());
    }
    if let Some(inner) = expression.strip_prefix("JSON.stringify(").and_then(|rest| rest.strip_suffix(')')) {
        return Ok(value(inner.trim(), context)?.to_string().into());
    }
    let call = expression.strip_prefix("config.").and_then(|call| call.strip_suffix(')'));
    let (function, argument) =
        call.and_then(|call| call.split_once('(')).ok_or_else(|| unknown(expression))?;
    let path = quoted(argument.trim()).ok_or_else(|| unknown(expression))?;
    let found = value_at(context.config, path);
    match function {
        "has" => Ok(found.is_some().into()),
        "getOptional" | "getOptionalString" | "getOptionalBoolean" | "getOptionalNumber" => {
            Ok(found.unwrap_or_default())
        }
        "get" | "getString" | "getBoolean" | "getNumber" => found.ok_or_else(|| {
            format!("the page needs {path}, which is not in the configuration or not visible to browsers")
        }),
        _ => Err(unknown(expression)),
    }
}

fn quoted(text: &str) -> Option<&str> {
    ['\'', '"', '`'].into_iter().find_map(|quote| {
        let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains([quote, '\\', '$'])).then_some(inner)
    })
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Values stand in text and in attributes; neither may end there.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(template: &str) -> Result<String, String> {
        let config = json!([{"context": "env", "data": {"app": {"title": "Env"}}},
            {"context": "app", "data": {"app": {"title": "A & <B>", "googleAnalyticsTrackingId": ""}}}]);
        render(template, Context { config: &config, public_path: "/portal" })
    }

    #[test]
    fn values_are_put_in_and_cannot_end_what_they_stand_in() {
        let template =
            "<link href=\"<%= publicPath %>/x\"><title><%= config.getString('app.title') %></title>";
        let expected = "<link href=\"/portal/x\"><title>A &amp; &lt;B&gt;</title>";
        assert_eq!(page(template).as_deref(), Ok(expected));
    }

    #[test]
    fn conditions_choose_and_nest() {
        let template = "<% if (config.has('app.title') && !config.has('app.nope')) { %>a\
            <% if (config.getOptionalString('app.googleAnalyticsTrackingId')) { %>b<% } else { %>c<% } %>\
            <% } else if (config.has('x')) { %>d<%= config.getString('never') %><% } %>e";
        assert_eq!(page(template).as_deref(), Ok("ace"));
        assert_eq!(page("<%= config.getOptionalString('x') ?? 'other' %>").as_deref(), Ok("other"));
    }

    #[test]
    fn what_is_not_understood_is_an_error_that_shows_it() {
        for template in
            ["<% for (x of y) { %>", "<%= process.env.SECRET %>", "<% if (config.has('a')) { %>", "<%= a"]
        {
            assert!(page(template).is_err(), "{template}");
        }
        assert!(
            page("<%= config.getString('backend.secret') %>")
                .expect_err("missing")
                .contains("backend.secret")
        );
    }
}

//! Whether an answer is the recorded one: status and media type always, then the body by its kind.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::case::Case;
use crate::client::Answer;
use crate::compare::{any_order, differences, shape, without};
use crate::mask::mask;

/// How the order of lists counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Exact,
    Any,
    /// Chance picks the page: any order if the answer is the whole, else only the shape.
    Chance,
}

/// The faults of an answer; none when it is right. Error messages are compared only when `messages` is set.
pub fn judge(case: &Case, answer: &Answer, catalog: &str, messages: bool) -> Vec<String> {
    let want = &case.response;
    if want.also.contains(&answer.status) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if want.status != answer.status {
        let start: String = answer.text.chars().take(160).collect();
        faults.push(format!("status: want {}, got {} {start:?}", want.status, answer.status));
    }
    let media =
        want.headers.get("content-type").map_or("", |value| value.split(';').next().unwrap_or("").trim());
    if media != answer.media {
        faults.push(format!("media type: want {media:?}, got {:?}", answer.media));
    }
    let unjudged = want.body.is_null() || want.body_not_compared || case.request.method == "HEAD";
    if !faults.is_empty() || unjudged {
        return faults;
    }
    if media == "text/event-stream" {
        let want = want.body.as_str().unwrap_or_default();
        let (want, got) = (event_names(want), event_names(&answer.text));
        return if want == got { faults } else { vec![format!("events: want {want:?}, got {got:?}")] };
    }
    if !media.contains("json") {
        return faults;
    }
    match serde_json::from_str::<Value>(&answer.text) {
        Ok(got) => judge_json(case, &want.body, &got, catalog, messages),
        Err(_) => vec![format!("body is no JSON: {:?}", answer.text.chars().take(160).collect::<String>())],
    }
}

fn judge_json(case: &Case, want: &Value, got: &Value, catalog: &str, messages: bool) -> Vec<String> {
    if want["error"].is_object() && want.get("response").is_some() {
        let mut faults = differences(&error_core(want), &error_core(got));
        if messages {
            let texts = differences(&want["error"]["message"], &got["error"]["message"]);
            faults.extend(texts.into_iter().map(|text| format!("(message) {text}")));
        }
        return faults;
    }
    if want["errors"].is_array() && case.response.status == 400 {
        let right = got["errors"].as_array().is_some_and(|errors| !errors.is_empty());
        return if right { Vec::new() } else { vec!["body: want {\"errors\": [...]}".to_owned()] };
    }
    let want = without(want, &case.ignore_keys);
    let got = without(got, &case.ignore_keys);
    let (masked_want, masked_got) = (mask(&want, ""), mask(&got, catalog));
    let order = if case.chance { Order::Chance } else { order_of(case) };
    match order {
        Order::Exact => differences(&masked_want, &masked_got),
        Order::Chance if !is_whole(&want) => differences(&shape(&want), &shape(&got)),
        Order::Any | Order::Chance => differences(&any_order(&masked_want), &any_order(&masked_got)),
    }
}

/// What counts of an error body.
fn error_core(body: &Value) -> Value {
    let mut keys: Vec<&String> = body["request"].as_object().into_iter().flat_map(|map| map.keys()).collect();
    keys.sort();
    json!({"name": body["error"]["name"], "statusCode": body["response"]["statusCode"], "request": keys})
}

/// Whether a recorded page holds everything there is.
fn is_whole(body: &Value) -> bool {
    let full = |items: &str, total: &str| {
        body[total].as_u64().is_some_and(|total| body[items].as_array().map_or(0, Vec::len) as u64 == total)
    };
    body.is_array() || full("items", "totalItems") || full("results", "numberOfResults")
}

/// Whether the order of this request's lists is asked for, or left to chance by Backstage.
fn order_of(case: &Case) -> Order {
    let (path, query) = case.request.path.split_once('?').unwrap_or((&case.request.path, ""));
    let params: BTreeSet<String> =
        form_urlencoded::parse(query.as_bytes()).map(|(key, _)| key.into_owned()).collect();
    let body_has = |key: &str| case.request.body.get(key).is_some();
    if path.ends_with("/entities") {
        let ordered = ["limit", "offset", "after", "order"].iter().any(|key| params.contains(*key));
        return if ordered { Order::Exact } else { Order::Any };
    }
    if path.ends_with("/entities/by-query") {
        let ordered = params.contains("orderField")
            || params.contains("cursor")
            || body_has("orderBy")
            || body_has("cursor");
        return if ordered { Order::Exact } else { Order::Chance };
    }
    let unordered = ["/ancestry", "/locations", "/actions", "/metadata", "/tasks"];
    if unordered.iter().any(|ending| path.ends_with(ending)) || path.contains("/locations/by-query") {
        return Order::Any;
    }
    Order::Exact
}

/// The names of the server-sent events in a text.
fn event_names(text: &str) -> BTreeSet<String> {
    text.split("\n\n")
        .filter(|block| block.lines().any(|line| line.starts_with("data:")))
        .map(|block| {
            block
                .lines()
                .rev()
                .find_map(|line| line.strip_prefix("event:"))
                .map_or_else(|| "message".to_owned(), |name| name.trim().to_owned())
        })
        .collect()
}

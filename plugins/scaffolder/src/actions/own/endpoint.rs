//! Calling an HTTP endpoint: input as JSON, output as JSON, or lines of JSON while it works.

use callboard_scm::egress::{Egress, EgressError, Policy, Request, Response};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderName;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use sha2::Sha256;

use super::config::Endpoint;
use super::mask::Mask;
use crate::action::{ActionContext, ActionError};

/// Bytes of an answer.
const MAX_ANSWER: u64 = 5 * 1024 * 1024;

/// Calls it; the members of its output.
pub(super) async fn run(
    endpoint: &Endpoint,
    egress: &Egress,
    context: &ActionContext,
    told: &Value,
) -> Result<Map<String, Value>, ActionError> {
    // The configuration names it, so it may stand inside.
    let mut policy = Policy::public().naming(&endpoint.url);
    policy.redirects = false;
    policy.retries = 0;
    policy.timeout = endpoint.timeout;
    let body = told.to_string();
    let mut request = Request::post(endpoint.url.as_str(), "application/json", body.clone())
        // A step that runs again sends the same key.
        .header(
            HeaderName::from_static("idempotency-key"),
            &format!("{}/{}", context.task_id, context.step.id),
        )
        .header(HeaderName::from_static("accept"), "application/json, application/x-ndjson");
    for (name, value) in &endpoint.headers {
        request = request.secret_header(name.clone(), value.expose_secret());
    }
    if let Some(secret) = &endpoint.secret {
        let seconds = Timestamp::now().as_second().to_string();
        let signature = sign(secret.expose_secret(), &seconds, &body)?;
        request = request
            .header(HeaderName::from_static("x-callboard-timestamp"), &seconds)
            .header(HeaderName::from_static("x-callboard-signature"), &format!("sha256={signature}"));
    }
    let failed = |error: EgressError| ActionError::Failed(error.to_string());
    let response = egress.request(&policy, request).await.map_err(failed)?.with_limit(MAX_ANSWER);
    let status = response.status();
    if !status.is_success() {
        let said = response.bytes().await.unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect();
        return Err(ActionError::Failed(
            mask(endpoint).hide(&format!("{} answered {status}: {said}", endpoint.url)),
        ));
    }
    let in_lines =
        response.header("content-type").is_some_and(|kind| kind.starts_with("application/x-ndjson"));
    match in_lines {
        true => lines(endpoint, context, response).await,
        false => {
            let bytes = response.bytes().await.map_err(failed)?;
            whole(endpoint, context, &bytes)
        }
    }
}

fn mask(endpoint: &Endpoint) -> Mask {
    Mask::of(endpoint.headers.iter().map(|(_, value)| value).chain(&endpoint.secret))
}

/// HMAC-SHA256 of the time and the body, so that a call can be neither forged nor sent again later.
fn sign(secret: &str, seconds: &str, body: &str) -> Result<String, ActionError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|_| ActionError::Failed("the call could not be signed".to_owned()))?;
    mac.update(format!("{seconds}.{body}").as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

fn whole(
    endpoint: &Endpoint,
    context: &ActionContext,
    body: &[u8],
) -> Result<Map<String, Value>, ActionError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    let mut output = Map::new();
    take(endpoint, context, body, &mut output)?;
    Ok(output)
}

async fn lines(
    endpoint: &Endpoint,
    context: &ActionContext,
    mut response: Response,
) -> Result<Map<String, Value>, ActionError> {
    let mut output = Map::new();
    let mut rest = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| ActionError::Failed(error.to_string()))? {
        rest.extend_from_slice(&piece);
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            take(endpoint, context, &line, &mut output)?;
        }
    }
    take(endpoint, context, &rest, &mut output)?;
    Ok(output)
}

/// One object of an answer: `log` is a line or several, `output` has the members that are given out, `error` ends the step.
fn take(
    endpoint: &Endpoint,
    context: &ActionContext,
    text: &[u8],
    output: &mut Map<String, Value>,
) -> Result<(), ActionError> {
    if text.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    let wrong = |why: String| ActionError::Failed(format!("{} answered {why}", endpoint.url));
    let answer: Value =
        serde_json::from_slice(text).map_err(|error| wrong(format!("something that is no JSON: {error}")))?;
    let Value::Object(answer) = answer else {
        return Err(wrong("JSON that is no object".to_owned()));
    };
    let mask = mask(endpoint);
    match answer.get("log") {
        Some(Value::String(line)) => context.log.info(mask.hide(line)),
        Some(Value::Array(lines)) => {
            lines.iter().filter_map(Value::as_str).for_each(|line| context.log.info(mask.hide(line)))
        }
        _ => {}
    }
    if let Some(error) = answer.get("error").and_then(Value::as_str) {
        return Err(ActionError::Failed(mask.hide(error).chars().take(2_000).collect()));
    }
    if let Some(Value::Object(members)) = answer.get("output") {
        output.extend(members.clone());
    }
    Ok(())
}

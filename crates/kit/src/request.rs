//! What a request brings along, checked as Backstage's OpenAPI validation checks it, in its words.

use axum::extract::Request;
use http::{HeaderName, StatusCode, Uri, header};
use serde_json::{Map, Value};

use crate::error::{ApiError, ApiResult};

/// Parameters in one request.
const MAX_PARAMETERS: usize = 1_000;

/// The JSON object of a body; empty where nothing was sent.
///
/// # Errors
/// 413 over `max_bytes`; 400 for another media type, for what is not JSON and for what is not an object.
pub async fn json_object(request: Request, max_bytes: usize) -> ApiResult<Map<String, Value>> {
    let media_type = text(&request, &header::CONTENT_TYPE)
        .map(|text| text.split(';').next().unwrap_or_default().trim().to_lowercase());
    let too_large = || {
        let message = format!("request entity too large; a body may have {max_bytes} bytes");
        ApiError::new("PayloadTooLargeError", StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    let announced = text(&request, &header::CONTENT_LENGTH).and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max_bytes) {
        return Err(too_large());
    }
    let bytes = axum::body::to_bytes(request.into_body(), max_bytes).await.map_err(|error| {
        let error = error.into_inner();
        if error.is::<http_body_util::LengthLimitError>() {
            too_large()
        } else {
            ApiError::input(format!("The request body could not be read: {error}"))
        }
    })?;
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    let media_type = media_type.unwrap_or_else(|| "undefined".to_owned());
    if media_type != "application/json" {
        return Err(ApiError::input(format!("unsupported media type {media_type}")));
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(ApiError::input("request/body must be object")),
        Err(error) => Err(ApiError::input(format!("The request body is not JSON: {error}"))),
    }
}

fn text<'r>(request: &'r Request, name: &HeaderName) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

/// The query parameters of a request, decoded, in their order.
///
/// # Errors
/// 400 for one that is not among `documented`, for an empty value of one that stands once, and for more than 1,000.
pub fn query_pairs(uri: &Uri, documented: &[&str]) -> ApiResult<Vec<(String, String)>> {
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .take(MAX_PARAMETERS + 1)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
    if pairs.len() > MAX_PARAMETERS {
        return Err(ApiError::input(format!("More than {MAX_PARAMETERS} query parameters")));
    }
    for (name, value) in &pairs {
        if !documented.contains(&name.as_str()) {
            return Err(ApiError::input(format!("Unknown query parameter '{name}'")));
        }
        if value.is_empty() && pairs.iter().filter(|(other, _)| other == name).nth(1).is_none() {
            return Err(ApiError::input(format!("Empty value found for query parameter '{name}'")));
        }
    }
    Ok(pairs)
}

/// One of them as a whole number that is not below `minimum`.
///
/// # Errors
/// 400 if it is no such number, or stands more than once.
pub fn query_integer(pairs: &[(String, String)], name: &str, minimum: i64) -> ApiResult<Option<i64>> {
    let mut values = pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value.trim().parse::<i64>().ok(),
        _ => None,
    };
    match value {
        None => Err(ApiError::input(format!("request/query/{name} must be integer"))),
        Some(value) if value < minimum => {
            Err(ApiError::input(format!("request/query/{name} must be >= {minimum}")))
        }
        value => Ok(value),
    }
}

//! Reading a query string into a question.

use callboard_audit::Query;
use callboard_kit::audit::Severity;
use http::Uri;
use jiff::Timestamp;

use crate::error::AuditApiError;

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 500;
/// Values of one parameter.
const MAX_VALUES: usize = 100;
/// Bytes of a text that is looked for.
const MAX_TEXT: usize = 200;
const STATUSES: [&str; 3] = ["initiated", "succeeded", "failed"];

/// A request for events.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Params {
    pub(crate) query: Query,
    pub(crate) after: Option<i64>,
    pub(crate) limit: usize,
}

fn wrong(name: &'static str, expected: impl Into<String>) -> AuditApiError {
    AuditApiError::Parameter { name, expected: expected.into() }
}

impl Params {
    /// Reads them; `paged` says whether `after` and `limit` mean something here.
    pub(crate) fn read(uri: &Uri, paged: bool) -> Result<Self, AuditApiError> {
        let mut params = Self { limit: DEFAULT_LIMIT, ..Self::default() };
        let query = &mut params.query;
        for (name, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*name {
                "actor" => push("actor", &mut query.actors, &value)?,
                "plugin" => push("plugin", &mut query.plugins, &value)?,
                "eventId" => push("eventId", &mut query.event_ids, &value)?,
                "severity" if Severity::parse(&value).is_none() => {
                    return Err(wrong("severity", "must be low, medium, high or critical"));
                }
                "severity" => push("severity", &mut query.severities, &value)?,
                "status" if !STATUSES.contains(&&*value) => {
                    return Err(wrong("status", "must be initiated, succeeded or failed"));
                }
                "status" => push("status", &mut query.statuses, &value)?,
                "from" => query.from = Some(time("from", &value)?),
                "to" => query.to = Some(time("to", &value)?),
                "q" if value.len() > MAX_TEXT => {
                    return Err(wrong("q", format!("must not be longer than {MAX_TEXT} bytes")));
                }
                "q" => query.text = Some(value.trim().to_owned()).filter(|text| !text.is_empty()),
                "after" if paged => {
                    let after = value.parse().map_err(|_| wrong("after", "must be the next of a page"))?;
                    params.after = Some(after);
                }
                "limit" if paged => {
                    params.limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                        .ok_or_else(|| wrong("limit", format!("must be 1 to {MAX_LIMIT}")))?;
                }
                other => return Err(AuditApiError::Unknown(other.chars().take(50).collect())),
            }
        }
        Ok(params)
    }
}

fn push(name: &'static str, list: &mut Vec<String>, value: &str) -> Result<(), AuditApiError> {
    if list.len() == MAX_VALUES {
        return Err(wrong(name, format!("may be there {MAX_VALUES} times at most")));
    }
    list.push(value.to_owned());
    Ok(())
}

fn time(name: &'static str, text: &str) -> Result<i64, AuditApiError> {
    let at: Timestamp = text.parse().map_err(|_| wrong(name, "must be a time like 2026-11-25T14:00:00Z"))?;
    Ok(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Params, AuditApiError> {
        Params::read(&format!("/events?{query}").parse().expect("a URI"), true)
    }

    #[test]
    fn every_filter_is_read_and_repeated_ones_are_alternatives() {
        let params = read(
            "actor=user%3Adefault%2Fada&plugin=catalog&plugin=auth&severity=high&status=failed\
            &from=2026-11-25T00:00:00Z&to=2026-11-26T00:00:00%2B01:00&q=%20Canary%20&after=812&limit=7",
        );
        let params = params.expect("parameters");
        assert_eq!(params.query.actors, ["user:default/ada"]);
        assert_eq!(params.query.plugins, ["catalog", "auth"]);
        assert_eq!(params.query.to.zip(params.query.from).map(|(to, from)| to - from), Some(23 * 3_600_000));
        assert_eq!(
            (params.query.text.as_deref(), params.after, params.limit),
            (Some("Canary"), Some(812), 7)
        );
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_name() {
        for (query, name) in [
            ("limit=0", "limit"),
            ("limit=501", "limit"),
            ("after=x", "after"),
            ("severity=loud", "severity"),
            ("status=done", "status"),
            ("from=yesterday", "from"),
            ("nope=1", "nope"),
        ] {
            let error = read(query).expect_err("an error").to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}

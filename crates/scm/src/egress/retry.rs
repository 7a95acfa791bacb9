//! When to try again, and how long to wait before.

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use std::time::Duration;

/// The longest pause between two tries of one request; a host that asks for more is told to the caller instead.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long an answer asks to wait: `Retry-After` (seconds or a date), else the reset time of a used-up rate limit as
/// GitHub (`x-ratelimit-*`) and GitLab (`RateLimit-*`) write it.
pub(crate) fn asked_pause(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(retry_after) = text("retry-after") {
        if let Ok(seconds) = retry_after.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let until = DateTimeParser::new().parse_timestamp(retry_after).ok()?;
        return Some(seconds_until(until.as_second(), now));
    }
    for (remaining, reset) in
        [("x-ratelimit-remaining", "x-ratelimit-reset"), ("ratelimit-remaining", "ratelimit-reset")]
    {
        if text(remaining) == Some("0")
            && let Some(reset) = text(reset).and_then(|text| text.parse::<i64>().ok())
        {
            return Some(seconds_until(reset, now));
        }
    }
    None
}

fn seconds_until(second: i64, now: Timestamp) -> Duration {
    Duration::from_secs(u64::try_from(second - now.as_second()).unwrap_or(0))
}

/// Whether an answer says "not now": 429, or 403 with a used-up rate limit.
pub(crate) fn is_rate_limited(status: StatusCode, headers: &HeaderMap) -> bool {
    let used_up = || {
        ["x-ratelimit-remaining", "ratelimit-remaining"]
            .iter()
            .any(|name| headers.get(*name).is_some_and(|value| value.as_bytes() == b"0"))
    };
    status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::FORBIDDEN && (headers.contains_key("retry-after") || used_up()))
}

/// Whether the same request may work in a moment.
pub(crate) fn is_transient(status: StatusCode, further: &[u16]) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504) || further.contains(&status.as_u16())
}

/// Doubling pauses with a random part, so that many readers don't return at once.
pub(crate) fn backoff(attempt: u32, random: u64) -> Duration {
    let base = 200u64.saturating_mul(1 << attempt.min(5));
    Duration::from_millis(base + random % base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_is_read_from_whichever_header_there_is() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<u64>);
        let cases: [Case<'_>; 8] = [
            (&[("retry-after", "7")], Some(7)),
            (&[("retry-after", "Fri, 20 Nov 2026 10:00:09 GMT")], Some(9)),
            (&[("retry-after", "Fri, 20 Nov 2026 09:00:00 GMT")], Some(0)),
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795168860")], Some(60)),
            (&[("x-ratelimit-remaining", "4"), ("x-ratelimit-reset", "1795168860")], None),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "1795168805")], Some(5)),
            (&[("retry-after", "soon")], None),
            (&[], None),
        ];
        for (headers, expected) in cases {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap()))
                .collect();
            assert_eq!(asked_pause(&map, now).map(|d| d.as_secs()), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_used_up_limit_on_403_is_a_rate_limit_and_a_plain_403_is_not() {
        let mut headers = HeaderMap::new();
        assert!(!is_rate_limited(StatusCode::FORBIDDEN, &headers));
        headers.insert("x-ratelimit-remaining", "0".parse().unwrap());
        assert!(is_rate_limited(StatusCode::FORBIDDEN, &headers));
        assert!(!is_rate_limited(StatusCode::OK, &headers));
    }
}

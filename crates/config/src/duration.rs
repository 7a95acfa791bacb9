//! Durations as configuration writes them: objects, ISO 8601, or short text such as `30s`.

use std::time::Duration;

use crate::node::{Data, Node};

/// What an error says was expected.
pub(crate) const EXPECTED: &str =
    r#"a duration such as "30s", "2 hours", "PT5M" or {minutes: 5} (a number without unit is not one)"#;

/// npm `ms` refuses longer texts, and no honest duration is longer.
const MAX_TEXT: usize = 100;

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// Reads a duration (config 1.3.9, `readDurationFromConfig`). The error says what is wrong with it.
pub(crate) fn read(node: &Node) -> Result<Duration, String> {
    let seconds = match &node.data {
        Data::Text(text) => from_text(text.trim()).ok_or_else(|| format!("expected {EXPECTED}"))?,
        Data::Map(map) => {
            if map.is_empty() {
                return Err(format!("expected {EXPECTED}, got an empty object"));
            }
            let mut seconds = 0.0;
            for (unit, amount) in map.iter() {
                let length = object_unit(unit).ok_or_else(|| {
                    format!(
                        "expected {EXPECTED}; {unit:?} is not one of years, months, weeks, days, hours, minutes, \
                         seconds, milliseconds"
                    )
                })?;
                seconds += length * amount_of(amount).ok_or_else(|| format!("{unit}: expected a number"))?;
            }
            seconds
        }
        _ => return Err(format!("expected {EXPECTED}, got {}", node.kind())),
    };
    Duration::try_from_secs_f64(seconds).map_err(|_| "expected a duration that is not negative".to_owned())
}

fn amount_of(node: &Node) -> Option<f64> {
    match &node.data {
        Data::Number(number) => number.as_f64(),
        Data::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Lengths in seconds; a month has 30 days and a year 365, as in luxon.
fn object_unit(unit: &str) -> Option<f64> {
    Some(match unit {
        "years" => 365.0 * DAY,
        "months" => 30.0 * DAY,
        "weeks" => 7.0 * DAY,
        "days" => DAY,
        "hours" => HOUR,
        "minutes" => MINUTE,
        "seconds" => 1.0,
        "milliseconds" => 0.001,
        _ => return None,
    })
}

fn from_text(text: &str) -> Option<f64> {
    if text.len() > MAX_TEXT {
        return None;
    }
    match text.strip_prefix('P') {
        Some(rest) => from_iso(rest),
        None => from_short(text),
    }
}

/// The grammar of npm `ms`: one number and one unit, case-insensitive. Its year has 365.25 days.
fn from_short(text: &str) -> Option<f64> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(text.len());
    let (amount, unit) = text.split_at(digits);
    let amount: f64 = amount.parse().ok()?;
    let length = match unit.trim_start_matches(' ').to_ascii_lowercase().as_str() {
        "years" | "year" | "yrs" | "yr" | "y" => 365.25 * DAY,
        "weeks" | "week" | "w" => 7.0 * DAY,
        "days" | "day" | "d" => DAY,
        "hours" | "hour" | "hrs" | "hr" | "h" => HOUR,
        "minutes" | "minute" | "mins" | "min" | "m" => MINUTE,
        "seconds" | "second" | "secs" | "sec" | "s" => 1.0,
        "milliseconds" | "millisecond" | "msecs" | "msec" | "ms" => 0.001,
        _ => return None,
    };
    Some(amount * length)
}

/// ISO 8601 after the `P`: `1Y2M3W4DT5H6M7.5S`, every part optional, at least one given, in this order.
fn from_iso(text: &str) -> Option<f64> {
    const DATE: [(char, f64); 4] = [('Y', 365.0 * DAY), ('M', 30.0 * DAY), ('W', 7.0 * DAY), ('D', DAY)];
    const TIME: [(char, f64); 3] = [('H', HOUR), ('M', MINUTE), ('S', 1.0)];
    match text.split_once('T') {
        Some(("", time)) => iso_parts(time, &TIME),
        Some((date, time)) => Some(iso_parts(date, &DATE)? + iso_parts(time, &TIME)?),
        None => iso_parts(text, &DATE),
    }
}

fn iso_parts(mut text: &str, units: &[(char, f64)]) -> Option<f64> {
    if text.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    for (letter, length) in units {
        if let Some((amount, rest)) = text.split_once(*letter) {
            seconds += amount.replace(',', ".").parse::<f64>().ok().filter(|n| n.is_finite())? * length;
            text = rest;
        }
    }
    text.is_empty().then_some(seconds)
}

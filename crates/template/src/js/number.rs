//! Numbers as JavaScript reads and writes them.

use std::fmt::Write as _;

use serde_json::Number;

use super::text::{trim, trim_start};

/// A JSON number as the double that JavaScript would have.
pub(crate) fn json_number(value: &Number) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// `String(value)`.
pub(crate) fn number_to_string(value: f64) -> String {
    let mut text = String::new();
    push_number(&mut text, value);
    text
}

/// Appends `String(value)`.
pub(crate) fn push_number(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    } else if value == 0.0 {
        out.push('0');
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 10^15")]
        let whole = value as i64;
        let _ = write!(out, "{whole}");
    } else {
        push_fraction(out, value);
    }
}

fn push_fraction(out: &mut String, value: f64) {
    // Rust's exponent form has the shortest digits that read back as the same number, as JavaScript demands.
    let shortest = format!("{:e}", value.abs());
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest.as_str(), "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value < 0.0 {
        out.push('-');
    }
    push_decimal(out, &digits, exponent);
}

/// Writes digits whose first stands for `10^exponent` the way JavaScript lays numbers out.
fn push_decimal(out: &mut String, digits: &str, exponent: i32) {
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let point = exponent + 1;
    if count <= point && point <= 21 {
        out.push_str(digits);
        (count..point).for_each(|_| out.push('0'));
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    } else if -6 < point && point <= 0 {
        out.push_str("0.");
        (point..0).for_each(|_| out.push('0'));
        out.push_str(digits);
    } else {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        if !rest.is_empty() {
            out.push('.');
            out.push_str(rest);
        }
        let _ = write!(out, "e{}{}", if exponent < 0 { '-' } else { '+' }, exponent.abs());
    }
}

/// `Number(text)`.
pub(crate) fn parse_number(text: &str) -> f64 {
    let text = trim(text);
    if text.is_empty() {
        return 0.0;
    }
    for (prefixes, radix) in [(["0x", "0X"], 16), (["0o", "0O"], 8), (["0b", "0B"], 2)] {
        if let Some(digits) = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)) {
            let valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return if valid { digits_value(digits, radix) } else { f64::NAN };
        }
    }
    match decimal_prefix(text) {
        length if length == text.len() => decimal_value(text),
        _ => f64::NAN,
    }
}

/// `parseFloat(text)`.
pub(crate) fn parse_float(text: &str) -> f64 {
    let text = trim_start(text);
    match decimal_prefix(text) {
        0 => f64::NAN,
        length => decimal_value(&text[..length]),
    }
}

/// `parseInt(text, radix)`, the radix already an integer.
pub(crate) fn parse_int(text: &str, radix: f64) -> f64 {
    let mut text = trim_start(text);
    let mut sign = 1.0;
    if let Some(rest) = text.strip_prefix('-') {
        (sign, text) = (-1.0, rest);
    } else if let Some(rest) = text.strip_prefix('+') {
        text = rest;
    }
    let mut radix = to_int32(radix);
    let mut strip = true;
    if radix == 0 {
        radix = 10;
    } else if !(2..=36).contains(&radix) {
        return f64::NAN;
    } else if radix != 16 {
        strip = false;
    }
    if strip && let Some(rest) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        (text, radix) = (rest, 16);
    }
    let radix = u32::try_from(radix).unwrap_or(10);
    let end = text.find(|digit: char| !digit.is_digit(radix)).unwrap_or(text.len());
    if end == 0 { f64::NAN } else { sign * digits_value(&text[..end], radix) }
}

/// JavaScript's conversion to a 32-bit integer: the value modulo 2^32, signed.
pub(crate) fn to_int32(value: f64) -> i32 {
    if !value.is_finite() {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the remainder is below 2^32"
    )]
    let unsigned = value.trunc().rem_euclid(4_294_967_296.0) as u32;
    unsigned.cast_signed()
}

/// The value of digits, correctly rounded where that is defined.
fn digits_value(digits: &str, radix: u32) -> f64 {
    if radix == 10 {
        return digits.parse().unwrap_or(f64::NAN);
    }
    let mut value = 0.0;
    for digit in digits.chars() {
        value = value * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or(0));
    }
    value
}

/// How many bytes at the start of the text are a decimal number as JavaScript writes one.
fn decimal_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if text[sign..].starts_with("Infinity") {
        return sign + "Infinity".len();
    }
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        if whole + fraction == 0 {
            return 0;
        }
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let count = digits((end + 1 + sign).min(bytes.len()));
        if count > 0 {
            end += 1 + sign + count;
        }
    }
    end
}

fn decimal_value(text: &str) -> f64 {
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (value, text) in [
            (1e21, "1e+21"),
            (100_000_000_000_000_000_000.0, "100000000000000000000"),
            (1e-7, "1e-7"),
            (0.000_001, "0.000001"),
            (-1.5, "-1.5"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1.234_567_890_123_456_8e29, "1.2345678901234568e+29"),
            (0.1 + 0.2, "0.30000000000000004"),
            (-0.0, "0"),
        ] {
            assert_eq!(number_to_string(value), text);
        }
    }

    #[test]
    fn numbers_are_read_as_javascript_reads_them() {
        assert_eq!(parse_number(" 12 "), 12.0);
        assert_eq!(parse_number("0x1F"), 31.0);
        assert_eq!(parse_number("5."), 5.0);
        assert_eq!(parse_number(".5e1"), 5.0);
        assert_eq!(parse_number("-Infinity"), f64::NEG_INFINITY);
        for text in ["1_0", "inf", "nan", "--5", ".", "1e", "0x", "1 2", "infinity"] {
            assert!(parse_number(text).is_nan(), "{text}");
        }
        assert_eq!(parse_float("3.25abc"), 3.25);
        assert_eq!(parse_float("1e5x"), 100_000.0);
        assert_eq!(parse_float("1e+"), 1.0);
        assert!(parse_float("abc").is_nan());
        assert_eq!(parse_int("12abc", 10.0), 12.0);
        assert_eq!(parse_int("0x1f", 10.0), 0.0);
        assert_eq!(parse_int("0x1f", 16.0), 31.0);
        assert_eq!(parse_int("0x1f", 0.0), 31.0);
        assert!(parse_int("1", 37.0).is_nan());
    }
}

//! Numbers with a given number of digits, or in another radix: `toFixed` and its kin.

use super::number::number_to_string;

/// The exact decimal digits of a positive number, and the power of ten that the first of them stands for.
struct Exact {
    digits: Vec<u8>,
    exponent: i32,
}

impl Exact {
    fn of(value: f64) -> Self {
        // 767 digits behind the first are enough to write every double exactly.
        let text = format!("{value:.767e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text.as_str(), "0"));
        let mut digits: Vec<u8> =
            mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
        while digits.len() > 1 && digits.last() == Some(&0) {
            digits.pop();
        }
        Self { digits, exponent: exponent.parse().unwrap_or(0) }
    }

    /// Keeps so many digits, a half going up as JavaScript wants it; zero or fewer may leave one by rounding.
    fn round(&mut self, keep: i32) {
        let keep = usize::try_from(keep.max(-1) + 1).unwrap_or(0);
        // One place in front holds what is carried over.
        let mut digits = vec![0];
        digits.append(&mut self.digits);
        let up = digits.get(keep.max(1)).is_some_and(|digit| *digit >= 5) && keep > 0;
        digits.resize(keep.max(1), 0);
        if up {
            for digit in digits.iter_mut().rev() {
                *digit += 1;
                if *digit < 10 {
                    break;
                }
                *digit = 0;
            }
        }
        if digits[0] == 0 && digits.len() > 1 {
            digits.remove(0);
        } else if digits[0] != 0 {
            self.exponent += 1;
        }
        self.digits = digits;
    }

    fn digit(&self, power: i32) -> char {
        let index = usize::try_from(self.exponent - power).ok();
        index.and_then(|index| self.digits.get(index)).map_or('0', |digit| char::from(b'0' + digit))
    }
}

/// `value.toFixed(places)`, for 0 to 100 places.
pub(crate) fn to_fixed(value: f64, places: i32) -> String {
    if !value.is_finite() || value.abs() >= 1e21 {
        return number_to_string(value);
    }
    let mut exact = Exact::of(value.abs());
    if value == 0.0 {
        exact.exponent = 0;
    } else {
        let keep = exact.exponent + 1 + places;
        exact.round(keep);
    }
    let mut text = String::new();
    if value < 0.0 {
        text.push('-');
    }
    for power in (-places..=exact.exponent.max(0)).rev() {
        text.push(exact.digit(power));
        if power == 0 && places > 0 {
            text.push('.');
        }
    }
    text
}

/// `value.toExponential(places)`: all digits that tell the number from others without places.
pub(crate) fn to_exponential(value: f64, places: Option<i32>) -> String {
    if !value.is_finite() {
        return number_to_string(value);
    }
    let Some(places) = places else {
        let text = format!("{value:e}");
        return match text.split_once("e-") {
            Some(_) => text,
            None => text.replacen('e', "e+", 1),
        };
    };
    let mut exact = Exact::of(value.abs());
    if value != 0.0 {
        exact.round(places + 1);
    }
    let mut text = String::new();
    if value < 0.0 {
        text.push('-');
    }
    push_scientific(&mut text, &exact, places);
    text
}

fn push_scientific(text: &mut String, exact: &Exact, places: i32) {
    text.push(exact.digit(exact.exponent));
    if places > 0 {
        text.push('.');
    }
    for place in 1..=places {
        text.push(exact.digit(exact.exponent - place));
    }
    text.push_str(if exact.exponent < 0 { "e-" } else { "e+" });
    text.push_str(&exact.exponent.abs().to_string());
}

/// `value.toPrecision(precision)`, for a precision of 1 to 100.
pub(crate) fn to_precision(value: f64, precision: i32) -> String {
    if !value.is_finite() {
        return number_to_string(value);
    }
    let mut exact = Exact::of(value.abs());
    if value == 0.0 {
        exact.exponent = 0;
    } else {
        exact.round(precision);
    }
    let mut text = String::new();
    if value < 0.0 {
        text.push('-');
    }
    if exact.exponent < -6 || exact.exponent >= precision {
        push_scientific(&mut text, &exact, precision - 1);
        return text;
    }
    let last = exact.exponent + 1 - precision;
    for power in (last..=exact.exponent.max(0)).rev() {
        text.push(exact.digit(power));
        if power == 0 && last < 0 {
            text.push('.');
        }
    }
    text
}

/// `value.toString(radix)` for a radix of 2 to 36 other than 10: the shortest digits that tell the number from its
/// neighbours, rounded as V8 does.
pub(crate) fn to_radix(value: f64, radix: u32) -> String {
    if !value.is_finite() || value == 0.0 {
        return number_to_string(value);
    }
    let base = f64::from(radix);
    let mut whole = value.abs().floor();
    let mut fraction = value.abs() - whole;
    let mut behind: Vec<u32> = Vec::new();
    let mut delta = (0.5 * (value.abs().next_up() - value.abs())).max(f64::from_bits(1));
    if fraction >= delta {
        loop {
            fraction *= base;
            delta *= base;
            let digit = fraction.floor();
            behind.push(whole_digit(digit));
            fraction -= digit;
            if (fraction > 0.5 || (fraction == 0.5 && behind.last().is_some_and(|digit| digit % 2 == 1)))
                && fraction + delta > 1.0
            {
                // Round up, carrying through the digits behind the point.
                loop {
                    match behind.pop() {
                        None => {
                            whole += 1.0;
                            break;
                        }
                        Some(digit) if digit + 1 < radix => {
                            behind.push(digit + 1);
                            break;
                        }
                        Some(_) => {}
                    }
                }
                break;
            }
            if fraction < delta {
                break;
            }
        }
    }
    let mut front: Vec<u32> = Vec::new();
    // Beyond 53 bits the digits of a double are zeros in binary; V8 prints zeros in any radix there.
    while exponent_of(whole) > 0 {
        whole /= base;
        front.push(0);
    }
    loop {
        let remainder = whole % base;
        front.push(whole_digit(remainder));
        whole = (whole - remainder) / base;
        if whole <= 0.0 {
            break;
        }
    }
    let digit = |digit: &u32| char::from_digit(*digit, radix).unwrap_or('0');
    let mut text = String::new();
    if value < 0.0 {
        text.push('-');
    }
    text.extend(front.iter().rev().map(digit));
    if !behind.is_empty() {
        text.push('.');
        text.extend(behind.iter().map(digit));
    }
    text
}

fn whole_digit(value: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a digit, below 36")]
    let digit = value as u32;
    digit
}

/// The power of two of the last bit of a double's mantissa.
fn exponent_of(value: f64) -> i32 {
    let biased = i32::try_from((value.to_bits() >> 52) & 0x7ff).unwrap_or(0);
    if biased == 0 { -1074 } else { biased - 0x3ff - 52 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_places_round_a_half_up_and_what_is_written_exactly() {
        assert_eq!(to_fixed(2.5, 0), "3");
        assert_eq!(to_fixed(0.5, 0), "1");
        assert_eq!(to_fixed(1.005, 2), "1.00");
        assert_eq!(to_fixed(-1.5, 0), "-2");
        assert_eq!(to_fixed(0.04, 1), "0.0");
        assert_eq!(to_fixed(0.05, 1), "0.1");
        assert_eq!(to_fixed(0.0, 2), "0.00");
        assert_eq!(to_fixed(9.99, 1), "10.0");
        assert_eq!(to_fixed(1e-10, 2), "0.00");
        assert_eq!(to_fixed(123.456, 2), "123.46");
        assert_eq!(to_fixed(1e21, 2), "1e+21");
        assert!(to_fixed(1.1, 100).starts_with("1.100000000000000088817841970012523"));
    }

    #[test]
    fn precision_and_exponents_follow_javascript() {
        assert_eq!(to_precision(1234.5678, 2), "1.2e+3");
        assert_eq!(to_precision(1234.5678, 6), "1234.57");
        assert_eq!(to_precision(0.000_01, 1), "0.00001");
        assert_eq!(to_precision(0.000_000_1, 1), "1e-7");
        assert_eq!(to_precision(0.0, 3), "0.00");
        assert_eq!(to_precision(99.99, 3), "100");
        assert_eq!(to_exponential(1234.5678, Some(2)), "1.23e+3");
        assert_eq!(to_exponential(1234.5678, None), "1.2345678e+3");
        assert_eq!(to_exponential(0.0, Some(1)), "0.0e+0");
        assert_eq!(to_exponential(0.001, None), "1e-3");
    }

    #[test]
    fn other_radices_write_the_shortest_digits() {
        assert_eq!(to_radix(255.0, 16), "ff");
        assert_eq!(to_radix(-255.0, 16), "-ff");
        assert_eq!(to_radix(0.5, 2), "0.1");
        assert_eq!(to_radix(0.1, 3), "0.0022002200220022002200220022002201");
        assert_eq!(to_radix(0.3, 16), "0.4ccccccccccccc");
        assert_eq!(to_radix(1234.5678, 7), "3412.365520050024505");
        assert_eq!(to_radix(1e-7, 36), "0.000061oezo085tl");
    }
}

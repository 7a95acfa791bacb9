//! JavaScript's own ideas of numbers, strings, order and JSON.

mod digits;
mod number;
mod order;
mod sort;
mod stringify;
mod text;

pub(crate) use digits::{to_exponential, to_fixed, to_precision, to_radix};
pub(crate) use number::{json_number, number_to_string, parse_float, parse_int, parse_number, push_number};
pub(crate) use order::{compare_units, order_keys, ordered};
pub(crate) use sort::stable_sort;
pub(crate) use stringify::push_json_string;
pub(crate) use text::{
    concat, find_unit, from_units, is_space, is_word, lone, repair, slice_units, trim, trim_end, trim_start,
    unit_at, units, units_len,
};

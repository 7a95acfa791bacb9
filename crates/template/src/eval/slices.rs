//! `list[start:stop:step]`, with the comparisons and sums of JavaScript, on whatever the bounds are.

use std::cmp::Ordering;

use super::{Evaluator, Place};
use crate::error::{Fallible, Fault, Limit};
use crate::value::{Heap, Value};

/// Bounds that are texts grow when they are added to; this ends what would go on for hours.
const LONGEST_INDEX: usize = 1000;

impl<'a> Evaluator<'a> {
    #[inline(never)]
    pub(super) fn slice(
        &mut self,
        target: Value<'a>,
        bounds: u32,
        place: Place,
        depth: u32,
    ) -> Fallible<Value<'a>> {
        target.refuse_functions(&self.heap)?;
        let target = if target.is_truthy() { target } else { Value::array(Vec::new()) };
        let mut values = [Value::Null, Value::Null, Value::Number(1.0)];
        for (value, bound) in values.iter_mut().zip(self.program.bounds[bounds as usize]) {
            if let Some(bound) = bound {
                *value = self.eval(bound, place, depth + 1)?;
            }
        }
        cut(&target, values, &self.heap)
    }
}

fn cut<'a>(target: &Value<'a>, bounds: [Value<'a>; 3], heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let zero = Value::Number(0.0);
    let length = target.member("length", heap);
    let [mut start, mut stop, step] = bounds;
    let number = step.to_number(heap)?;
    if !number.is_finite() || number == 0.0 {
        return Err(Fault::evaluation("the step of a slice must be a number other than 0"));
    }
    let forwards = step.order(&zero, heap)?.is_some_and(Ordering::is_gt);
    let backwards = step.order(&zero, heap)?.is_some_and(Ordering::is_lt);
    let negative =
        |value: &Value<'a>| value.order(&zero, heap).map(|order| order.is_some_and(Ordering::is_lt));
    if matches!(start, Value::Null) {
        start = if backwards { Value::Number(length.to_number(heap)? - 1.0) } else { Value::Number(0.0) };
    }
    if matches!(stop, Value::Null) {
        stop = if backwards { Value::Number(-1.0) } else { length.clone() };
    } else if negative(&stop)? {
        stop = stop.add(&length, heap)?;
    }
    if negative(&start)? {
        start = start.add(&length, heap)?;
    }
    let mut items = Vec::new();
    let mut index = start;
    loop {
        let beyond = index.order(&length, heap)?.is_some_and(Ordering::is_gt);
        if negative(&index)? || beyond {
            break;
        }
        let order = index.order(&stop, heap)?;
        if forwards && order.is_some_and(Ordering::is_ge) || backwards && order.is_some_and(Ordering::is_le) {
            break;
        }
        heap.charge(1)?;
        if index.as_text().is_some_and(|text| text.len() > LONGEST_INDEX) {
            return Err(Fault::limit(Limit::WorkUnits));
        }
        let item = target.at(&index, heap)?;
        item.refuse_functions(heap)?;
        items.push(item);
        index = index.add(&step, heap)?;
    }
    if items.len() > heap.limits.list_items {
        heap.items(items.len())?;
    }
    Ok(Value::array(items))
}

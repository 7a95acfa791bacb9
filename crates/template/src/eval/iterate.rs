//! Loops.

use std::rc::Rc;

use super::{Evaluator, Place};
use crate::error::{Fallible, Fault};
use crate::js;
use crate::syntax::{ForLoop, Slot};
use crate::value::{Array, Record, Round, Str, Value};

/// What a loop goes through.
enum Items<'a> {
    None,
    /// A list; what is added to it while the loop runs is gone through, too.
    Array(Rc<Array<'a>>),
    /// The units of a string.
    Units(std::vec::IntoIter<u16>),
    /// Keys or indexes with their values.
    Pairs(std::vec::IntoIter<(Str<'a>, Value<'a>)>),
    /// A record with a length, as if it were a list.
    Indexed {
        record: Record<'a>,
        length: f64,
    },
}

impl<'a> Evaluator<'a> {
    pub(super) fn for_tag(&mut self, tag: &'a ForLoop, place: Place, depth: u32) -> Fallible<()> {
        let value = self.eval(tag.items, place, depth + 1)?;
        let targets = self.program.targets(tag.targets);
        let single = targets.len() == 1;
        let (mut items, length) = self.items(&value, single)?;
        let as_list = matches!(value, Value::Array(_) | Value::Safe(_));
        let scope = self.new_scope(place.scope, false);
        let inner = Place { scope, exports_macros: false, exports_variables: false, ..place };
        // The length of the last time this loop ran is kept while there is nothing to go through, as in Nunjucks.
        let slot = Slot { up: 0, index: tag.length_slot };
        let mut loop_length = self.slot(place.frame, slot);
        if value.is_truthy() {
            loop_length = length;
            self.set_slot(place.frame, slot, loop_length.clone());
        }
        let count = loop_length.to_number(&self.heap)?;
        let mut index = 0;
        while let Some(item) = self.next_item(&mut items, index, single) {
            for (position, target) in targets.iter().enumerate() {
                if !single && !as_list && position == 2 {
                    break;
                }
                let value = if single { item.clone() } else { self.part_of(&item, position)? };
                if single || !as_list {
                    self.set(scope, self.name(target.name), value.clone());
                }
                if let Some(slot) = target.slot {
                    self.set_slot(place.frame, slot, value);
                }
            }
            let round = Round { index, count, length: loop_length.clone() };
            self.set(scope, "loop", Value::Record(Record::Round(Rc::new(round))));
            self.body(tag.body, inner, depth + 1)?;
            index += 1;
        }
        match tag.otherwise {
            Some(body) if !loop_length.is_truthy() => self.body(body, inner, depth + 1),
            _ => Ok(()),
        }
    }

    /// What a value has to go through, and its length.
    fn items(&self, value: &Value<'a>, single: bool) -> Fallible<(Items<'a>, Value<'a>)> {
        Ok(match value {
            Value::Array(array) => (Items::Array(Rc::clone(array)), Value::count(array.len())),
            Value::Record(record) if single => {
                let length = record.get("length", &self.heap).unwrap_or_default();
                let number = length.to_number(&self.heap)?;
                (Items::Indexed { record: record.clone(), length: number }, length)
            }
            Value::Record(record) => {
                (Items::Pairs(record.entries(&self.heap).into_iter()), Value::count(record.len()))
            }
            Value::Str(text) if !single => {
                let units: Vec<u16> = js::units(text.as_str()).collect();
                self.heap.items(units.len())?;
                let length = Value::count(units.len());
                let pairs: Vec<(Str<'a>, Value<'a>)> = units
                    .into_iter()
                    .enumerate()
                    .map(|(index, unit)| {
                        (Str::from(index.to_string()), Value::string(js::from_units([unit])))
                    })
                    .collect();
                (Items::Pairs(pairs.into_iter()), length)
            }
            Value::Str(_) | Value::Safe(_) => {
                let text = value.as_text().unwrap_or_default();
                self.heap.touch(text.len())?;
                let units: Vec<u16> = js::units(text).collect();
                let length = Value::count(units.len());
                (Items::Units(units.into_iter()), length)
            }
            _ if single => (Items::None, Value::Undefined),
            _ => (Items::None, Value::Number(0.0)),
        })
    }

    fn next_item(&self, items: &mut Items<'a>, index: usize, single: bool) -> Option<Value<'a>> {
        match items {
            Items::None => None,
            Items::Array(array) => array.get(index),
            Items::Units(units) => units.next().map(|unit| Value::string(js::from_units([unit]))),
            Items::Pairs(pairs) => {
                let (key, value) = pairs.next()?;
                Some(if single { value } else { Value::array(vec![Value::Str(key), value]) })
            }
            Items::Indexed { record, length } => {
                #[expect(clippy::cast_precision_loss, reason = "the number of rounds is bounded")]
                let within = (index as f64) < *length;
                within.then(|| record.get(&index.to_string(), &self.heap).unwrap_or_default())
            }
        }
    }

    /// What one of several variables gets of an item.
    fn part_of(&self, item: &Value<'a>, position: usize) -> Fallible<Value<'a>> {
        Ok(match item {
            Value::Undefined | Value::Null => {
                return Err(Fault::evaluation("an item that is undefined or null cannot be taken apart"));
            }
            Value::Array(array) => array.get(position).unwrap_or_default(),
            Value::Record(_) | Value::Str(_) => item.member(&position.to_string(), &self.heap),
            _ => Value::Undefined,
        })
    }
}

//! Runs the instructions of a pattern, with a list of the places to go back to instead of recursion.

use std::collections::HashSet;

use super::class::{canonical, is_line_end, is_word};
use super::compile::{Code, Step};
use super::{Captures, OutOfSteps};

const UNSET: usize = usize::MAX;

/// What to do when the match fails from here on.
enum Back {
    /// Try again with this step at this place.
    Try { step: usize, at: usize },
    /// A run of units gives back one, as long as there are any.
    Shorter { step: usize, at: usize, least: usize },
    /// A lazy run takes one more.
    Longer { step: usize, at: usize, most: u32 },
    /// A register has its old value again.
    Restore { register: usize, value: usize },
}

/// The places that were gone back to in vain. They are noted once a search takes long: the same place again is in vain
/// again, and what would take exponentially many steps takes few.
#[derive(Default)]
pub(super) struct Tried {
    steps: u64,
    places: HashSet<(usize, usize)>,
}

/// Searches that take fewer steps are left as JavaScript does them.
const LONG: u64 = 20_000;

struct Machine<'m> {
    code: &'m Code,
    text: &'m [u16],
    registers: Vec<usize>,
    back: Vec<Back>,
    steps: &'m mut u64,
    tried: &'m mut Tried,
}

/// The match at an index.
pub(super) fn run(
    code: &Code,
    text: &[u16],
    start: usize,
    steps: &mut u64,
    tried: &mut Tried,
) -> Result<Option<Captures>, OutOfSteps> {
    let registers = vec![UNSET; code.registers];
    let mut machine = Machine { code, text, registers, back: Vec::new(), steps, tried };
    if machine.go(0, start)?.is_none() {
        return Ok(None);
    }
    let groups = (0..=code.groups).map(|group| {
        let (start, end) = (machine.registers[group * 2], machine.registers[group * 2 + 1]);
        (start != UNSET && end != UNSET).then_some((start, end))
    });
    Ok(Some(groups.collect()))
}

impl Machine<'_> {
    fn spend(&mut self, steps: u64) -> Result<(), OutOfSteps> {
        // Places to go back to are bounded with the steps: they cost memory.
        const MOST_BACK: usize = 4_000_000;
        if *self.steps < steps || self.back.len() > MOST_BACK {
            *self.steps = 0;
            return Err(OutOfSteps);
        }
        *self.steps -= steps;
        self.tried.steps += steps;
        Ok(())
    }

    fn set(&mut self, register: usize, value: usize) {
        self.back.push(Back::Restore { register, value: self.registers[register] });
        self.registers[register] = value;
    }

    fn unit(&self, at: usize, back: bool) -> Option<(u16, usize)> {
        let index = if back { at.checked_sub(1)? } else { at };
        let unit = *self.text.get(index)?;
        Some((unit, if back { index } else { at + 1 }))
    }

    fn fold(&self, unit: u16) -> u16 {
        if self.code.ignore_case { canonical(unit) } else { unit }
    }

    /// Runs until a `Match`; returns where the text was then.
    fn go(&mut self, step: usize, at: usize) -> Result<Option<usize>, OutOfSteps> {
        let floor = self.back.len();
        let (mut step, mut at) = (step, at);
        loop {
            self.spend(1)?;
            let next = match &self.code.steps[step] {
                Step::Match => return Ok(Some(at)),
                Step::Look { negated, end } => self.look(step + 1, at, *negated)?.then_some((*end, at)),
                Step::Run { class, min, max, greedy, back } => {
                    self.run_of(step, at, *class, (*min, *max), *greedy, *back)?
                }
                other => self.simple(other, step, at),
            };
            match next.or_else(|| self.backtrack(floor)) {
                Some((next, place)) => (step, at) = (next, place),
                None => return Ok(None),
            }
        }
    }

    fn look(&mut self, step: usize, at: usize, negated: bool) -> Result<bool, OutOfSteps> {
        let floor = self.back.len();
        let found = self.go(step, at)?.is_some();
        if found && !negated {
            // What was captured stays, what could have been tried otherwise is forgotten.
            let kept: Vec<Back> =
                self.back.drain(floor..).filter(|back| matches!(back, Back::Restore { .. })).collect();
            self.back.extend(kept);
        } else {
            while self.back.len() > floor {
                if let Some(Back::Restore { register, value }) = self.back.pop() {
                    self.registers[register] = value;
                }
            }
        }
        Ok(found != negated)
    }

    fn run_of(
        &mut self,
        step: usize,
        at: usize,
        class: usize,
        (min, max): (u32, u32),
        greedy: bool,
        back: bool,
    ) -> Result<Option<(usize, usize)>, OutOfSteps> {
        let wanted = if greedy { max } else { min };
        let mut place = at;
        let mut count = 0;
        let mut least = at;
        while count < wanted {
            let Some((unit, next)) = self.unit(place, back) else { break };
            if !self.code.classes[class].contains(unit) {
                break;
            }
            place = next;
            count += 1;
            if count == min {
                least = place;
            }
        }
        self.spend(u64::from(count))?;
        if count < min {
            return Ok(None);
        }
        if greedy && place != least {
            self.back.push(Back::Shorter { step, at: place, least });
        } else if !greedy && max > min {
            self.back.push(Back::Longer { step, at: place, most: max - min });
        }
        Ok(Some((step + 1, place)))
    }

    fn simple(&mut self, instruction: &Step, step: usize, at: usize) -> Option<(usize, usize)> {
        let text = self.text;
        let holds = |condition: bool| condition.then_some((step + 1, at));
        match *instruction {
            Step::Unit { unit, back } => {
                let (found, next) = self.unit(at, back)?;
                (self.fold(found) == unit).then_some((step + 1, next))
            }
            Step::Any { back } => {
                let (found, next) = self.unit(at, back)?;
                (!is_line_end(found)).then_some((step + 1, next))
            }
            Step::Class { class, back } => {
                let (found, next) = self.unit(at, back)?;
                self.code.classes[class].contains(found).then_some((step + 1, next))
            }
            Step::BackReference { group, back } => {
                self.back_reference(group, at, back).map(|next| (step + 1, next))
            }
            Step::Start => holds(at == 0 || self.code.multiline && is_line_end(text[at - 1])),
            Step::End => holds(at == text.len() || self.code.multiline && is_line_end(text[at])),
            Step::WordBoundary { negated } => {
                let before = at > 0 && is_word(text[at - 1]);
                let behind = text.get(at).copied().is_some_and(is_word);
                holds((before != behind) != negated)
            }
            Step::Save(register) | Step::Mark { register } => {
                self.set(register, at);
                Some((step + 1, at))
            }
            Step::Set { register } => {
                self.set(register, 0);
                Some((step + 1, at))
            }
            Step::Clear { first, last } => {
                for register in first..=last {
                    if self.registers[register] != UNSET {
                        self.set(register, UNSET);
                    }
                }
                Some((step + 1, at))
            }
            Step::Split { first, second } => {
                self.back.push(Back::Try { step: second, at });
                Some((first, at))
            }
            Step::Jump(target) => Some((target, at)),
            Step::Loop { register, min, max, greedy, exit } => {
                let count = self.registers[register];
                if count < min as usize {
                    return Some((step + 1, at));
                }
                if max != u32::MAX && count >= max as usize {
                    return Some((exit, at));
                }
                let (first, second) = if greedy { (step + 1, exit) } else { (exit, step + 1) };
                self.back.push(Back::Try { step: second, at });
                Some((first, at))
            }
            Step::Again { register, mark, min, head } => {
                let count = self.registers[register];
                if self.registers[mark] == at && count >= min as usize {
                    return None;
                }
                self.set(register, count + 1);
                Some((head, at))
            }
            Step::Match | Step::Look { .. } | Step::Run { .. } => None,
        }
    }

    fn back_reference(&self, group: usize, at: usize, back: bool) -> Option<usize> {
        let (start, end) = (self.registers[group * 2], self.registers[group * 2 + 1]);
        if start == UNSET || end == UNSET {
            return Some(at);
        }
        let length = end - start;
        let from = if back { at.checked_sub(length)? } else { at };
        let found = self.text.get(from..from + length)?;
        let same = found
            .iter()
            .zip(&self.text[start..end])
            .all(|(left, right)| self.fold(*left) == self.fold(*right));
        same.then_some(if back { from } else { at + length })
    }

    /// Takes back what was done since the last choice, and takes the other way there.
    fn backtrack(&mut self, floor: usize) -> Option<(usize, usize)> {
        loop {
            let place = self.last_choice(floor)?;
            if !self.code.forgetful || self.tried.steps < LONG || self.tried.places.insert(place) {
                return Some(place);
            }
        }
    }

    fn last_choice(&mut self, floor: usize) -> Option<(usize, usize)> {
        while self.back.len() > floor {
            match self.back.pop()? {
                Back::Restore { register, value } => self.registers[register] = value,
                Back::Try { step, at } => return Some((step, at)),
                Back::Shorter { step, at, least } => {
                    let at = if at > least { at - 1 } else { at + 1 };
                    if at != least {
                        self.back.push(Back::Shorter { step, at, least });
                    }
                    return Some((step + 1, at));
                }
                Back::Longer { step, at, most } => {
                    let Step::Run { class, back, .. } = self.code.steps[step] else { continue };
                    let Some((unit, next)) = self.unit(at, back) else { continue };
                    if !self.code.classes[class].contains(unit) {
                        continue;
                    }
                    if most > 1 {
                        self.back.push(Back::Longer { step, at: next, most: most.saturating_sub(1) });
                    }
                    return Some((step + 1, next));
                }
            }
        }
        None
    }
}

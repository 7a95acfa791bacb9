//! From the tree of a pattern to instructions.

use super::class::{Class, canonical};
use super::parse::{Part, Pattern};

/// One step of matching. `back` steps go from right to left, as looking behind does.
#[derive(Debug)]
pub(super) enum Step {
    Unit {
        unit: u16,
        back: bool,
    },
    Any {
        back: bool,
    },
    Class {
        class: usize,
        back: bool,
    },
    /// Repeats a single unit, any or class, without a step back for each.
    Run {
        class: usize,
        min: u32,
        max: u32,
        greedy: bool,
        back: bool,
    },
    BackReference {
        group: usize,
        back: bool,
    },
    Start,
    End,
    WordBoundary {
        negated: bool,
    },
    Save(usize),
    Clear {
        first: usize,
        last: usize,
    },
    Split {
        first: usize,
        second: usize,
    },
    Jump(usize),
    Set {
        register: usize,
    },
    /// The head of a loop: enters its body or leaves it.
    Loop {
        register: usize,
        min: u32,
        max: u32,
        greedy: bool,
        exit: usize,
    },
    /// Remembers where a round of a loop begins.
    Mark {
        register: usize,
    },
    /// The end of a round: a round beyond the least that matched nothing does not count.
    Again {
        register: usize,
        mark: usize,
        min: u32,
        head: usize,
    },
    Look {
        negated: bool,
        end: usize,
    },
    Match,
}

/// The instructions of a pattern.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) steps: Vec<Step>,
    pub(super) classes: Vec<Class>,
    pub(super) groups: usize,
    pub(super) registers: usize,
    pub(super) ignore_case: bool,
    pub(super) multiline: bool,
    pub(super) names: Vec<(String, usize)>,
    /// Whether a match goes on in the same way from the same step and place, however it came there.
    pub(super) forgetful: bool,
}

const MOST_STEPS: usize = 200_000;

pub(super) fn compile(pattern: &Pattern, ignore_case: bool, multiline: bool) -> Result<Code, String> {
    let mut code = Code {
        steps: Vec::new(),
        classes: Vec::new(),
        groups: pattern.groups,
        registers: (pattern.groups + 1) * 2,
        ignore_case,
        multiline,
        names: pattern.names.clone(),
        forgetful: true,
    };
    code.steps.push(Step::Save(0));
    code.part(&pattern.part, false)?;
    code.steps.push(Step::Save(1));
    code.steps.push(Step::Match);
    code.forgetful = code.steps.iter().all(|step| match step {
        Step::BackReference { .. } | Step::Look { .. } => false,
        Step::Loop { min, max, .. } => *min <= 1 && *max == u32::MAX || *min == 0 && *max == 1,
        _ => true,
    });
    Ok(code)
}

impl Code {
    fn register(&mut self) -> usize {
        self.registers += 1;
        self.registers - 1
    }

    fn class(&mut self, class: &Class) -> usize {
        let class = if self.ignore_case { class.clone().ignoring_case() } else { class.clone() };
        self.classes.push(class);
        self.classes.len() - 1
    }

    /// The class of a part that is a single unit, if it is one.
    fn single(&mut self, part: &Part) -> Option<usize> {
        let mut class = Class::default();
        match part {
            Part::Class(class) => return Some(self.class(class)),
            Part::Unit(unit) => class.add(*unit, *unit),
            Part::Any => {
                class = Class::negated(true);
                class.add(0x0a, 0x0a);
                class.add(0x0d, 0x0d);
                class.add(0x2028, 0x2029);
                self.classes.push(class);
                return Some(self.classes.len() - 1);
            }
            _ => return None,
        }
        Some(self.class(&class))
    }

    fn part(&mut self, part: &Part, back: bool) -> Result<(), String> {
        if self.steps.len() > MOST_STEPS {
            return Err("it is too large".to_owned());
        }
        match part {
            Part::Empty => {}
            Part::Unit(unit) => {
                let unit = if self.ignore_case { canonical(*unit) } else { *unit };
                self.steps.push(Step::Unit { unit, back });
            }
            Part::Any => self.steps.push(Step::Any { back }),
            Part::Class(class) => {
                let class = self.class(class);
                self.steps.push(Step::Class { class, back });
            }
            Part::Sequence(parts) if back => {
                for part in parts.iter().rev() {
                    self.part(part, back)?;
                }
            }
            Part::Sequence(parts) => {
                for part in parts {
                    self.part(part, back)?;
                }
            }
            Part::Choice(choices) => self.choice(choices, back)?,
            Part::Group { index, part } => {
                let (first, last) =
                    if back { (index * 2 + 1, index * 2) } else { (index * 2, index * 2 + 1) };
                self.steps.push(Step::Save(first));
                self.part(part, back)?;
                self.steps.push(Step::Save(last));
            }
            Part::BackReference(group) => self.steps.push(Step::BackReference { group: *group, back }),
            Part::NamedReference(name) => {
                let Some((_, group)) = self.names.iter().find(|(known, _)| known == name) else {
                    return Err(format!("no group has the name {name}"));
                };
                self.steps.push(Step::BackReference { group: *group, back });
            }
            Part::Start => self.steps.push(Step::Start),
            Part::End => self.steps.push(Step::End),
            Part::WordBoundary { negated } => self.steps.push(Step::WordBoundary { negated: *negated }),
            Part::Look { behind, negated, part } => {
                let at = self.steps.len();
                self.steps.push(Step::Look { negated: *negated, end: 0 });
                self.part(part, *behind)?;
                self.steps.push(Step::Match);
                self.steps[at] = Step::Look { negated: *negated, end: self.steps.len() };
            }
            Part::Repeat { part, min, max, greedy, groups } => {
                let max = max.unwrap_or(u32::MAX);
                match self.single(part) {
                    Some(class) => {
                        self.steps.push(Step::Run { class, min: *min, max, greedy: *greedy, back });
                    }
                    None => self.repeat(part, (*min, max), *greedy, *groups, back)?,
                }
            }
        }
        Ok(())
    }

    fn choice(&mut self, choices: &[Part], back: bool) -> Result<(), String> {
        let mut jumps = Vec::new();
        for (index, choice) in choices.iter().enumerate() {
            if index + 1 == choices.len() {
                self.part(choice, back)?;
                break;
            }
            let split = self.steps.len();
            self.steps.push(Step::Split { first: split + 1, second: 0 });
            self.part(choice, back)?;
            jumps.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            self.steps[split] = Step::Split { first: split + 1, second: self.steps.len() };
        }
        for jump in jumps {
            self.steps[jump] = Step::Jump(self.steps.len());
        }
        Ok(())
    }

    fn repeat(
        &mut self,
        part: &Part,
        (min, max): (u32, u32),
        greedy: bool,
        groups: (usize, usize),
        back: bool,
    ) -> Result<(), String> {
        let (register, mark) = (self.register(), self.register());
        self.steps.push(Step::Set { register });
        let head = self.steps.len();
        self.steps.push(Step::Loop { register, min, max, greedy, exit: 0 });
        self.steps.push(Step::Mark { register: mark });
        if groups.0 < groups.1 {
            self.steps.push(Step::Clear { first: (groups.0 + 1) * 2, last: groups.1 * 2 + 1 });
        }
        self.part(part, back)?;
        self.steps.push(Step::Again { register, mark, min, head });
        self.steps[head] = Step::Loop { register, min, max, greedy, exit: self.steps.len() };
        Ok(())
    }
}

//! Which names are variables of a frame. A name that a loop, a macro or its parameters bind is found in its place
//! wherever it is written inside of them; all others are looked up by name when the template is rendered.

use super::program::{Slot, Text};

struct Binding {
    start: u32,
    end: u32,
    frame: usize,
    index: u32,
}

/// A frame that was left for a while.
pub(super) struct Suspended {
    bound: Vec<Binding>,
    frame: Option<(u32, usize)>,
}

/// The names that are bound at the place where the parser is.
pub(super) struct Bindings {
    bound: Vec<Binding>,
    /// For each frame: how many slots it has, and from which binding on they are visible in it.
    frames: Vec<(u32, usize)>,
}

impl Bindings {
    pub(super) fn new() -> Self {
        Self { bound: Vec::new(), frames: vec![(0, 0)] }
    }

    /// Makes a slot that no name refers to.
    pub(super) fn anonymous(&mut self) -> u32 {
        let Some((slots, _)) = self.frames.last_mut() else { return 0 };
        *slots += 1;
        *slots - 1
    }

    /// Binds a name from here on, to the end of its region.
    pub(super) fn bind(&mut self, name: Text) -> Option<Slot> {
        let Text::Source { start, end } = name else { return None };
        let index = self.anonymous();
        self.bound.push(Binding { start, end, frame: self.frames.len() - 1, index });
        Some(Slot { up: 0, index })
    }

    /// The slot that a name stands for.
    pub(super) fn find(&self, source: &str, name: Text) -> Option<Slot> {
        if self.bound.is_empty() {
            return None;
        }
        let Text::Source { start, end } = name else { return None };
        let name = &source[start as usize..end as usize];
        let (_, visible) = *self.frames.last()?;
        let binding = self.bound[visible..]
            .iter()
            .rev()
            .find(|binding| &source[binding.start as usize..binding.end as usize] == name)?;
        Some(Slot { up: u16::try_from(self.frames.len() - 1 - binding.frame).ok()?, index: binding.index })
    }

    /// Begins a region, whose bindings end with it.
    pub(super) fn mark(&self) -> usize {
        self.bound.len()
    }

    pub(super) fn release(&mut self, mark: usize) {
        self.bound.truncate(mark);
    }

    /// Begins a frame: that of a `call` tag sees the bindings around it, that of a macro or block does not.
    pub(super) fn enter(&mut self, inherits: bool) -> usize {
        let visible = if inherits { self.frames.last().map_or(0, |frame| frame.1) } else { self.bound.len() };
        self.frames.push((0, visible));
        self.bound.len()
    }

    /// Ends a frame; returns how many slots it has.
    pub(super) fn leave(&mut self, mark: usize) -> u32 {
        self.bound.truncate(mark);
        self.frames.pop().map_or(0, |frame| frame.0)
    }

    /// Leaves a frame that will be gone on with.
    pub(super) fn suspend(&mut self, mark: usize) -> Suspended {
        Suspended { bound: self.bound.split_off(mark), frame: self.frames.pop() }
    }

    pub(super) fn resume(&mut self, suspended: Suspended) {
        self.bound.extend(suspended.bound);
        self.frames.extend(suspended.frame);
    }

    pub(super) fn root_slots(&self) -> u32 {
        self.frames.first().map_or(0, |frame| frame.0)
    }
}

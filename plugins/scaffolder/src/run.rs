//! Running a task: its steps one by one, each committed before the next begins.

mod conditions;
mod context;
mod end;
mod hold;
mod invoke;
mod iterations;
mod journal;
mod kept;
mod log;
mod placeholder;
mod remember;
mod render;
mod runner;
mod state;
mod stop;
mod workspace;

pub(crate) use hold::Hold;
pub(crate) use journal::Journal;
pub(crate) use kept::Kept;
pub(crate) use log::TaskLog;
pub(crate) use render::Renderer;
pub(crate) use runner::{Ended, Plan, Runner};
pub(crate) use state::State;
pub(crate) use stop::{Stop, StopSignal};
pub(crate) use workspace::{Archive, Directory, contents};

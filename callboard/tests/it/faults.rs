//! What goes wrong outside of the program: its database, its sources, its fellow processes. Afterwards no entity is
//! lost, none is there twice, none is stuck, and what went wrong was visible.

mod census;
mod database;
mod load;
mod processes;
mod proxy;
pub(crate) mod source;
mod sources;

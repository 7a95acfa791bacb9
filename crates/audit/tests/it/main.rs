//! The record as a whole: what goes in comes out everywhere, also over a sink that is down and a restart.

mod canary;
mod delivery;
mod support;

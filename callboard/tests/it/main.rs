//! The binary as its users meet it, and the rules of the house.

mod attacks;
mod attacks_doc;
mod cli;
mod conformance;
mod faults;
mod files;
mod house;
mod kill;
mod permissions;
mod server;
mod serving;

//! The binary as its users meet it, and the rules of the house.

mod app;
mod attacks;
mod attacks_doc;
mod audit;
mod cli;
mod conformance;
mod example_templates;
mod faults;
mod files;
mod house;
mod kill;
mod permissions;
mod protection;
mod server;
mod serving;
mod tasks;
mod template_eval;

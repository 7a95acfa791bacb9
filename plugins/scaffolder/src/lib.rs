//! The scaffolder: templates, tasks and actions (`plugin-scaffolder-backend` 4.2.0).

pub mod action;
pub mod actions;
pub mod autocomplete;

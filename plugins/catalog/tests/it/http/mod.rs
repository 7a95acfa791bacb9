//! The HTTP API through the whole router. Every answer is also held against the OpenAPI document.

mod app;
mod audited;
mod feed;
mod in_process;
mod listing;
mod locations;
mod openapi;
mod permissions;
mod reading;
mod refusals;
mod users;

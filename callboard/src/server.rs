//! The HTTP server: the stack around the plugins, in Backstage's order (headers, CORS, compression, request log,
//! health, plugins, portal), and the loop that accepts connections.

pub(crate) mod connections;
pub(crate) mod cors;
pub(crate) mod edge;
pub(crate) mod headers;
pub(crate) mod health;
pub(crate) mod listen;
pub(crate) mod metrics;
pub(crate) mod mount;
pub(crate) mod portal;
pub(crate) mod route_metrics;
pub(crate) mod stack;

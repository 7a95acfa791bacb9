//! Replays requests that a real Backstage answered against any base URL, and compares the answers.
//!
//! `cases/*.json` hold requests with Backstage's answers (catalog-backend 4.0.0 and the packages of create-app 0.9.2,
//! on PostgreSQL, in production mode); `catalog/` is what that server had ingested and `config.yaml` what it ran with.
//! Cases run in file order, because a case may use an id that an earlier one returned.

pub mod case;
pub mod client;
pub mod compare;
pub mod judge;
pub mod mask;
pub mod run;

//! Reading a URL: source hosts, archives, files, through the one guarded HTTP client.
//!
//! - [`Integrations`]: which source hosts are configured, and the pure questions about their URLs:
//!   [`Integrations::resolve_url`] (relative targets), [`Integrations::resolve_edit_url`],
//!   [`Integrations::source_location`], [`Integrations::same_repository`], [`Integrations::repository`].
//! - [`ScmUrlReader`]: the kit's `UrlReader` over those hosts and `backend.reading.allow`.
//! - [`file`]: `file:` locations of the configuration: [`file::resolve_file_target`], [`file::FileReader`].
//! - [`git`]: pushing to and fetching from repositories; [`HostCredentials`]: the tokens for it.
//! - [`egress`]: [`egress::Egress::request`] under an [`egress::Policy`]; nothing else in the workspace makes requests.

pub mod credentials;
pub mod egress;
pub mod file;
pub mod git;
pub mod integrations;
pub mod readers;

pub use credentials::HostCredentials;
pub use integrations::{
    Integration, Integrations, Repository, ScmUrlError, climbs, encode_path, encode_query, encode_segment,
};
pub use readers::ScmUrlReader;

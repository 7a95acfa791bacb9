//! git over HTTPS without the git program: objects, packs and the smart protocol, through the guarded client.
//!
//! Written by hand, because a git program resolves names, follows redirects, reads configuration and runs hooks and
//! filters by itself, past every check of [`crate::egress`], and has to be handed the token. Here there is no
//! repository on a disk and no child process: files become objects in memory, and two requests push them. So nothing
//! that a template writes (`.git/config`, `.gitattributes`, hooks, submodules) has anybody who reads it, and a
//! credential never leaves this process (CVE-2024-53983, Gitea CVE-2026-70357 and CVE-2026-104636).
//!
//! - [`Pack`] takes objects and becomes what is pushed; [`Tree`] puts files into directories; [`Commit`] is one.
//! - [`Remote`] is a repository at a host: [`Remote::refs`], [`Remote::push`], [`Remote::fetch`] (one commit, shallow).
//! - [`RefName`] and [`Tree::insert`] are where names from templates are checked.

mod commit;
mod delta;
mod error;
mod fetch;
mod name;
mod object;
mod objects;
mod pack;
mod pkt;
mod push;
mod remote;
mod tree;

pub use commit::{Commit, Signature};
pub use error::GitError;
pub use name::RefName;
pub use object::{Kind, ObjectId};
pub use objects::Objects;
pub use pack::Pack;
pub use push::Update;
pub use remote::{Refs, Remote};
pub use tree::{Mode, Tree};

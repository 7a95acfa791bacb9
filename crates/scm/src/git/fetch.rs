//! Fetching one commit with its directories, without what came before it and, where the host can, without the content
//! of files: enough to lay other files over it.

use super::error::GitError;
use super::object::ObjectId;
use super::objects::Objects;
use super::pkt::{self, Channels, FLUSH, Line, Lines};
use super::remote::{Refs, Remote, Service};

/// Bytes of a pack that is fetched.
const MAX_PACK: u64 = 200 * 1024 * 1024;

impl Remote {
    /// The commit and its trees. `refs` is what [`Remote::refs`] answered.
    pub async fn fetch(&self, refs: &Refs, commit: ObjectId) -> Result<Objects, GitError> {
        for needed in ["side-band-64k", "shallow"] {
            if !refs.can(needed) {
                return Err(self.protocol(&format!("it can't do {needed}, which fetching needs")));
            }
        }
        let mut capabilities = String::from("side-band-64k ofs-delta no-progress");
        // Azure DevOps wants to hear of it, though nothing is negotiated here.
        let filter = refs.can("filter");
        for (can, name) in [(refs.can("multi_ack_detailed"), "multi_ack_detailed"), (filter, "filter")] {
            if can {
                capabilities.push(' ');
                capabilities.push_str(name);
            }
        }
        let agent = concat!("agent=callboard/", env!("CARGO_PKG_VERSION"));
        let mut body = pkt::line(&format!("want {commit} {capabilities} {agent}\n"));
        body.extend_from_slice(&pkt::line("deepen 1\n"));
        if filter {
            body.extend_from_slice(&pkt::line("filter blob:none\n"));
        }
        body.extend_from_slice(FLUSH);
        body.extend_from_slice(&pkt::line("done\n"));
        let answer = self.post(Service::Read, body.into(), MAX_PACK).await.map_err(Self::too_large)?;
        let mut found = Channels::default();
        let mut in_pack = false;
        for line in Lines::of(&answer) {
            match line.map_err(|_| self.protocol("its answer to the fetch can't be read"))? {
                Line::Data(line) if in_pack => found.take(line),
                // Lines about depth come first, then the one that says what both have: nothing.
                Line::Data(line) if line.starts_with(b"NAK") || line.starts_with(b"ACK") => in_pack = true,
                Line::Data(line) if line.starts_with(b"ERR ") => {
                    return Err(self.protocol(&pkt::one_line(&String::from_utf8_lossy(&line[4..]))));
                }
                Line::Data(_) | Line::Flush => {}
            }
        }
        drop(answer);
        if let Some(fatal) = found.fatal {
            return Err(self.protocol(&fatal));
        }
        let objects = Objects::read(&found.data).map_err(|error| error.at(self.url()))?;
        if objects.tree_of(&commit).is_none() {
            return Err(self.protocol("it did not answer the commit that it names"));
        }
        Ok(objects)
    }
}

//! Pushing: one branch is moved, and the host says whether it did.

use super::error::GitError;
use super::name::RefName;
use super::object::ObjectId;
use super::pack::Pack;
use super::pkt::{self, Channels, FLUSH, Line, Lines, one_line};
use super::remote::{Refs, Remote, Service};

/// Bytes of an answer to a push.
const MAX_REPORT: u64 = 1024 * 1024;

/// Where a branch is to go.
#[derive(Debug, Clone)]
pub struct Update {
    /// The branch.
    pub name: RefName,
    /// Where it is now; `None` if there is none yet. The host refuses if that isn't so any more.
    pub from: Option<ObjectId>,
    /// The commit.
    pub to: ObjectId,
}

impl Remote {
    /// Sends the pack and moves the branch. Gives back what the host says to people. `refs` is what
    /// [`Remote::refs_to_write`] answered.
    pub async fn push(&self, refs: &Refs, update: &Update, pack: Pack) -> Result<String, GitError> {
        if !refs.can("report-status") {
            return Err(self.protocol("it does not report whether a push worked, which pushing needs"));
        }
        let channels = refs.can("side-band-64k");
        let mut command = format!(
            "{} {} {}\0 report-status",
            update.from.unwrap_or(ObjectId::ZERO),
            update.to,
            update.name
        );
        if channels {
            command.push_str(" side-band-64k");
        }
        command.push_str(concat!(" agent=callboard/", env!("CARGO_PKG_VERSION")));
        let mut body = pkt::line(&command);
        body.extend_from_slice(FLUSH);
        body.extend_from_slice(&pack.finish());
        let answer = self.post(Service::Write, body.into(), MAX_REPORT).await?;
        self.read_report(&answer, channels, &update.name)
    }

    fn read_report(&self, answer: &[u8], channels: bool, name: &RefName) -> Result<String, GitError> {
        let broken = |_| self.protocol("its answer to the push can't be read");
        let rejected = |reason: &str, said: &str| GitError::Rejected {
            url: self.url().to_owned(),
            reference: name.to_string(),
            reason: match one_line(said) {
                said if said.is_empty() => one_line(reason),
                said => format!("{} ({said})", one_line(reason)),
            },
        };
        let mut found = Channels::default();
        if channels {
            for line in Lines::of(answer) {
                if let Line::Data(line) = line.map_err(broken)? {
                    found.take(line);
                }
            }
        } else {
            found.data = answer.to_vec();
        }
        if let Some(fatal) = &found.fatal {
            return Err(rejected(fatal, &found.messages));
        }
        let (mut unpacked, mut moved) = (false, false);
        for line in Lines::of(&found.data) {
            let Line::Data(line) = line.map_err(broken)? else { continue };
            let line = String::from_utf8_lossy(line);
            let line = line.trim_end_matches('\n');
            match line.split_once(' ') {
                Some(("unpack", "ok")) => unpacked = true,
                Some(("unpack", reason)) => return Err(rejected(reason, &found.messages)),
                Some(("ok", done)) => moved |= done == name.as_str(),
                Some(("ng", refused)) => {
                    let reason = refused.split_once(' ').map_or(refused, |(_, reason)| reason);
                    return Err(rejected(reason, &found.messages));
                }
                _ => {}
            }
        }
        if unpacked && moved {
            return Ok(found.messages);
        }
        Err(self.protocol("it did not say that the push worked"))
    }
}

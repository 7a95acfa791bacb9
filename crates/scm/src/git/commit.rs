//! One commit.

use super::error::GitError;
use super::object::{Kind, ObjectId};
use super::pack::Pack;

/// Who made a commit, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// A name.
    pub name: String,
    /// An address.
    pub email: String,
    /// Seconds since the epoch; written in UTC.
    pub seconds: i64,
}

impl Signature {
    /// Characters that would end the name or the line are left out.
    fn line(&self, role: &str) -> String {
        let clean = |text: &str| -> String {
            text.chars()
                .filter(|c| !c.is_control() && !matches!(c, '<' | '>'))
                .collect::<String>()
                .trim()
                .to_owned()
        };
        format!("{role} {} <{}> {} +0000\n", clean(&self.name), clean(&self.email), self.seconds)
    }
}

/// A commit before it has an id.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its files.
    pub tree: ObjectId,
    /// What it follows.
    pub parents: Vec<ObjectId>,
    /// Author and committer.
    pub author: Signature,
    /// What it says.
    pub message: String,
}

impl Commit {
    /// Adds it to a pack; its id.
    pub fn write(&self, pack: &mut Pack) -> Result<ObjectId, GitError> {
        let mut text = format!("tree {}\n", self.tree);
        for parent in &self.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&self.author.line("author"));
        text.push_str(&self.author.line("committer"));
        text.push('\n');
        text.push_str(&self.message.replace('\0', ""));
        if !text.ends_with('\n') {
            text.push('\n');
        }
        pack.add(Kind::Commit, text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_or_message_adds_a_header_to_a_commit() {
        let author = Signature {
            name: "Eve <x>\nparent 0000".to_owned(),
            email: "e@x>\ngpgsig x".to_owned(),
            seconds: 5,
        };
        assert_eq!(author.line("author"), "author Eve xparent 0000 <e@xgpgsig x> 5 +0000\n");
    }
}

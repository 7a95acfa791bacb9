//! Objects that came from a host: reading a pack.

use super::delta;
use super::error::GitError;
use super::object::{Kind, ObjectId};
use flate2::{Decompress, FlushDecompress, Status};
use sha1::{Digest, Sha1};
use std::collections::HashMap;

/// Objects of one pack.
const MAX_OBJECTS: u32 = 500_000;
/// Bytes of all of them, unpacked.
const MAX_BYTES: usize = 512 * 1024 * 1024;

/// Objects by their id.
#[derive(Debug, Default)]
pub struct Objects {
    by_id: HashMap<ObjectId, (Kind, Vec<u8>)>,
}

/// An object that still waits for its base.
struct Waiting {
    offset: usize,
    base: Base,
    delta: Vec<u8>,
}

enum Base {
    Offset(usize),
    Id(ObjectId),
}

impl Objects {
    /// An object of this kind.
    pub fn get(&self, kind: Kind, id: &ObjectId) -> Option<&[u8]> {
        self.by_id.get(id).filter(|(found, _)| *found == kind).map(|(_, body)| body.as_slice())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The tree of a commit.
    pub fn tree_of(&self, commit: &ObjectId) -> Option<ObjectId> {
        let body = self.get(Kind::Commit, commit)?;
        let first = body.split(|byte| *byte == b'\n').next()?;
        std::str::from_utf8(first.strip_prefix(b"tree ")?).ok()?.parse().ok()
    }

    /// Reads a whole pack.
    pub(super) fn read(pack: &[u8]) -> Result<Self, PackError> {
        let (content, sum) = pack.split_at_checked(pack.len().saturating_sub(20)).ok_or(PackError::Broken)?;
        if content.get(..8) != Some(b"PACK\0\0\0\x02".as_slice()) || Sha1::digest(content).as_slice() != sum {
            return Err(PackError::Broken);
        }
        let count = content.get(8..12).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
        let count = count.ok_or(PackError::Broken)?;
        if count > MAX_OBJECTS {
            return Err(PackError::TooLarge);
        }
        let mut reader = Reader { content, at: 12, room: MAX_BYTES };
        let mut objects = Self::default();
        let mut at_offset: HashMap<usize, ObjectId> = HashMap::new();
        let mut waiting = Vec::new();
        for _ in 0..count {
            let offset = reader.at;
            match reader.entry(offset)? {
                Entry::Whole(kind, body) => {
                    at_offset.insert(offset, objects.keep(kind, body));
                }
                Entry::Delta(base, delta) => waiting.push(Waiting { offset, base, delta }),
            }
        }
        // A base may stand behind what needs it, so whoever is not ready waits for the next round.
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut later = Vec::new();
            for entry in waiting {
                let id = match &entry.base {
                    Base::Offset(offset) => at_offset.get(offset),
                    Base::Id(id) => Some(id),
                };
                let Some((kind, base)) = id.and_then(|id| objects.by_id.get(id)) else {
                    later.push(entry);
                    continue;
                };
                let body = delta::apply(base, &entry.delta, reader.room).ok_or(PackError::Broken)?;
                reader.room -= body.len();
                let kind = *kind;
                at_offset.insert(entry.offset, objects.keep(kind, body));
            }
            if later.len() == before {
                return Err(PackError::Broken);
            }
            waiting = later;
        }
        Ok(objects)
    }

    fn keep(&mut self, kind: Kind, body: Vec<u8>) -> ObjectId {
        let id = ObjectId::of(kind, &body);
        self.by_id.insert(id, (kind, body));
        id
    }
}

/// Why a pack can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PackError {
    Broken,
    TooLarge,
}

impl PackError {
    pub(super) fn at(self, url: &str) -> GitError {
        match self {
            Self::Broken => GitError::Protocol {
                url: url.to_owned(),
                problem: "the pack that it answered is broken".to_owned(),
            },
            Self::TooLarge => GitError::TooLarge(format!(
                "{url} is larger than the {MAX_OBJECTS} files or {} MiB that are fetched in one go",
                MAX_BYTES / 1024 / 1024
            )),
        }
    }
}

enum Entry {
    Whole(Kind, Vec<u8>),
    Delta(Base, Vec<u8>),
}

struct Reader<'a> {
    content: &'a [u8],
    at: usize,
    /// Bytes that may still be unpacked.
    room: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, PackError> {
        let byte = *self.content.get(self.at).ok_or(PackError::Broken)?;
        self.at += 1;
        Ok(byte)
    }

    fn entry(&mut self, offset: usize) -> Result<Entry, PackError> {
        let mut byte = self.byte()?;
        let number = (byte >> 4) & 7;
        let mut length = usize::from(byte & 0x0f);
        let mut shift = 4;
        while byte & 0x80 != 0 {
            byte = self.byte()?;
            if shift > 56 {
                return Err(PackError::Broken);
            }
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
        }
        let kind = match number {
            1 => Kind::Commit,
            2 => Kind::Tree,
            3 => Kind::Blob,
            4 => Kind::Tag,
            6 => {
                let base = Base::Offset(offset.checked_sub(self.distance()?).ok_or(PackError::Broken)?);
                return Ok(Entry::Delta(base, self.inflate(length)?));
            }
            7 => {
                let id = self.content.get(self.at..self.at + 20).and_then(ObjectId::from_bytes);
                self.at += 20;
                return Ok(Entry::Delta(Base::Id(id.ok_or(PackError::Broken)?), self.inflate(length)?));
            }
            _ => return Err(PackError::Broken),
        };
        Ok(Entry::Whole(kind, self.inflate(length)?))
    }

    /// How far back the base of a delta stands; each further byte adds one, so that there is one way to write a number.
    fn distance(&mut self) -> Result<usize, PackError> {
        let mut byte = self.byte()?;
        let mut distance = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.byte()?;
            if distance > usize::MAX >> 8 {
                return Err(PackError::Broken);
            }
            distance = ((distance + 1) << 7) | usize::from(byte & 0x7f);
        }
        Ok(distance)
    }

    fn inflate(&mut self, length: usize) -> Result<Vec<u8>, PackError> {
        self.room = self.room.checked_sub(length).ok_or(PackError::TooLarge)?;
        // One byte more than announced, so that a stream which goes on is noticed.
        let mut body = Vec::with_capacity(length + 1);
        let mut stream = Decompress::new(true);
        let input = self.content.get(self.at..).ok_or(PackError::Broken)?;
        loop {
            let done = usize::try_from(stream.total_in()).map_err(|_| PackError::Broken)?;
            let rest = input.get(done..).ok_or(PackError::Broken)?;
            let written = body.len();
            let status = stream
                .decompress_vec(rest, &mut body, FlushDecompress::Finish)
                .map_err(|_| PackError::Broken)?;
            let read = usize::try_from(stream.total_in()).map_err(|_| PackError::Broken)?;
            match status {
                Status::StreamEnd if body.len() == length => {
                    self.at += read;
                    return Ok(body);
                }
                _ if read == done && body.len() == written => return Err(PackError::Broken),
                Status::StreamEnd => return Err(PackError::Broken),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pack::Pack;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_packed_is_read_again() {
        let mut pack = Pack::new();
        let bodies = [b"".to_vec(), b"hello".to_vec(), vec![7; 100_000]];
        let ids: Vec<_> = bodies.iter().map(|body| pack.add(Kind::Blob, body).unwrap()).collect();
        let objects = Objects::read(&pack.finish()).unwrap();
        for (id, body) in ids.iter().zip(&bodies) {
            assert_eq!(objects.get(Kind::Blob, id), Some(body.as_slice()));
            assert_eq!(objects.get(Kind::Tree, id), None);
        }
    }

    proptest! {
        #[test]
        fn a_pack_of_any_bytes_is_refused_and_nothing_panics(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut pack = b"PACK\0\0\0\x02\0\0\0\x03".to_vec();
            pack.extend_from_slice(&body);
            let sum = Sha1::digest(&pack);
            pack.extend_from_slice(&sum);
            prop_assert!(Objects::read(&pack).is_err());
            prop_assert!(Objects::read(&body).is_err());
        }
    }
}

//! Objects on their way to a host: a pack without deltas.

use super::error::GitError;
use super::object::{Kind, ObjectId};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha1::{Digest, Sha1};
use std::collections::HashSet;
use std::io::Write;

/// Bytes of a pack, compressed. It is held in memory until it is sent.
const MAX_BYTES: usize = 200 * 1024 * 1024;
const HEADER: usize = 12;

/// Takes objects, each once, and compresses them.
#[derive(Debug)]
pub struct Pack {
    bytes: Vec<u8>,
    ids: HashSet<ObjectId>,
    limit: usize,
}

impl Default for Pack {
    fn default() -> Self {
        Self::new()
    }
}

impl Pack {
    /// An empty pack.
    pub fn new() -> Self {
        Self::with_limit(MAX_BYTES)
    }

    /// An empty pack that takes no more than so many bytes.
    pub fn with_limit(limit: usize) -> Self {
        Self { bytes: vec![0; HEADER], ids: HashSet::new(), limit }
    }

    /// Adds an object; its id.
    pub fn add(&mut self, kind: Kind, body: &[u8]) -> Result<ObjectId, GitError> {
        let id = ObjectId::of(kind, body);
        if !self.ids.insert(id) {
            return Ok(id);
        }
        // Three bits of kind, then the length: four bits here, seven in each byte that follows.
        let mut length = body.len();
        let mut byte = (kind.number() << 4) | (length & 0x0f) as u8;
        length >>= 4;
        while length > 0 {
            self.bytes.push(byte | 0x80);
            byte = (length & 0x7f) as u8;
            length >>= 7;
        }
        self.bytes.push(byte);
        let mut encoder = ZlibEncoder::new(&mut self.bytes, Compression::default());
        // Writing into memory does not fail.
        let _ = encoder.write_all(body);
        let _ = encoder.finish();
        if self.bytes.len() > self.limit {
            return Err(GitError::TooLarge(format!(
                "the files are larger than the {} MiB that are pushed in one go, compressed",
                self.limit / 1024 / 1024
            )));
        }
        Ok(id)
    }

    /// Whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The whole, as it is sent.
    pub fn finish(mut self) -> Bytes {
        let count = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.bytes[..4].copy_from_slice(b"PACK");
        self.bytes[4..8].copy_from_slice(&2u32.to_be_bytes());
        self.bytes[8..HEADER].copy_from_slice(&count.to_be_bytes());
        let sum = Sha1::digest(&self.bytes);
        self.bytes.extend_from_slice(&sum);
        self.bytes.into()
    }
}

//! Compression of single entities against a shared dictionary of typical ones. Each stays readable on its own.

use bytes::Bytes;
use lz4_flex::block::{compress_prepend_size_with_dict, decompress_size_prepended_with_dict};

/// Size of the dictionary. It is hashed for every entity that is packed, so a larger one costs loading time.
const DICTIONARY_BYTES: usize = 8 * 1024;
/// How many entities give a part to the dictionary.
const SAMPLES: usize = 12;

/// What entities have in common.
#[derive(Debug)]
pub(crate) struct Dictionary {
    bytes: Vec<u8>,
}

impl Dictionary {
    /// From entities spread evenly over `entities`.
    pub(crate) fn from_samples(entities: impl Iterator<Item = Bytes> + Clone) -> Self {
        let step = (entities.clone().count() / SAMPLES).max(1);
        let mut bytes = Vec::with_capacity(DICTIONARY_BYTES);
        for entity in entities.step_by(step).take(SAMPLES) {
            let part = entity.len().min(DICTIONARY_BYTES / SAMPLES);
            // The head has apiVersion, kind and metadata, the tail the relations; the middle is one entity's own.
            let head = part / 2;
            bytes.extend_from_slice(&entity[..head]);
            bytes.extend_from_slice(&entity[entity.len() - (part - head)..]);
        }
        Self { bytes }
    }

    /// Compresses one entity.
    pub(crate) fn pack(&self, entity: &[u8]) -> Box<[u8]> {
        compress_prepend_size_with_dict(entity, &self.bytes).into_boxed_slice()
    }

    /// The entity again. What [`Self::pack`] made can always be unpacked; anything else gives nothing.
    pub(crate) fn unpack(&self, packed: &[u8]) -> Vec<u8> {
        decompress_size_prepended_with_dict(packed, &self.bytes).unwrap_or_default()
    }

    /// The size of the entity, without unpacking it: the first four bytes say it.
    pub(crate) fn unpacked_len(&self, packed: &[u8]) -> usize {
        packed.first_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size) as usize)
    }
}

//! Lists of entities as JSON: their stored bytes one after the other, or the parts that `fields` asks for. Long lists
//! are written piece by piece while they are sent.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use callboard_index::{Index, Slot};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_model::filter::Filter;
use callboard_model::projection::Projection;
use futures::StreamExt;
use parking_lot::RwLock;
use uuid::Uuid;

/// Entities written at once; between two pieces other requests and writes have their turn.
const PIECE: usize = 500;
/// Bytes after which a piece ends.
const PIECE_BYTES: usize = 4 << 20;
/// Bytes of an answer that is made as a whole. One entity may have tens of megabytes, and may be asked for often.
const MAX_WHOLE: usize = 256 << 20;

/// Appends one entity.
pub(crate) fn write(index: &Index, slot: Slot, fields: &Projection, out: &mut Vec<u8>) {
    if fields.is_everything() {
        return index.append_to(slot, out);
    }
    let bytes = index.bytes(slot);
    let projected = serde_json::from_slice(&bytes).map(|entity| fields.apply(&entity));
    let before = out.len();
    if projected.and_then(|value| serde_json::to_writer(&mut *out, &value)).is_err() {
        // The index only holds what it has parsed before.
        out.truncate(before);
        out.extend_from_slice(b"null");
    }
}

/// An answer that is made as a whole: something before the entities, they themselves, something behind them.
pub(crate) struct Writer {
    out: Vec<u8>,
    before: &'static str,
}

/// Room for what stands round the entities: total and cursors.
const AROUND: usize = 2_048;

impl Writer {
    /// Begins with `before`.
    pub(crate) fn new(before: &'static str) -> Self {
        Self { out: Vec::new(), before }
    }

    /// Appends entities with commas between them; `None` is null. Fails when that becomes more than [`MAX_WHOLE`].
    pub(crate) fn write_all(
        &mut self,
        index: &Index,
        slots: impl Iterator<Item = Option<Slot>> + Clone,
        fields: &Projection,
    ) -> ApiResult<()> {
        if fields.is_everything() {
            // One allocation of the right size instead of growing through all sizes.
            let size = slots.clone().map(|slot| slot.map_or(4, |slot| index.size(slot)) + 1).sum::<usize>();
            within_limit(size)?;
            self.out.reserve(self.before.len() + size + AROUND);
        }
        self.out.extend_from_slice(self.before.as_bytes());
        for (at, slot) in slots.enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            match slot {
                Some(slot) => write(index, slot, fields, &mut self.out),
                None => self.out.extend_from_slice(b"null"),
            }
            within_limit(self.out.len())?;
        }
        Ok(())
    }

    /// The whole text, which ends with `behind`.
    pub(crate) fn finish(mut self, behind: &str) -> Vec<u8> {
        self.out.extend_from_slice(behind.as_bytes());
        self.out
    }
}

fn within_limit(bytes: usize) -> ApiResult<()> {
    if bytes <= MAX_WHOLE {
        return Ok(());
    }
    Err(ApiError::input(format!(
        "The answer would have more than {MAX_WHOLE} bytes; ask for fewer entities, or for parts of them with fields"
    )))
}

/// An array of any length as a body. What is no longer `readable` when its turn comes is left out.
pub(crate) fn array(
    lock: &Arc<RwLock<Index>>,
    index: &Index,
    slots: Vec<Slot>,
    fields: Projection,
    readable: Filter,
) -> Body {
    if slots.len() <= PIECE {
        let mut out = Writer::new("[");
        if out.write_all(index, slots.iter().copied().map(Some), &fields).is_ok() {
            return out.finish("]").into();
        }
    }
    // A slot may be given to another entity while the answer is on its way; the uid tells.
    let entities: Vec<(Slot, Uuid)> = slots.into_iter().map(|slot| (slot, index.uid(slot))).collect();
    let sender = ArraySender { lock: lock.clone(), entities, fields, readable, at: 0, written: false };
    let stream = futures::stream::unfold(Some(sender), |sender| async move {
        let mut sender = sender?;
        let (piece, done) = sender.next();
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(piece)), (!done).then_some(sender)))
    });
    // Layers above may ask once more after the end.
    Body::from_stream(stream.fuse())
}

struct ArraySender {
    lock: Arc<RwLock<Index>>,
    entities: Vec<(Slot, Uuid)>,
    fields: Projection,
    readable: Filter,
    at: usize,
    written: bool,
}

impl ArraySender {
    /// The next piece and whether it was the last.
    fn next(&mut self) -> (Vec<u8>, bool) {
        let mut out = if self.at == 0 { Vec::from(b"[") } else { Vec::new() };
        let index = self.lock.read();
        for (slot, uid) in self.entities[self.at..].iter().take(PIECE) {
            if out.len() > PIECE_BYTES {
                break;
            }
            self.at += 1;
            let is_there = index.uid(*slot) == *uid && index.by_uid(*uid) == Some(*slot);
            if !is_there || !index.slot_matches(*slot, &self.readable) {
                continue;
            }
            if self.written {
                out.push(b',');
            }
            self.written = true;
            write(&index, *slot, &self.fields, &mut out);
        }
        let done = self.at == self.entities.len();
        if done {
            out.push(b']');
        }
        (out, done)
    }
}

#[cfg(test)]
mod tests {
    use callboard_index::{Batch, Change};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_piece_holds_nothing_that_has_become_unreadable_while_it_was_on_its_way() {
        let uid = Uuid::from_u128(1);
        let mut index = Index::default();
        let put = |index: &mut Index, kind: &str, sequence: i64| {
            let bytes = Bytes::from(json!({"kind": kind, "metadata": {"name": "a"}}).to_string());
            let change = Change::Upsert { entity_id: uid, entity_ref: "x:default/a".into(), bytes };
            index.apply(Batch::prepare([change]).unwrap(), sequence);
        };
        put(&mut index, "API", 1);
        let slot = index.by_uid(uid).unwrap();
        let lock = Arc::new(RwLock::new(index));
        let sender = || ArraySender {
            lock: lock.clone(),
            entities: vec![(slot, uid)],
            fields: Projection::default(),
            readable: Filter::equals("kind", "api"),
            at: 0,
            written: false,
        };
        assert!(sender().next().0.len() > 2);
        put(&mut lock.write(), "Group", 2);
        assert_eq!(sender().next(), (b"[]".to_vec(), true));
    }
}

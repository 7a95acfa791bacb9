//! Lists of entities as JSON: their stored bytes one after the other, or the parts that `fields` asks for. Long lists
//! are written piece by piece while they are sent.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use callboard_index::{Index, Slot};
use callboard_model::projection::Projection;
use futures::StreamExt;
use parking_lot::RwLock;
use uuid::Uuid;

/// Entities written at once; between two pieces other requests and writes have their turn.
const PIECE: usize = 500;

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

/// Appends entities with commas between them; `None` is null.
pub(crate) fn write_all(
    index: &Index,
    slots: impl Iterator<Item = Option<Slot>>,
    fields: &Projection,
    out: &mut Vec<u8>,
) {
    for (at, slot) in slots.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match slot {
            Some(slot) => write(index, slot, fields, out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

/// An array of any length as a body.
pub(crate) fn array(lock: &Arc<RwLock<Index>>, index: &Index, slots: Vec<Slot>, fields: Projection) -> Body {
    if slots.len() <= PIECE {
        let mut out = Vec::from(b"[");
        write_all(index, slots.into_iter().map(Some), &fields, &mut out);
        out.push(b']');
        return out.into();
    }
    // A slot may be given to another entity while the answer is on its way; the uid tells.
    let entities: Vec<(Slot, Uuid)> = slots.into_iter().map(|slot| (slot, index.uid(slot))).collect();
    let sender = ArraySender { lock: lock.clone(), entities, fields, at: 0, written: false };
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
    at: usize,
    written: bool,
}

impl ArraySender {
    /// The next piece and whether it was the last.
    fn next(&mut self) -> (Vec<u8>, bool) {
        let mut out = if self.at == 0 { Vec::from(b"[") } else { Vec::new() };
        let end = (self.at + PIECE).min(self.entities.len());
        let index = self.lock.read();
        for (slot, uid) in &self.entities[self.at..end] {
            if index.uid(*slot) != *uid || index.by_uid(*uid) != Some(*slot) {
                continue;
            }
            if self.written {
                out.push(b',');
            }
            self.written = true;
            write(&index, *slot, &self.fields, &mut out);
        }
        self.at = end;
        let done = end == self.entities.len();
        if done {
            out.push(b']');
        }
        (out, done)
    }
}

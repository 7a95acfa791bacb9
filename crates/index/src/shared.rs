//! Filters that many queries share: their set is made once for each state of the index, and kept with them.

use std::sync::Arc;

use callboard_model::filter::SharedFilter;
use roaring::RoaringBitmap;

use crate::Index;

/// A set and the state of the index that it was made from.
struct Memo {
    index: Arc<()>,
    version: u64,
    set: Arc<RoaringBitmap>,
}

impl Index {
    /// The entities that a shared filter matches.
    pub(crate) fn shared_set(&self, shared: &SharedFilter) -> Arc<RoaringBitmap> {
        let known = shared.memo().and_then(|memo| memo.downcast::<Memo>().ok());
        if let Some(memo) = known
            && memo.version == self.version
            && Arc::ptr_eq(&memo.index, &self.identity)
        {
            return memo.set.clone();
        }
        let set = Arc::new(match self.matched(shared.filter()) {
            None => self.documents.live().clone(),
            Some(set) => set.into_owned(),
        });
        let memo = Memo { index: self.identity.clone(), version: self.version, set: set.clone() };
        shared.remember(Arc::new(memo));
        set
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use callboard_model::filter::Filter;
    use uuid::Uuid;

    use super::*;
    use crate::{Batch, Change};

    #[test]
    fn what_is_remembered_ends_with_the_next_change_and_is_of_no_other_index() {
        let filter = Filter::Shared(SharedFilter::new(Filter::equals("kind", "api")));
        let put = |index: &mut Index, id: u128, kind: &str, sequence: i64| {
            let bytes = Bytes::from(format!(r#"{{"kind":"{kind}","metadata":{{"name":"x{id}"}}}}"#));
            let entity_ref = format!("x:default/x{id}");
            let change = Change::Upsert { entity_id: Uuid::from_u128(id), entity_ref, bytes };
            index.apply(Batch::prepare([change]).unwrap(), sequence);
        };
        let mut index = Index::default();
        put(&mut index, 1, "API", 1);
        assert_eq!(index.matching(&filter).len(), 1);
        put(&mut index, 2, "API", 2);
        assert_eq!(index.matching(&filter).len(), 2);
        put(&mut index, 1, "Group", 3);
        assert_eq!(index.matching(&filter).len(), 1);
        let mut other = Index::default();
        for (id, kind) in [(1, "API"), (2, "API"), (3, "API")] {
            put(&mut other, id, kind, id as i64);
        }
        assert_eq!((other.version(), index.version()), (3, 3));
        assert_eq!(other.matching(&filter).len(), 3);
        assert_eq!(index.matching(&filter).len(), 1);
    }
}

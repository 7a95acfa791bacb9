//! A source host in memory: documents by URL that tests change, remove or hold back.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use callboard_kit::url_reader::{ReadError, ReadFile, ReadOptions, ReadSearch, ReadTree, ReadUrl, UrlReader};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

#[derive(Default)]
struct State {
    documents: BTreeMap<String, String>,
    failing: HashMap<String, String>,
    reads: HashMap<String, usize>,
    /// URLs whose reads wait until a permit is added.
    held: HashMap<String, Arc<Semaphore>>,
}

/// Cheap to clone; all clones are the same host.
#[derive(Clone, Default)]
pub(crate) struct FakeHost(Arc<Mutex<State>>);

impl FakeHost {
    pub(crate) fn put(&self, url: &str, text: &str) {
        let mut state = self.0.lock();
        state.failing.remove(url);
        state.documents.insert(url.to_owned(), text.to_owned());
    }

    pub(crate) fn remove(&self, url: &str) {
        self.0.lock().documents.remove(url);
    }

    /// Reads of the URL fail as if the host were ill.
    pub(crate) fn fail(&self, url: &str, message: &str) {
        self.0.lock().failing.insert(url.to_owned(), message.to_owned());
    }

    /// Reads of the URL wait until [`Self::let_go`].
    pub(crate) fn hold(&self, url: &str) {
        self.0.lock().held.insert(url.to_owned(), Arc::new(Semaphore::new(0)));
    }

    pub(crate) fn let_go(&self, url: &str) {
        if let Some(held) = self.0.lock().held.remove(url) {
            held.close();
        }
    }

    /// How often a URL was read.
    pub(crate) fn reads(&self, url: &str) -> usize {
        self.0.lock().reads.get(url).copied().unwrap_or(0)
    }

    async fn read(&self, url: &str) -> Result<String, ReadError> {
        let held = self.0.lock().held.get(url).cloned();
        if let Some(held) = held {
            // Closed is let go.
            drop(held.acquire().await);
        }
        let mut state = self.0.lock();
        *state.reads.entry(url.to_owned()).or_default() += 1;
        if let Some(message) = state.failing.get(url) {
            return Err(ReadError::Failed(message.clone()));
        }
        let missing = || ReadError::NotFound(format!("{url} is not there"));
        state.documents.get(url).cloned().ok_or_else(missing)
    }
}

#[async_trait]
impl UrlReader for FakeHost {
    async fn read_url(&self, url: &str, _options: &ReadOptions) -> Result<ReadUrl, ReadError> {
        Ok(ReadUrl { body: Bytes::from(self.read(url).await?), etag: None })
    }

    async fn read_tree(&self, url: &str, _options: &ReadOptions) -> Result<ReadTree, ReadError> {
        Err(ReadError::Failed(format!("{url}: this host has no trees")))
    }

    async fn search(&self, url: &str, _options: &ReadOptions) -> Result<ReadSearch, ReadError> {
        let Some((prefix, suffix)) = url.split_once('*') else {
            let body = Bytes::from(self.read(url).await?);
            return Ok(ReadSearch {
                files: vec![ReadFile { path: url.to_owned(), body, executable: false }],
                etag: None,
            });
        };
        let mut state = self.0.lock();
        *state.reads.entry(url.to_owned()).or_default() += 1;
        let matching =
            state.documents.iter().filter(|(key, _)| key.starts_with(prefix) && key.ends_with(suffix));
        let files = matching.map(|(path, text)| ReadFile {
            path: path.clone(),
            body: Bytes::from(text.clone()),
            executable: false,
        });
        Ok(ReadSearch { files: files.collect(), etag: None })
    }
}

//! Unpacking a tar.gz while it arrives, in memory and within bounds.
//!
//! Nothing is written to disk. Links are skipped, never followed. A name that climbs or starts at the root refuses the
//! whole archive: an honest host doesn't make one.

use super::host::FoundFile;
use super::wanted::Wanted;
use crate::egress::{Response, shown};
use bytes::Bytes;
use callboard_kit::url_reader::ReadError;
use flate2::read::MultiGzDecoder;
use std::io::{self, Read};
use std::path::Component;
use tokio::sync::mpsc;

/// Compressed bytes of one archive.
pub(crate) const MAX_DOWNLOAD: u64 = 512 * 1024 * 1024;
/// Bytes that come out of the decompressor, wanted or not.
const MAX_UNPACKED: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes of all wanted files together.
pub(crate) const MAX_KEPT: u64 = 128 * 1024 * 1024;
/// Entries, wanted or not.
const MAX_ENTRIES: usize = 300_000;

/// How the host packs.
#[derive(Debug, Clone)]
pub(crate) struct Archive {
    /// The first directory is the host's invention and is dropped.
    pub(crate) strip_first: bool,
    /// Directory of the repository that the archive begins at.
    pub(crate) starts_at: String,
}

/// The limits, so that tests can make them small.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    unpacked: u64,
    kept: u64,
    entries: usize,
    file: u64,
}

/// Reads the body as an archive; the paths that come back start at the repository's root, in order.
pub(crate) async fn unpack(
    mut response: Response,
    shape: Archive,
    wanted: &Wanted,
    max_file: u64,
) -> Result<Vec<FoundFile>, ReadError> {
    let url = shown(response.url());
    let (sender, receiver) = mpsc::channel::<Bytes>(8);
    let wanted = wanted.clone();
    let bounds = Bounds { unpacked: MAX_UNPACKED, kept: MAX_KEPT, entries: MAX_ENTRIES, file: max_file };
    let name = url.clone();
    let worker = tokio::task::spawn_blocking(move || {
        extract(ChannelReader::new(receiver), &shape, &wanted, bounds, &name)
    });
    let pumped = loop {
        match response.chunk().await {
            Ok(Some(piece)) => {
                // The worker has hung up: it has its reason, which is the better error.
                if sender.send(piece).await.is_err() {
                    break Ok(());
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    drop(sender);
    let extracted = worker.await.map_err(|error| ReadError::Failed(format!("{url}: {error}")))?;
    pumped?;
    extracted
}

fn extract(
    source: impl Read,
    shape: &Archive,
    wanted: &Wanted,
    bounds: Bounds,
    url: &str,
) -> Result<Vec<FoundFile>, ReadError> {
    let broken = |error: io::Error| match error.get_ref().is_some_and(|inner| inner.is::<UnpacksTooMuch>()) {
        true => ReadError::TooLarge { url: url.to_owned(), limit: bounds.unpacked },
        false => ReadError::Failed(format!("{url} is not a readable tar.gz archive: {error}")),
    };
    let plain = Capped { inner: MultiGzDecoder::new(source), left: bounds.unpacked };
    let mut archive = tar::Archive::new(plain);
    let mut files = Vec::new();
    let mut kept = 0u64;
    for (index, entry) in archive.entries().map_err(broken)?.enumerate() {
        if index >= bounds.entries {
            return Err(ReadError::Failed(format!("{url} holds more than {} files", bounds.entries)));
        }
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        let mut parts = Vec::new();
        for component in path.components() {
            match component {
                Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(ReadError::NotAllowed(format!(
                        "{url} holds the file name \"{}\", which leaves the archive; nothing of it was read",
                        path.display()
                    )));
                }
            }
        }
        if !entry.header().entry_type().is_file() || parts.iter().any(|part| part.contains('\\')) {
            continue;
        }
        let skip = usize::from(shape.strip_first);
        let Some(inner) = parts.get(skip..).filter(|rest| !rest.is_empty()) else { continue };
        let inner = inner.join("/");
        let full = if shape.starts_at.is_empty() { inner } else { format!("{}/{inner}", shape.starts_at) };
        if !wanted.matches(&full) {
            continue;
        }
        let mut body = Vec::new();
        entry.by_ref().take(bounds.file.saturating_add(1)).read_to_end(&mut body).map_err(broken)?;
        if body.len() as u64 > bounds.file {
            return Err(ReadError::TooLarge { url: format!("{url} ({full})"), limit: bounds.file });
        }
        kept += body.len() as u64;
        if kept > bounds.kept {
            return Err(ReadError::TooLarge { url: url.to_owned(), limit: bounds.kept });
        }
        let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
        files.push(FoundFile { path: full, body: Bytes::from(body), executable });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Marks the error of [`Capped`].
#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than the limit")]
struct UnpacksTooMuch;

/// Ends a gzip bomb: fails after so many decompressed bytes.
struct Capped<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| io::Error::other(UnpacksTooMuch))?;
        Ok(count)
    }
}

/// The blocking end of the channel through which the body comes.
struct ChannelReader {
    receiver: mpsc::Receiver<Bytes>,
    current: Bytes,
}

impl ChannelReader {
    fn new(receiver: mpsc::Receiver<Bytes>) -> Self {
        Self { receiver, current: Bytes::new() }
    }
}

impl Read for ChannelReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.receiver.blocking_recv() {
                Some(piece) => self.current = piece,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.current.len());
        buffer[..count].copy_from_slice(&self.current.split_to(count));
        Ok(count)
    }
}

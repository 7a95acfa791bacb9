//! One file of the journal: a line for each event, `<crc32> <severity> <json>`. Its name is the number of its first event.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use callboard_kit::audit::Severity;

use super::Record;
use crate::entry::Entry;

/// `0123abcd m `
const HEAD: usize = 11;

#[derive(Debug)]
pub(super) struct Segment {
    path: PathBuf,
    file: File,
    pub(super) first: u64,
    /// Where each event begins, and the end of the last one.
    offsets: Vec<u64>,
}

impl Segment {
    /// A new file for events from `first` on.
    pub(super) fn create(directory: &Path, first: u64) -> io::Result<Self> {
        let path = directory.join(format!("{first:020}.events"));
        let file = options().create(true).truncate(true).open(&path)?;
        // The name of the file has to outlive a crash as its content does.
        File::open(directory)?.sync_all()?;
        Ok(Self { path, file, first, offsets: vec![0] })
    }

    /// A file of an earlier process. What a crash has left half-written at its end is cut off.
    pub(super) fn open(path: PathBuf, first: u64) -> io::Result<Self> {
        let mut file = options().open(&path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let mut offsets = vec![0];
        let mut at = 0;
        while let Some(length) = text[at..].iter().position(|byte| *byte == b'\n') {
            if parse(&text[at..at + length]).is_none() {
                break;
            }
            at += length + 1;
            offsets.push(at as u64);
        }
        if at < text.len() {
            tracing::warn!(target: "audit", file = %path.display(), bytes = text.len() - at,
                "the end of the buffer of audit events was not written whole and is left out");
            file.set_len(at as u64)?;
        }
        Ok(Self { path, file, first, offsets })
    }

    /// The number of the last event; before `first` if there is none.
    pub(super) fn last(&self) -> u64 {
        self.first + self.offsets.len() as u64 - 2
    }

    pub(super) fn bytes(&self) -> u64 {
        self.offsets.last().copied().unwrap_or_default()
    }

    /// Writes events and waits until they are on the disk.
    pub(super) fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        let begin = self.bytes();
        let mut text = Vec::with_capacity(entries.iter().map(|entry| entry.json.len() + HEAD + 1).sum());
        let mut ends = Vec::with_capacity(entries.len());
        for entry in entries {
            let crc = crc32fast::hash(&entry.json);
            text.extend_from_slice(format!("{crc:08x} {} ", letter(entry.severity)).as_bytes());
            text.extend_from_slice(&entry.json);
            text.push(b'\n');
            ends.push(begin + text.len() as u64);
        }
        let written = self
            .file
            .seek(SeekFrom::Start(begin))
            .and_then(|_| self.file.write_all(&text))
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a batch must not be taken for a whole one; if this fails too, the next open cuts it off.
            let _ = self.file.set_len(begin);
            return Err(error);
        }
        self.offsets.extend(ends);
        Ok(())
    }

    /// Events after a number that are in this file.
    pub(super) fn read(&mut self, after: u64, limit: usize) -> io::Result<Vec<Record>> {
        let count = self.offsets.len() - 1;
        let skip = usize::try_from((after + 1).saturating_sub(self.first)).unwrap_or(usize::MAX).min(count);
        let take = limit.min(count - skip);
        let (begin, end) = (self.offsets[skip], self.offsets[skip + take]);
        let mut text = vec![0; usize::try_from(end - begin).unwrap_or_default()];
        self.file.seek(SeekFrom::Start(begin))?;
        self.file.read_exact(&mut text)?;
        let text = Bytes::from(text);
        let mut records = Vec::with_capacity(take);
        for index in skip..skip + take {
            let from = usize::try_from(self.offsets[index] - begin).unwrap_or_default();
            let to = usize::try_from(self.offsets[index + 1] - begin).unwrap_or_default();
            let line = text.slice(from..to - 1);
            let severity = parse(&line).ok_or(io::ErrorKind::InvalidData)?;
            records.push(Record { sequence: self.first + index as u64, severity, json: line.slice(HEAD..) });
        }
        Ok(records)
    }

    pub(super) fn remove(self) {
        // A file that stays is read again after a restart: its events come twice, and none is lost.
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(target: "audit", file = %self.path.display(), %error, "a file of the buffer stays");
        }
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn letter(severity: Severity) -> char {
    match severity {
        Severity::Low => 'l',
        Severity::Medium => 'm',
        Severity::High => 'h',
        Severity::Critical => 'c',
    }
}

/// The severity of a line that is whole.
fn parse(line: &[u8]) -> Option<Severity> {
    let (head, json) = line.split_at_checked(HEAD)?;
    let crc = u32::from_str_radix(std::str::from_utf8(head.get(..8)?).ok()?, 16).ok()?;
    let severity = Severity::ALL.into_iter().find(|severity| letter(*severity) as u8 == head[9])?;
    (crc == crc32fast::hash(json)).then_some(severity)
}

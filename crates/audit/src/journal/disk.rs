//! The sequence in a directory: segments of some megabytes, and for each reader a file that says how far it has come.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Record;
use super::segment::Segment;
use crate::entry::Entry;
use crate::error::AuditError;

/// A segment is full at this size, or at an eighth of everything.
const SEGMENT_BYTES: u64 = 4 * 1024 * 1024;
const KEY: &str = "backend.auditor.buffer.directory";

#[derive(Debug)]
pub(super) struct Disk {
    directory: PathBuf,
    segments: VecDeque<Segment>,
    max_bytes: u64,
    segment_bytes: u64,
    newest: u64,
    /// Held as long as the process lives.
    _lock: File,
}

impl Disk {
    pub(super) fn open(directory: &Path, max_bytes: u64) -> Result<Self, AuditError> {
        let failed = |source| AuditError::Io {
            what: "the buffer of audit events",
            path: directory.display().to_string(),
            key: KEY,
            source,
        };
        std::fs::create_dir_all(directory).map_err(failed)?;
        let lock = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(directory.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(AuditError::Taken(directory.display().to_string())),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut found = Vec::new();
        let mut newest = 0;
        for entry in std::fs::read_dir(directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("events") => found.extend(stem.parse::<u64>().ok().map(|first| (first, path.clone()))),
                // Numbers go on where they were also when every event has been delivered.
                Some("cursor") => newest = newest.max(read_cursor(&path).unwrap_or_default()),
                _ => {}
            }
        }
        found.sort_unstable();
        let mut segments = VecDeque::new();
        for (first, path) in found {
            let segment = Segment::open(path, first).map_err(failed)?;
            newest = newest.max(segment.last());
            segments.push_back(segment);
        }
        let segment_bytes = SEGMENT_BYTES.min(max_bytes / 8);
        Ok(Self { directory: directory.to_owned(), segments, max_bytes, segment_bytes, newest, _lock: lock })
    }

    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    pub(super) fn append(&mut self, entries: &[Entry]) -> io::Result<u64> {
        let first = self.newest + 1;
        let fits = self
            .segments
            .back()
            .is_some_and(|segment| segment.bytes() < self.segment_bytes && segment.last() == self.newest);
        if !fits {
            self.segments.push_back(Segment::create(&self.directory, first)?);
        }
        if let Some(segment) = self.segments.back_mut() {
            segment.append(entries)?;
        }
        self.newest += entries.len() as u64;
        while self.segments.len() > 1 && self.bytes() > self.max_bytes {
            self.drop_oldest();
        }
        Ok(self.newest)
    }

    fn bytes(&self) -> u64 {
        self.segments.iter().map(Segment::bytes).sum()
    }

    fn drop_oldest(&mut self) {
        if let Some(segment) = self.segments.pop_front() {
            segment.remove();
        }
    }

    pub(super) fn read(&mut self, after: u64, limit: usize) -> io::Result<Vec<Record>> {
        match self.segments.iter_mut().find(|segment| segment.last() > after) {
            Some(segment) => segment.read(after, limit),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn before_oldest(&self) -> u64 {
        self.segments.front().map_or(self.newest, |segment| segment.first - 1)
    }

    pub(super) fn cursor(&self, reader: &str) -> u64 {
        let kept = read_cursor(&self.cursor_path(reader)).unwrap_or_else(|| self.before_oldest());
        kept.min(self.newest)
    }

    pub(super) fn keep_cursor(&self, reader: &str, sequence: u64) -> io::Result<()> {
        // Not waited for: a cursor that a crash takes back means that events come twice.
        let written = self.directory.join(format!("{reader}.new"));
        File::create(&written)?.write_all(sequence.to_string().as_bytes())?;
        std::fs::rename(written, self.cursor_path(reader))
    }

    fn cursor_path(&self, reader: &str) -> PathBuf {
        self.directory.join(format!("{reader}.cursor"))
    }

    pub(super) fn release(&mut self, up_to: u64) {
        while self.segments.front().is_some_and(|segment| segment.last() <= up_to) {
            // The one that is written to stays, unless it is full.
            if self.segments.len() == 1
                && self.segments.front().is_some_and(|s| s.bytes() < self.segment_bytes)
            {
                return;
            }
            self.drop_oldest();
        }
    }
}

fn read_cursor(path: &Path) -> Option<u64> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use callboard_kit::audit::Severity;

    fn entries(texts: &[&str]) -> Vec<Entry> {
        texts
            .iter()
            .map(|text| Entry {
                severity: Severity::High,
                json: Bytes::from(format!("{{\"a\":\"{text}\"}}")),
            })
            .collect()
    }

    fn texts(disk: &mut Disk, after: u64) -> Vec<String> {
        let records = disk.read(after, 100).expect("records");
        records.iter().map(|record| String::from_utf8_lossy(&record.json).into_owned()).collect()
    }

    #[test]
    fn what_was_appended_is_there_after_a_restart_and_numbers_go_on() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut disk = Disk::open(directory.path(), 1 << 20).expect("a buffer");
        disk.append(&entries(&["1", "2"])).expect("appended");
        disk.keep_cursor("siem", 1).expect("a cursor");
        drop(disk);
        let mut disk = Disk::open(directory.path(), 1 << 20).expect("a buffer");
        assert_eq!(disk.cursor("siem"), 1);
        assert_eq!(texts(&mut disk, 1), [r#"{"a":"2"}"#]);
        assert_eq!(disk.append(&entries(&["3"])).expect("appended"), 3);
        assert_eq!(texts(&mut disk, 2), [r#"{"a":"3"}"#]);
    }

    #[test]
    fn numbers_go_on_also_when_everything_was_delivered() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut disk = Disk::open(directory.path(), 1 << 20).expect("a buffer");
        disk.append(&entries(&["1", "2", "3"])).expect("appended");
        disk.keep_cursor("siem", 3).expect("a cursor");
        drop(disk);
        for entry in std::fs::read_dir(directory.path()).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|ending| ending == "events") {
                std::fs::remove_file(path).expect("removed");
            }
        }
        let mut disk = Disk::open(directory.path(), 1 << 20).expect("a buffer");
        assert_eq!(disk.append(&entries(&["4"])).expect("appended"), 4);
        let cursor = disk.cursor("siem");
        assert_eq!(texts(&mut disk, cursor).len(), 1);
    }

    #[test]
    fn what_a_crash_left_half_written_is_cut_off_and_the_rest_stays() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut disk = Disk::open(directory.path(), 1 << 20).expect("a buffer");
        disk.append(&entries(&["1", "2"])).expect("appended");
        drop(disk);
        let file = directory.path().join(format!("{:020}.events", 1));
        let mut text = std::fs::read(&file).expect("a file");
        let last = text.len() - 3;
        text.truncate(last);
        std::fs::write(&file, text).expect("a torn file");
        let mut disk = Disk::open(directory.path(), 1 << 20).expect("a buffer");
        assert_eq!(texts(&mut disk, 0), [r#"{"a":"1"}"#]);
        assert_eq!(disk.append(&entries(&["3"])).expect("appended"), 2);
        assert_eq!(texts(&mut disk, 1), [r#"{"a":"3"}"#]);
    }

    #[test]
    fn beyond_the_bound_the_oldest_go_and_what_is_kept_is_known() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut disk = Disk::open(directory.path(), 8 * 1024).expect("a buffer");
        let long = "x".repeat(500);
        for _ in 0..40 {
            disk.append(&entries(&[&long])).expect("appended");
        }
        assert!(disk.bytes() <= 8 * 1024 && disk.before_oldest() > 20, "{}", disk.before_oldest());
        assert_eq!(
            disk.read(disk.before_oldest(), 1).expect("records")[0].sequence,
            disk.before_oldest() + 1
        );
        disk.release(40);
        assert!(disk.bytes() < 2 * 1024);
    }

    #[test]
    fn a_second_process_is_told_that_the_directory_is_taken() {
        let directory = tempfile::tempdir().expect("a directory");
        let _first = Disk::open(directory.path(), 1 << 20).expect("a buffer");
        let second = Disk::open(directory.path(), 1 << 20).expect_err("taken").to_string();
        assert!(second.contains("another process"), "{second}");
    }
}

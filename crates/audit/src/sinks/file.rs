//! A file of one event on each line. When it is full it gets the ending `.1`, the one that had it `.2`, and so on.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;

use super::{Failure, Sink};
use crate::error::AuditError;
use crate::journal::Record;

#[derive(Debug)]
pub(super) struct RotatingFile(Arc<Mutex<Current>>);

#[derive(Debug)]
struct Current {
    path: PathBuf,
    file: File,
    bytes: u64,
    max_bytes: u64,
    max_files: u64,
}

impl RotatingFile {
    pub(super) fn open(
        name: &str,
        path: PathBuf,
        max_bytes: u64,
        max_files: u64,
    ) -> Result<Self, AuditError> {
        let opened = prepare(&path).map_err(|source| AuditError::Io {
            what: "the file of audit events",
            path: format!("{} (sink {name})", path.display()),
            key: "backend.auditor.sinks.<name>.path",
            source,
        })?;
        let (file, bytes) = opened;
        Ok(Self(Arc::new(Mutex::new(Current { path, file, bytes, max_bytes, max_files }))))
    }
}

fn prepare(path: &Path) -> io::Result<(File, u64)> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let bytes = file.metadata()?.len();
    Ok((file, bytes))
}

impl Current {
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        if self.bytes > 0 && self.bytes + text.len() as u64 > self.max_bytes {
            self.rotate()?;
        }
        if let Err(error) = self.file.write_all(text).and_then(|()| self.file.sync_data()) {
            // The batch comes again; half a line before it would make two lines unreadable.
            let _ = self.file.set_len(self.bytes);
            return Err(error);
        }
        self.bytes += text.len() as u64;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        let numbered = |number: u64| {
            let mut name = self.path.clone().into_os_string();
            name.push(format!(".{number}"));
            PathBuf::from(name)
        };
        for number in (1..self.max_files).rev() {
            let from = if number == 1 { self.path.clone() } else { numbered(number - 1) };
            match std::fs::rename(from, numbered(number)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if self.max_files == 1 {
            std::fs::remove_file(&self.path)?;
        }
        (self.file, self.bytes) = prepare(&self.path)?;
        Ok(())
    }
}

#[async_trait]
impl Sink for RotatingFile {
    async fn deliver(&self, records: &[&Record]) -> Result<(), Failure> {
        let mut text = Vec::new();
        for record in records {
            text.extend_from_slice(&record.json);
            text.push(b'\n');
        }
        let current = self.0.clone();
        let written = tokio::task::spawn_blocking(move || current.lock().write(&text)).await;
        written
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(|error| Failure::Unavailable(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use callboard_kit::audit::Severity;

    use super::*;

    #[tokio::test]
    async fn a_full_file_makes_room_and_only_so_many_stay() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("deep/audit.log");
        let sink = RotatingFile::open("a", path.clone(), 100, 3).expect("a file");
        for number in 0..6_u64 {
            let json = Bytes::from(format!("{{\"n\":{number},\"x\":\"{}\"}}", "x".repeat(60)));
            let record = Record { sequence: number, severity: Severity::Low, json };
            sink.deliver(&[&record]).await.expect("written");
        }
        let names = |ending: &str| std::fs::read_to_string(format!("{}{ending}", path.display()));
        assert!(names("").expect("the newest").contains("\"n\":5"));
        assert!(names(".1").expect("the one before").contains("\"n\":4"));
        assert!(names(".2").expect("the oldest").contains("\"n\":3"));
        assert!(names(".3").is_err());
    }
}

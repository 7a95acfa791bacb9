//! What has been taken and not yet been delivered everywhere: a numbered sequence of events, on disk or in memory.
//!
//! It is bounded. When the bound is reached the oldest events go, and readers that have not had them see that in the
//! numbers.

mod disk;
mod memory;
mod segment;

use std::io;
use std::path::Path;

use bytes::Bytes;
use callboard_kit::audit::Severity;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::entry::Entry;
use crate::error::AuditError;
use disk::Disk;
use memory::Memory;

/// An event with its number.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) sequence: u64,
    pub(crate) severity: Severity,
    pub(crate) json: Bytes,
}

#[derive(Debug)]
enum Place {
    Memory(Memory),
    Disk(Disk),
}

/// The sequence. Its calls may wait for the disk.
#[derive(Debug)]
pub(crate) struct Journal {
    place: Mutex<Place>,
    newest: watch::Sender<u64>,
}

impl Journal {
    /// One that is gone with the process.
    pub(crate) fn in_memory(max_bytes: u64) -> Self {
        Self { place: Mutex::new(Place::Memory(Memory::new(max_bytes))), newest: watch::channel(0).0 }
    }

    /// The one in a directory, with what an earlier process has left there.
    pub(crate) fn on_disk(directory: &Path, max_bytes: u64) -> Result<Self, AuditError> {
        let disk = Disk::open(directory, max_bytes)?;
        let newest = watch::channel(disk.newest()).0;
        Ok(Self { place: Mutex::new(Place::Disk(disk)), newest })
    }

    /// Adds events; on disk they are safe when this returns.
    ///
    /// # Errors
    /// What the disk says. Nothing has been added then.
    pub(crate) fn append(&self, entries: &[Entry]) -> io::Result<()> {
        let newest = match &mut *self.place.lock() {
            Place::Memory(memory) => memory.append(entries),
            Place::Disk(disk) => disk.append(entries)?,
        };
        self.newest.send_replace(newest);
        Ok(())
    }

    /// The events after a number, at most so many; fewer do not mean that there are no more.
    pub(crate) fn read(&self, after: u64, limit: usize) -> io::Result<Vec<Record>> {
        match &mut *self.place.lock() {
            Place::Memory(memory) => Ok(memory.read(after, limit)),
            Place::Disk(disk) => disk.read(after, limit),
        }
    }

    /// The newest number, and a wake-up with each that follows.
    pub(crate) fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// How far a reader had come when it last said so.
    pub(crate) fn cursor(&self, reader: &str) -> u64 {
        match &*self.place.lock() {
            Place::Memory(memory) => memory.before_oldest(),
            Place::Disk(disk) => disk.cursor(reader),
        }
    }

    /// Remembers how far a reader has come.
    pub(crate) fn keep_cursor(&self, reader: &str, sequence: u64) -> io::Result<()> {
        match &*self.place.lock() {
            Place::Memory(_) => Ok(()),
            Place::Disk(disk) => disk.keep_cursor(reader, sequence),
        }
    }

    /// Lets go of everything up to a number: every reader has it.
    pub(crate) fn release(&self, up_to: u64) {
        match &mut *self.place.lock() {
            Place::Memory(memory) => memory.release(up_to),
            Place::Disk(disk) => disk.release(up_to),
        }
    }
}

//! How the loader reaches files: a small trait, and the disk behind it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The longest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

/// Where configuration files come from.
pub trait ConfigFiles {
    /// The text of a file.
    ///
    /// # Errors
    /// As the file system gives them; [`io::ErrorKind::FileTooLarge`] beyond [`MAX_FILE_BYTES`].
    fn read(&self, path: &Path) -> io::Result<String>;

    /// Whether a file is there; a file that cannot be looked at counts as there, so that reading it tells why not.
    fn exists(&self, path: &Path) -> bool;
}

/// Files of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskFiles;

impl ConfigFiles for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<String> {
        let mut text = String::new();
        // Read through a limit rather than asked for its length: pipes and device files have none.
        File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
        if text.len() as u64 > MAX_FILE_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("the file is larger than {MAX_FILE_BYTES} bytes"),
            ));
        }
        Ok(text)
    }

    fn exists(&self, path: &Path) -> bool {
        path.try_exists().unwrap_or(true)
    }
}

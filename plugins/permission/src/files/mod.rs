//! The two files of policies. What can't be read makes a file wrong as a whole; what can be read and makes no sense is left
//! out with a warning.

pub(crate) mod conditions;
pub(crate) mod csv;

use std::path::Path;

use crate::error::RbacError;

/// Bytes of a file of policies.
pub(crate) const MAX_BYTES: usize = 16 << 20;

/// The text of a file of at most so many bytes.
pub(crate) fn read(path: &Path, max_bytes: usize) -> Result<String, RbacError> {
    let wrong = |problem: String| RbacError::File { path: path.display().to_string(), line: 0, problem };
    let length = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if length > max_bytes as u64 {
        return Err(wrong(format!("the file has {length} bytes; the limit is {max_bytes}")));
    }
    std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))
}

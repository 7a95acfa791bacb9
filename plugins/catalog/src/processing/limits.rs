//! The limits of processing. Each is far above what real catalogs need and keeps a hostile one from filling memory.

use std::time::Duration;

/// Targets of one Location.
pub(crate) const MAX_TARGETS: usize = 10_000;
/// Entities that one Location brings in. They are handed on in parts, so only their references are in memory together.
pub(crate) const MAX_CHILDREN: usize = 1_000_000;
/// Bytes that one Location reads in total.
pub(crate) const MAX_LOCATION_BYTES: usize = 1 << 30;
/// A file larger than this is not read a second time only to name the line of a fault.
pub(crate) const MAX_LOCATED_FILE_BYTES: u64 = 8 << 20;
/// With so many children, those read so far are handed on before the other targets of a Location are read. A Location
/// with fewer is stored as a whole or not at all.
pub(crate) const PART_CHILDREN: usize = 1_000;
/// Targets of one Location on a disk that are read at the same time. A disk answers at once, and what was read waits in
/// memory.
pub(crate) const FILES_READ_AT_ONCE: usize = 2;
/// Targets of one Location on other hosts that are read at the same time.
pub(crate) const TARGETS_READ_AT_ONCE: usize = 16;
/// Reads of all locations together that are under way at the same time.
pub(crate) const READS_AT_ONCE: usize = 32;
/// How long one read may take, whatever the reader itself allows.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(120);
/// Body of a source that is kept for answering "not modified"; larger ones are read again each time.
pub(crate) const MAX_CACHED_BYTES: usize = 4 << 20;
/// Bodies smaller than this are parsed where they are, larger ones on a thread for blocking work.
pub(crate) const PARSE_INLINE_BYTES: usize = 64 << 10;
/// Placeholders of one entity.
pub(crate) const MAX_PLACEHOLDERS: usize = 500;
/// Text that all placeholders of one entity bring in.
pub(crate) const MAX_PLACEHOLDER_BYTES: usize = 32 << 20;
/// Text of one placeholder that is kept for conditional requests.
pub(crate) const MAX_CACHED_PLACEHOLDER_BYTES: usize = 256 << 10;
/// Documents that one `$openapi` or `$asyncapi` placeholder brings together.
pub(crate) const MAX_BUNDLED_DOCUMENTS: usize = 200;
/// Depth down to which references are followed while bundling.
pub(crate) const MAX_BUNDLE_DEPTH: usize = 100;
/// Length of an error that repeats what a host said.
pub(crate) const MAX_ERROR_CHARS: usize = 5_000;

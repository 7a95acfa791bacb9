//! Generates catalogs of any size and drives load against any base URL.

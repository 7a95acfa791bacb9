//! Per-user settings on the server: stars live here.

//! Dev-only: temporary databases, the app under test, fake hosts, golden comparison.

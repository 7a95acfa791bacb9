//! Processing through the whole orchestrator with sources in memory.

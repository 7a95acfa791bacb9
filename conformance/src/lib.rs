//! Replays recorded Backstage requests against any base URL and compares the answers.

//! Identity: sign-in, tokens and their keys.

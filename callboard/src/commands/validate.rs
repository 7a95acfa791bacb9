//! `callboard validate`: checks catalog files offline.

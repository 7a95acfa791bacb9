//! Archives that attack: names that climb, links, bombs, files that are too large.

use crate::support::{host_of, tar_gz};
use callboard_config::Config;
use callboard_kit::url_reader::{ReadError, ReadOptions, ReadTree, UrlReader};
use callboard_scm::ScmUrlReader;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write;
use wiremock::matchers::{path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// Reads a tree whose archive is the given bytes.
async fn read(archive: Vec<u8>) -> Result<ReadTree, ReadError> {
    let server = MockServer::start().await;
    Mock::given(path("/repos/o/r/commits/main"))
        .respond_with(ResponseTemplate::new(200).set_body_string(SHA))
        .mount(&server)
        .await;
    Mock::given(path_regex("/repos/o/r/tarball/.*"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(archive))
        .mount(&server)
        .await;
    let host = host_of(&server);
    let config = json!({
        "backend": {"reading": {"maxBytes": 100_000}},
        "integrations": {"github": [{"host": host, "apiBaseUrl": server.uri()}]},
    });
    let reader = ScmUrlReader::new(&Config::from_value(config)).unwrap();
    reader.read_tree(&format!("http://{host}/o/r/tree/main"), &ReadOptions::default()).await
}

/// An entry whose name is written as it is, past the checks of the library.
fn entry(name: &str, kind: tar::EntryType, link: Option<&str>, body: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    if let Some(link) = link {
        header.as_gnu_mut().unwrap().linkname[..link.len()].copy_from_slice(link.as_bytes());
    }
    header.set_size(body.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn gzip(tar: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(tar).unwrap();
    encoder.write_all(&[0; 1024]).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_file_that_may_be_run_is_known_as_one() {
    let mut program = entry("o-r/mvnw", tar::EntryType::Regular, None, b"#!/bin/sh\n");
    let mut header = tar::Header::from_byte_slice(&program[..512]).clone();
    header.set_mode(0o755);
    header.set_cksum();
    program[..512].copy_from_slice(header.as_bytes());
    program.extend(entry("o-r/pom.xml", tar::EntryType::Regular, None, b"<project/>"));
    let tree = read(gzip(&program)).await.unwrap();
    let files: Vec<_> = tree.files.iter().map(|file| (file.path.as_str(), file.executable)).collect();
    assert_eq!(files, [("mvnw", true), ("pom.xml", false)]);
}

#[tokio::test]
async fn zip_slip_a_name_that_leaves_the_archive_refuses_all_of_it() {
    for name in ["o-r/../../etc/passwd", "../evil", "/etc/passwd", "o-r/a/../../../x"] {
        let mut tar = entry("o-r/good.yaml", tar::EntryType::Regular, None, b"good");
        tar.extend(entry(name, tar::EntryType::Regular, None, b"evil"));
        let error = read(gzip(&tar)).await.unwrap_err();
        assert!(matches!(error, ReadError::NotAllowed(_)), "{name}: {error}");
    }
}

#[tokio::test]
async fn links_and_devices_are_skipped_and_never_followed() {
    let mut tar = entry("o-r/good.yaml", tar::EntryType::Regular, None, b"good");
    tar.extend(entry("o-r/sym.yaml", tar::EntryType::Symlink, Some("/etc/passwd"), b""));
    tar.extend(entry("o-r/hard.yaml", tar::EntryType::Link, Some("/etc/passwd"), b""));
    tar.extend(entry("o-r/null.yaml", tar::EntryType::Char, None, b""));
    tar.extend(entry("o-r/pipe.yaml", tar::EntryType::Fifo, None, b""));
    tar.extend(entry("o-r/dir", tar::EntryType::Symlink, Some("/etc"), b""));
    tar.extend(entry("o-r/dir/file.yaml", tar::EntryType::Regular, None, b"plain"));
    let tree = read(gzip(&tar)).await.unwrap();
    let paths: Vec<_> = tree.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["dir/file.yaml", "good.yaml"]);
    assert_eq!(tree.files[0].body, "plain");
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused() {
    let body = "x".repeat(100_001);
    let error = read(tar_gz("o-r/", &[("large.yaml", &body)])).await.unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { limit: 100_000, .. }), "{error}");
}

#[tokio::test]
async fn a_gzip_bomb_ends_at_the_limit() {
    // One sparse-looking file of four gigabytes of zeros that nobody wants, in a few megabytes.
    let mut header = tar::Header::new_gnu();
    header.set_path("bomb").unwrap();
    header.set_size(4 * 1024 * 1024 * 1024);
    header.set_cksum();
    let mut first = GzEncoder::new(Vec::new(), Compression::fast());
    first.write_all(header.as_bytes()).unwrap();
    let mut zeros = GzEncoder::new(Vec::new(), Compression::fast());
    zeros.write_all(&vec![0; 16 * 1024 * 1024]).unwrap();
    let mut bomb = first.finish().unwrap();
    // Gzip members one after the other are one stream.
    bomb.extend(zeros.finish().unwrap().repeat(256));
    assert!(bomb.len() < 32 * 1024 * 1024);
    let error = read(bomb).await.unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn garbage_and_a_cut_off_archive_are_errors() {
    let mut cut = tar_gz("o-r/", &[("a.yaml", &"abc".repeat(1000))]);
    cut.truncate(cut.len() / 2);
    for archive in [b"<html>Sign in</html>".to_vec(), cut, Vec::new()] {
        let error = read(archive).await.unwrap_err();
        assert!(matches!(error, ReadError::Failed(_)), "{error}");
    }
}

//! What the tests share: configurations, readers, a resolver that says what a test wants.

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::url_reader::ReadOptions;
use callboard_scm::ScmUrlReader;
use callboard_scm::egress::{Egress, Lookup, Policy};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wiremock::MockServer;

pub(crate) fn reader(integrations: Value) -> ScmUrlReader {
    ScmUrlReader::new(&Config::from_value(json!({"integrations": integrations}))).unwrap()
}

pub(crate) fn host_of(server: &MockServer) -> String {
    server.address().to_string()
}

pub(crate) fn with_etag(etag: &str) -> ReadOptions {
    ReadOptions { etag: Some(etag.to_owned()) }
}

/// A policy for tests: quick to give up, nothing tried twice.
pub(crate) fn strict() -> Policy {
    let mut policy = Policy::public();
    policy.timeout = Duration::from_secs(10);
    policy.retries = 0;
    policy
}

/// Answers each name with the next of its lists of addresses; the last one stays. An unknown name is an error.
#[derive(Default)]
pub(crate) struct Scripted {
    answers: HashMap<String, Vec<Vec<IpAddr>>>,
    pub(crate) asked: AtomicUsize,
}

impl Scripted {
    pub(crate) fn new(answers: &[(&str, &[&[&str]])]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>();
        let answers = answers
            .iter()
            .map(|(name, lists)| ((*name).to_owned(), lists.iter().map(parse).collect()))
            .collect();
        Arc::new(Self { answers, asked: AtomicUsize::new(0) })
    }

    pub(crate) fn egress(self: &Arc<Self>) -> Egress {
        Egress::with_lookup(self.clone()).unwrap()
    }
}

#[async_trait]
impl Lookup for Scripted {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let lists = self.answers.get(host).ok_or_else(|| io::Error::other("SERVFAIL"))?;
        Ok(lists.get(turn).or(lists.last()).cloned().unwrap_or_default())
    }
}

/// A tar.gz of files below a first directory.
pub(crate) fn tar_gz(first: &str, files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder =
        tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (path, body) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(body.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("{first}{path}"), body.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

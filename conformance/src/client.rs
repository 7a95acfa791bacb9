//! Sends a recorded request to the server under test.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use futures::StreamExt;
use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Media type without parameters; empty without a body.
    pub media: String,
    /// The body.
    pub text: String,
    /// The Link header.
    pub link: String,
}

/// The server under test, with the tokens that recorded requests stand for.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    static_token: String,
    guest_token: Option<String>,
}

impl Client {
    /// Connects and signs in as guest, if the server lets guests in.
    pub async fn connect(base_url: &str, static_token: &str) -> anyhow::Result<Self> {
        // Somebody else in the process may have been first; any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(
            clippy::disallowed_methods,
            reason = "a development tool that talks to the server under test"
        )]
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
        let mut client = Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            static_token: static_token.to_owned(),
            guest_token: None,
        };
        let headers = BTreeMap::from([("X-Requested-With".to_owned(), "XMLHttpRequest".to_owned())]);
        let answer = client
            .send("GET", "/api/auth/guest/refresh", &headers, &Value::Null)
            .await
            .with_context(|| format!("no server answers at {base_url}"))?;
        if answer.status == 200 {
            let body: Value = serde_json::from_str(&answer.text)?;
            client.guest_token = body["backstageIdentity"]["token"].as_str().map(str::to_owned);
        }
        Ok(client)
    }

    /// Sends one request; `authorization` stands for a token.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &BTreeMap<String, String>,
        body: &Value,
    ) -> anyhow::Result<Answer> {
        let mut request = self.http.request(method.parse()?, format!("{}{path}", self.base_url));
        let mut has_type = false;
        for (name, value) in headers {
            if name.eq_ignore_ascii_case("authorization") {
                let token = match value.as_str() {
                    "<static>" => Some(self.static_token.as_str()),
                    "<guest>" => self.guest_token.as_deref(),
                    "<bad>" => Some("not-a-token"),
                    _ => None,
                };
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                continue;
            }
            has_type |= name.eq_ignore_ascii_case("content-type");
            request = request.header(name, value);
        }
        if !body.is_null() {
            let text = if body.is_object() || body.is_array() {
                body.to_string()
            } else {
                body.as_str().map_or_else(|| body.to_string(), str::to_owned)
            };
            if !has_type {
                request = request.header("content-type", "application/json");
            }
            request = request.body(text);
        }
        let response = request.send().await?;
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let media = header("content-type").split(';').next().unwrap_or_default().trim().to_owned();
        let (status, link) = (response.status().as_u16(), header("link"));
        let text =
            if media == "text/event-stream" { read_events(response).await } else { response.text().await? };
        Ok(Answer { status, media, text, link })
    }
}

/// An event stream does not end by itself: reads for at most eight seconds.
async fn read_events(response: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    let mut stream = response.bytes_stream();
    let end = tokio::time::Instant::now() + Duration::from_secs(8);
    while let Ok(Some(Ok(chunk))) = tokio::time::timeout_at(end, stream.next()).await {
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

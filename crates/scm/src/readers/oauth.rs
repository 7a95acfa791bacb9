//! Access tokens that expire: OAuth client credentials and signed assertions, kept until shortly before their end.

use super::host::{Fetch, text};
use crate::egress::Request;
use callboard_kit::url_reader::ReadError;
use http::header::AUTHORIZATION;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::sync::Mutex;

/// A token is renewed this long before it ends.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);
/// What a token lives if its issuer doesn't say.
const USUAL_LIFE: i64 = 3600;

/// One token and its end.
#[derive(Default)]
pub(crate) struct TokenCache {
    kept: Mutex<Option<(SecretString, Timestamp)>>,
}

impl TokenCache {
    /// The kept token, or a new one; while it is fetched the others wait for it.
    pub(crate) async fn get<F>(&self, issue: impl FnOnce() -> F) -> Result<SecretString, ReadError>
    where
        F: Future<Output = Result<(SecretString, Timestamp), ReadError>>,
    {
        let mut kept = self.kept.lock().await;
        if let Some((token, _)) = kept.as_ref().filter(|(_, end)| *end > Timestamp::now() + RENEW_BEFORE) {
            return Ok(token.clone());
        }
        let (token, end) = issue().await?;
        *kept = Some((token.clone(), end));
        Ok(token)
    }
}

/// Asks a token endpoint with a form; `basic` is the Authorization value where the client identifies itself there.
pub(crate) async fn issue(
    fetch: &Fetch,
    url: &str,
    form: &[(&str, &str)],
    basic: Option<&str>,
) -> Result<(SecretString, Timestamp), ReadError> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request = Request::post(url, "application/x-www-form-urlencoded", body);
    if let Some(basic) = basic {
        request = request.secret_header(AUTHORIZATION, basic);
    }
    let answer = fetch.json(request).await?;
    let token = text(&answer, "/access_token", url)?.to_owned();
    let life =
        answer.get("expires_in").and_then(|life| life.as_i64().or_else(|| life.as_str()?.parse().ok()));
    let end = Timestamp::now() + SignedDuration::from_secs(life.unwrap_or(USUAL_LIFE).clamp(0, 86_400));
    Ok((token.into(), end))
}

/// `Basic …` for a user and a password.
pub(crate) fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")))
}

//! The cookies of a provider: nonce, refresh token and granted scopes, as `auth-node` 0.7.6 names and writes them. A
//! browser drops a cookie over four kilobytes, so longer values are split over `<name>-0`, `<name>-1` and so on.

use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::error::OAuthError;

/// Characters of one cookie.
const LONGEST: usize = 4_000;
/// Cookies of one value. Together they must fit into the headers of a request.
const MOST_CHUNKS: usize = 10;
const NONCE_AGE: Duration = Duration::from_secs(600);
const THOUSAND_DAYS: Duration = Duration::from_secs(1_000 * 24 * 3_600);
/// What `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// How a provider's cookies are written.
#[derive(Debug, Clone)]
pub(crate) struct Cookies {
    provider: &'static str,
    host: String,
    path: String,
    secure: bool,
    age: Duration,
}

/// The cookies of a request.
#[derive(Debug)]
pub(crate) struct Sent(Vec<(String, String)>);

/// Which of a provider's cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Nonce,
    RefreshToken,
    GrantedScope,
}

impl Name {
    fn of(self, provider: &str) -> String {
        let what = match self {
            Self::Nonce => "nonce",
            Self::RefreshToken => "refresh-token",
            Self::GrantedScope => "granted-scope",
        };
        format!("{provider}-{what}")
    }
}

impl Sent {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        Self(
            pairs
                .map(|(name, value)| {
                    (name.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned())
                })
                .collect(),
        )
    }

    /// A cookie's value; an empty one is none.
    fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The pieces of a split value that there are.
    fn chunks(&self, name: &str) -> Vec<&str> {
        (0..MOST_CHUNKS).map_while(|at| self.one(&format!("{name}-{at}"))).collect()
    }
}

impl Cookies {
    /// Cookies for a callback URL; they live for `sessionDuration`, or a thousand days.
    pub(crate) fn new(provider: &'static str, callback: &Url, duration: Option<Duration>) -> Self {
        let whole = callback.path();
        let path = match whole.strip_suffix("/handler/frame").filter(|path| path.ends_with(provider)) {
            Some(path) => path.to_owned(),
            None => format!("{}/{provider}", whole.trim_end_matches('/')),
        };
        Self {
            provider,
            host: callback.host_str().unwrap_or_default().to_owned(),
            path,
            secure: callback.scheme() == "https",
            age: duration.unwrap_or(THOUSAND_DAYS),
        }
    }

    /// The value of a cookie, put together if it was split.
    pub(crate) fn get(&self, sent: &Sent, name: Name) -> Option<String> {
        let name = name.of(self.provider);
        let chunks = sent.chunks(&name);
        if chunks.is_empty() { sent.one(&name).map(str::to_owned) } else { Some(chunks.concat()) }
    }

    /// Adds what sets a cookie, and what removes those that would contradict it: one with a domain that an older
    /// version left, and pieces of a longer or a shorter value.
    pub(crate) fn set(
        &self,
        answer: &mut HeaderMap,
        sent: &Sent,
        name: Name,
        value: &str,
        app_origin: &str,
    ) -> Result<(), OAuthError> {
        let (age, suffix) = if name == Name::Nonce { (NONCE_AGE, "/handler") } else { (self.age, "") };
        let name = name.of(self.provider);
        self.put(answer, &name, "", Duration::ZERO, app_origin, "", Some(&self.host));
        let present = sent.chunks(&name).len();
        let pieces = pieces(value);
        if pieces.len() > MOST_CHUNKS {
            return Err(OAuthError::Failed(format!(
                "the provider's tokens have {} characters, which no browser keeps in cookies",
                value.len()
            )));
        }
        if pieces.len() == 1 {
            self.remove_pieces(answer, &name, 0..present, app_origin);
            self.put(answer, &name, value, age, app_origin, suffix, None);
            return Ok(());
        }
        if sent.one(&name).is_some() {
            self.put(answer, &name, "", Duration::ZERO, app_origin, "", None);
        }
        self.remove_pieces(answer, &name, pieces.len()..present, app_origin);
        for (at, piece) in pieces.iter().enumerate() {
            self.put(answer, &format!("{name}-{at}"), piece, age, app_origin, suffix, None);
        }
        Ok(())
    }

    /// Adds what removes a cookie.
    pub(crate) fn remove(&self, answer: &mut HeaderMap, sent: &Sent, name: Name, app_origin: &str) {
        let name = name.of(self.provider);
        let present = sent.chunks(&name).len();
        if present == 0 || sent.one(&name).is_some() {
            self.put(answer, &name, "", Duration::ZERO, app_origin, "", None);
        }
        self.remove_pieces(answer, &name, 0..present, app_origin);
    }

    fn remove_pieces(
        &self,
        answer: &mut HeaderMap,
        name: &str,
        pieces: std::ops::Range<usize>,
        app_origin: &str,
    ) {
        for at in pieces {
            self.put(answer, &format!("{name}-{at}"), "", Duration::ZERO, app_origin, "", None);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a cookie has as many attributes")]
    fn put(
        &self,
        answer: &mut HeaderMap,
        name: &str,
        value: &str,
        age: Duration,
        app_origin: &str,
        suffix: &str,
        domain: Option<&str>,
    ) {
        let seconds = age.as_secs();
        let domain = domain.map(|host| format!("; Domain={host}")).unwrap_or_default();
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!(
            "{name}={}; Max-Age={seconds}{domain}; Path={}{suffix}; Expires={}; HttpOnly{secure}; SameSite={}",
            utf8_percent_encode(value, COMPONENT),
            self.path,
            expires(seconds),
            self.same_site(app_origin),
        );
        if let Ok(text) = HeaderValue::from_str(&text) {
            answer.append(SET_COOKIE, text);
        }
    }

    /// An app on another host is a third party to browsers, which only send it cookies that say so and are secure.
    fn same_site(&self, app_origin: &str) -> &'static str {
        let app = Url::parse(app_origin).ok().and_then(|url| url.host_str().map(str::to_owned));
        if self.secure && app.as_deref() != Some(self.host.as_str()) { "None" } else { "Lax" }
    }
}

/// A value in pieces of at most [`LONGEST`] characters; one piece, perhaps empty, if it is short.
fn pieces(value: &str) -> Vec<String> {
    let characters: Vec<char> = value.chars().collect();
    if characters.len() <= LONGEST {
        return vec![value.to_owned()];
    }
    characters.chunks(LONGEST).map(|piece| piece.iter().collect()).collect()
}

/// `Wed, 25 Nov 2026 14:00:00 GMT`, so many seconds from now.
fn expires(seconds: u64) -> String {
    let end = jiff::Timestamp::now()
        .saturating_add(jiff::SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)));
    let end = if seconds == 0 { jiff::Timestamp::UNIX_EPOCH } else { end.unwrap_or(jiff::Timestamp::MAX) };
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "http://localhost:3000";

    fn cookies(callback: &str) -> Cookies {
        Cookies::new("oidc", &Url::parse(callback).unwrap(), None)
    }

    fn lines(headers: &HeaderMap) -> Vec<String> {
        headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    /// What a browser holds after an answer.
    fn kept(before: &[(String, String)], answer: &HeaderMap) -> Vec<(String, String)> {
        let mut jar = before.to_vec();
        for line in lines(answer).iter().filter(|line| !line.contains("; Domain=")) {
            let (pair, attributes) = line.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            jar.retain(|(known, _)| known != name);
            if !attributes.contains("Max-Age=0;") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
        jar
    }

    fn sent(jar: &[(String, String)]) -> Sent {
        let mut headers = HeaderMap::new();
        let text: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        headers.insert(COOKIE, text.join("; ").parse().unwrap());
        Sent::read(&headers)
    }

    #[test]
    fn attributes_follow_from_the_callback_and_the_app() {
        let mut answer = HeaderMap::new();
        let nothing = Sent(Vec::new());
        let local = cookies("http://localhost:7007/api/auth/oidc/handler/frame");
        local.set(&mut answer, &nothing, Name::Nonce, "ab+/==", APP).unwrap();
        let set = &lines(&answer)[1];
        assert!(
            set.starts_with("oidc-nonce=ab%2B%2F%3D%3D; Max-Age=600; Path=/api/auth/oidc/handler; Expires=")
        );
        assert!(set.ends_with("; HttpOnly; SameSite=Lax"), "{set}");
        assert!(
            lines(&answer)[0].starts_with("oidc-nonce=; Max-Age=0; Domain=localhost; Path=/api/auth/oidc;")
        );

        let mut answer = HeaderMap::new();
        let remote = cookies("https://api.example/custom/callback");
        remote.set(&mut answer, &nothing, Name::RefreshToken, "t", "https://portal.example").unwrap();
        let set = &lines(&answer)[1];
        assert!(
            set.starts_with("oidc-refresh-token=t; Max-Age=86400000; Path=/custom/callback/oidc; "),
            "{set}"
        );
        assert!(set.ends_with("; HttpOnly; Secure; SameSite=None"), "{set}");
    }

    #[test]
    fn a_long_value_is_split_and_no_piece_outlives_it() {
        let cookies = cookies("http://localhost:7007/api/auth/oidc/handler/frame");
        let mut jar = Vec::new();
        for length in [10, 4_000, 4_001, 12_500, 8_000, 3] {
            let value: String = "täglich-".chars().cycle().take(length).collect();
            let mut answer = HeaderMap::new();
            cookies.set(&mut answer, &sent(&jar), Name::RefreshToken, &value, APP).unwrap();
            jar = kept(&jar, &answer);
            assert_eq!(cookies.get(&sent(&jar), Name::RefreshToken), Some(value), "{length}");
            assert_eq!(jar.len(), length.div_ceil(4_000), "{length}");
        }
        let mut answer = HeaderMap::new();
        cookies.remove(&mut answer, &sent(&jar), Name::RefreshToken, APP);
        assert!(kept(&jar, &answer).is_empty());
        let huge = "x".repeat(50_000);
        let mut answer = HeaderMap::new();
        assert!(cookies.set(&mut answer, &sent(&jar), Name::RefreshToken, &huge, APP).is_err());
    }

    #[test]
    fn split_values_are_removed_whole() {
        let cookies = cookies("http://localhost:7007/api/auth/oidc/handler/frame");
        let mut answer = HeaderMap::new();
        cookies.set(&mut answer, &Sent(Vec::new()), Name::GrantedScope, &"s".repeat(9_000), APP).unwrap();
        let jar = kept(&[], &answer);
        assert_eq!(jar.len(), 3);
        let mut answer = HeaderMap::new();
        cookies.remove(&mut answer, &sent(&jar), Name::GrantedScope, APP);
        assert!(kept(&jar, &answer).is_empty());
    }
}

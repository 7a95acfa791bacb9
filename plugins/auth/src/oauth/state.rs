//! The `state` parameter: what a sign-in remembers while somebody is at the provider. It is no secret and no proof; the
//! nonce in it must be the one in the browser's cookie.

use url::form_urlencoded;

use super::error::OAuthError;

/// Most characters of an encoded state; browsers and providers give up earlier.
const MOST: usize = 16_384;

/// The decoded parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) nonce: String,
    pub(crate) env: String,
    pub(crate) origin: Option<String>,
    pub(crate) redirect_url: Option<String>,
    pub(crate) flow: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) audience: Option<String>,
}

impl State {
    /// Hexadecimal of a query string.
    pub(crate) fn encode(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("nonce", &self.nonce).append_pair("env", &self.env);
        for (name, value) in [
            ("origin", &self.origin),
            ("redirectUrl", &self.redirect_url),
            ("flow", &self.flow),
            ("scope", &self.scope),
            ("audience", &self.audience),
        ] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        hex::encode(query.finish())
    }

    pub(crate) fn decode(text: &str) -> Result<Self, OAuthError> {
        let bytes = if text.len() > MOST { Vec::new() } else { hex::decode(text).unwrap_or_default() };
        let mut state = Self::default();
        for (name, value) in form_urlencoded::parse(&bytes) {
            let value = value.into_owned();
            match name.as_ref() {
                "nonce" => state.nonce = value,
                "env" => state.env = value,
                "origin" => state.origin = Some(value),
                "redirectUrl" => state.redirect_url = Some(value),
                "flow" => state.flow = Some(value),
                "scope" => state.scope = Some(value),
                "audience" => state.audience = Some(value),
                _ => {}
            }
        }
        if state.env.is_empty() {
            return Err(OAuthError::State("env"));
        }
        if state.nonce.is_empty() {
            return Err(OAuthError::State("nonce"));
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_as_it_was_and_reads_what_backstage_wrote() {
        let state = State {
            nonce: "a+/=".to_owned(),
            env: "development".to_owned(),
            origin: Some("http://localhost:3000".to_owned()),
            redirect_url: Some("http://localhost:3000/catalog?a=b&c=ü".to_owned()),
            scope: Some("openid profile".to_owned()),
            ..State::default()
        };
        assert_eq!(State::decode(&state.encode()).unwrap(), state);
        let theirs = hex::encode("nonce=n%3D%3D&env=development&scope=read%3Auser+repo");
        let read = State::decode(&theirs).unwrap();
        assert_eq!((read.nonce.as_str(), read.scope.as_deref()), ("n==", Some("read:user repo")));
    }

    #[test]
    fn what_is_no_state_lacks_its_env_or_its_nonce() {
        for text in ["", "zz", "6e6f6e63653d", &hex::encode("nonce=a"), &"61".repeat(20_000)] {
            assert!(matches!(State::decode(text), Err(OAuthError::State("env"))), "{text:.20}");
        }
        let text = hex::encode("env=development&nonce=");
        assert!(matches!(State::decode(&text), Err(OAuthError::State("nonce"))));
    }
}

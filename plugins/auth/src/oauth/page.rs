//! The page that a sign-in window ends on: it hands the outcome to the window that opened it, and closes.

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A page that posts `message` to `origin` and to nobody else. Before it, it tells anybody what that origin is, so
/// that an app at another one can say why it gets nothing.
pub(crate) fn post_message(origin: &str, message: &Value) -> Response {
    // Everything but letters and digits becomes %XX, so nothing of it can end the text, the script or the element.
    let text = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let script = format!(
        "
  const message = JSON.parse(decodeURIComponent('{}'));
  const origin = decodeURIComponent('{}');
  const app = window.opener || window.parent;
  app.postMessage({{ type: 'config_info', targetOrigin: origin }}, '*');
  app.postMessage(message, origin);
  setTimeout(() => window.close(), 100);
",
        text(&message.to_string()),
        text(origin)
    );
    let hash = STANDARD.encode(Sha256::digest(script.as_bytes()));
    let headers = [
        (CONTENT_TYPE, "text/html".to_owned()),
        (X_FRAME_OPTIONS, "sameorigin".to_owned()),
        (CONTENT_SECURITY_POLICY, format!("script-src 'sha256-{hash}'")),
        // There are tokens in it.
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, format!("<html><body><script>{script}</script></body></html>")).into_response()
}

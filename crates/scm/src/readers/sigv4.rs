//! AWS Signature Version 4, for the handful of calls that reading needs.
//!
//! Written by hand because the AWS SDK would bring some eighty packages, an HTTP client and a TLS stack of its own
//! past the guarded one. The tests hold AWS's own published example.

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use crate::egress::Request;

/// Keys that sign.
#[derive(Debug, Clone)]
pub(crate) struct AwsKeys {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: SecretString,
    pub(crate) session_token: Option<SecretString>,
}

/// AWS encodes everything but these.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a part of a path or query the way AWS does.
pub(crate) fn aws_encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Encodes an object key and keeps its slashes.
pub(crate) fn aws_encode_path(path: &str) -> String {
    path.split('/').map(aws_encode).collect::<Vec<_>>().join("/")
}

/// Adds the signature headers. The URL has to be encoded as AWS does it ([`aws_encode`]) and its query sorted by name.
pub(crate) fn sign(
    mut request: Request,
    keys: &AwsKeys,
    region: &str,
    service: &str,
    now: Timestamp,
) -> Request {
    let Ok(url) = Url::parse(&request.url) else { return request };
    let time = now.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let date = time.get(..8).unwrap_or_default().to_owned();
    let payload = hex::encode(Sha256::digest(&request.body));
    request = request.header(HeaderName::from_static("x-amz-date"), &time);
    if service == "s3" {
        request = request.header(HeaderName::from_static("x-amz-content-sha256"), &payload);
    }
    if let Some(token) = &keys.session_token {
        request =
            request.secret_header(HeaderName::from_static("x-amz-security-token"), token.expose_secret());
    }
    let mut headers: Vec<(String, String)> = request
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
        })
        .collect();
    headers.push(("host".to_owned(), crate::integrations::section::authority(&url)));
    headers.sort();
    let names = headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let canonical_headers: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = format!(
        "{}\n{}\n{}\n{canonical_headers}\n{names}\n{payload}",
        request.method,
        url.path(),
        url.query().unwrap_or_default()
    );
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let mut key = mac(format!("AWS4{}", keys.secret_access_key.expose_secret()).as_bytes(), date.as_bytes());
    for part in [region, service, "aws4_request"] {
        key = mac(&key, part.as_bytes());
    }
    let signature = hex::encode(mac(&key, to_sign.as_bytes()));
    let value = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        keys.access_key_id
    );
    if let Ok(mut value) = HeaderValue::from_str(&value) {
        value.set_sensitive(true);
        request.headers.insert(http::header::AUTHORIZATION, value);
    }
    request
}

/// HMAC-SHA256.
pub(crate) fn mac(key: &[u8], data: &[u8]) -> Vec<u8> {
    // A key of any length is a key of HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::RANGE;

    /// "GET Object" of "Authenticating Requests (AWS Signature Version 4)" in the S3 API reference.
    #[test]
    fn aws_published_example_has_the_published_signature() {
        let keys = AwsKeys {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned().into(),
            session_token: None,
        };
        let request =
            Request::get("https://examplebucket.s3.amazonaws.com/test.txt").header(RANGE, "bytes=0-9");
        let signed = sign(request, &keys, "us-east-1", "s3", "2013-05-24T00:00:00Z".parse().unwrap());
        assert_eq!(
            signed.headers[http::header::AUTHORIZATION],
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
             Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
    }

    #[test]
    fn aws_published_list_example_has_the_published_signature() {
        let keys = AwsKeys {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned().into(),
            session_token: None,
        };
        let request = Request::get("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J");
        let signed = sign(request, &keys, "us-east-1", "s3", "2013-05-24T00:00:00Z".parse().unwrap());
        let value = signed.headers[http::header::AUTHORIZATION].to_str().unwrap();
        assert!(
            value.ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
            "{value}"
        );
    }
}

//! Reading with a token that somebody brought along.

use callboard_kit::url_reader::{ReadError, ReadOptions, UrlReader};
use secrecy::SecretString;
use serde_json::json;
use wiremock::matchers::{header, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{host_of, reader};

#[tokio::test]
async fn the_own_token_goes_in_place_of_the_configured_one_and_only_for_that_reader() {
    let server = MockServer::start().await;
    for token in ["configured", "brought-along"] {
        Mock::given(path_regex("^/api/v3/repos/o/r/contents/a.yaml"))
            .and(header("authorization", format!("Bearer {token}").as_str()))
            .respond_with(ResponseTemplate::new(200).set_body_string(token))
            .mount(&server)
            .await;
    }
    let host = host_of(&server);
    let api = format!("{}/api/v3", server.uri());
    let common = reader(json!({"github": [{"host": host, "apiBaseUrl": api, "token": "configured"}]}));
    let url = format!("http://{host}/o/r/blob/main/a.yaml");
    let own = common.with_token(&url, &SecretString::from("brought-along")).unwrap();
    for (reader, expected) in
        [(&common as &dyn UrlReader, "configured"), (own.as_ref(), "brought-along"), (&common, "configured")]
    {
        let read = reader.read_url(&url, &ReadOptions::default()).await.unwrap();
        assert_eq!(read.body, expected.as_bytes());
    }
}

#[tokio::test]
async fn a_token_goes_to_no_host_that_the_configuration_does_not_name() {
    let reader = reader(json!({}));
    let token = SecretString::from("brought-along");
    for url in ["https://attacker.example/o/r/blob/main/a.yaml", "https://s3.amazonaws.com/bucket/a.yaml"] {
        let Err(error) = reader.with_token(url, &token) else { panic!("{url} got a token") };
        assert!(matches!(error, ReadError::NotAllowed(_)), "{url}: {error}");
        assert!(!error.to_string().contains("brought-along"), "{error}");
    }
}

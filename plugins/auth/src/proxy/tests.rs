//! What proxies say, checked against keys and answers of hosts that a test plays.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use callboard_config::Config;
use callboard_scm::egress::{Egress, Policy};
use http::{HeaderMap, HeaderName, HeaderValue};
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde_json::{Value, json};
use wiremock::matchers::{header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::awsalb::AwsAlb;
use super::azure_easy_auth::AzureEasyAuth;
use super::cfaccess::CfAccess;
use super::gcp_iap::GcpIap;
use super::oauth2_proxy::OAuth2Proxy;
use super::{Proxy, ProxyError};
use crate::keys::RemoteKeys;

const NOW: i64 = 1_800_000_000;

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let parse = |(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    pairs.iter().map(parse).collect()
}

/// A signed token; `padded` as AWS writes it.
fn token(head: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm, padded: bool) -> String {
    let engine = if padded { URL_SAFE } else { URL_SAFE_NO_PAD };
    let message = format!("{}.{}", engine.encode(head.to_string()), engine.encode(claims.to_string()));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}{}", if padded { "==" } else { "" })
}

fn p256_key(seed: u8) -> (EncodingKey, p256::PublicKey) {
    let secret = p256::SecretKey::from_slice(&[seed; 32]).unwrap();
    (EncodingKey::from_ec_der(secret.to_pkcs8_der().unwrap().as_bytes()), secret.public_key())
}

fn jwk(key: &p256::PublicKey, id: &str) -> Value {
    let point = key.to_encoded_point(false);
    json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": id,
        "x": URL_SAFE_NO_PAD.encode(point.x().unwrap()), "y": URL_SAFE_NO_PAD.encode(point.y().unwrap()),
    })
}

fn with(value: &Value, key: &str, new: Value) -> Value {
    let mut value = value.clone();
    value[key] = new;
    value
}

#[tokio::test]
async fn oauth2_proxy_forwards_a_user_and_nothing_is_a_refusal() {
    let forwarded = headers(&[
        ("x-forwarded-user", "ada"),
        ("x-forwarded-email", "ada@engines.example"),
        ("x-oauth2-proxy-id-token", "Bearer a.b.c"),
    ]);
    let claimed = OAuth2Proxy.authenticate(&forwarded, NOW).await.unwrap();
    assert_eq!(claimed.identity.username.as_deref(), Some("ada"));
    assert_eq!(claimed.identity.verified_email(), Some("ada@engines.example"));
    assert_eq!(claimed.info, Some(json!({"accessToken": "a.b.c"})));
    let twice = headers(&[("x-forwarded-user", "ada"), ("x-forwarded-user", "admin")]);
    assert!(OAuth2Proxy.authenticate(&twice, NOW).await.is_err(), "the client has added one of its own");
    let nothing = OAuth2Proxy.authenticate(&HeaderMap::new(), NOW).await.unwrap_err();
    assert!(matches!(nothing, ProxyError::Missing(_)), "{nothing}");
}

#[tokio::test]
async fn iap_is_believed_for_its_own_audience_only() {
    let server = MockServer::start().await;
    let (key, public) = p256_key(7);
    let keys = json!({"keys": [jwk(&public, "one")]});
    Mock::given(path("/keys"))
        .respond_with(ResponseTemplate::new(200).set_body_json(keys))
        .mount(&server)
        .await;
    let section = Config::from_value(json!({"audience": "/projects/1/apps/portal"}));
    let remote = RemoteKeys::new(Egress::new().unwrap(), format!("{}/keys", server.uri()), 30);
    let iap = GcpIap::over(&section, remote).unwrap();
    let head = json!({"alg": "ES256", "typ": "JWT", "kid": "one"});
    let claims = json!({
        "iss": "https://cloud.google.com/iap", "aud": "/projects/1/apps/portal", "iat": NOW, "exp": NOW + 600,
        "sub": "accounts.google.com:1234", "email": "ada@engines.example",
    });
    let ask = async |head: &Value, claims: &Value, key: &EncodingKey| {
        let token = token(head, claims, key, Algorithm::ES256, false);
        iap.authenticate(&headers(&[("x-goog-iap-jwt-assertion", &token)]), NOW).await
    };
    let claimed = ask(&head, &claims, &key).await.unwrap();
    assert_eq!(claimed.identity.id("user-id").unwrap().value, "1234");
    assert_eq!(claimed.identity.verified_email(), Some("ada@engines.example"));
    let (other, _) = p256_key(8);
    for (head, claims, key) in [
        (&head, &with(&claims, "aud", json!("/projects/1/apps/other")), &key),
        (&head, &with(&claims, "aud", json!(["/projects/1/apps/portal"])), &key),
        (&head, &with(&claims, "iss", json!("https://evil.test")), &key),
        (&head, &with(&claims, "exp", json!(NOW)), &key),
        (&head, &claims, &other),
        (&with(&head, "kid", json!("two")), &claims, &key),
        (&with(&head, "alg", json!("HS256")), &claims, &key),
    ] {
        assert_eq!(ask(head, claims, key).await.unwrap_err(), ProxyError::NotVerified("Google IAP token"));
    }
    for missing in ["sub", "email"] {
        let error = ask(&head, &with(&claims, missing, Value::Null), &key).await.unwrap_err();
        assert!(matches!(error, ProxyError::Incomplete(_)), "{missing}");
    }
}

#[tokio::test]
async fn a_load_balancer_is_believed_if_it_is_the_one_that_is_configured() {
    let server = MockServer::start().await;
    let (key, public) = p256_key(9);
    let pem = public.to_public_key_pem(LineEnding::LF).unwrap();
    Mock::given(path("/key-1"))
        .respond_with(ResponseTemplate::new(200).set_body_string(pem))
        .mount(&server)
        .await;
    let arn = "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/portal/1";
    let section = json!({"issuer": "https://idp.example", "region": "eu-central-1", "signer": arn});
    let over = |section: Value| {
        let policy = Policy::public().naming(&server.uri());
        AwsAlb::over(&Config::from_value(section), &Egress::new().unwrap(), server.uri(), policy).unwrap()
    };
    let alb = over(section.clone());
    let head = json!({"alg": "ES256", "kid": "key-1", "signer": arn});
    let claims =
        json!({"iss": "https://idp.example", "exp": NOW + 60, "email": "Ada@engines.example", "name": "Ada"});
    let ask = async |alb: &AwsAlb, head: &Value, claims: &Value, key: &EncodingKey| {
        let token = token(head, claims, key, Algorithm::ES256, true);
        let sent = headers(&[("x-amzn-oidc-data", &token), ("x-amzn-oidc-accesstoken", "x")]);
        alb.authenticate(&sent, NOW).await
    };
    let claimed = ask(&alb, &head, &claims, &key).await.unwrap();
    assert_eq!(claimed.identity.verified_email(), Some("ada@engines.example"));
    assert_eq!(claimed.identity.display_name.as_deref(), Some("Ada"));
    let (other, _) = p256_key(10);
    for (head, claims, key) in [
        (
            &with(
                &head,
                "signer",
                json!("arn:aws:elasticloadbalancing:eu-central-1:2:loadbalancer/app/evil/1"),
            ),
            &claims,
            &key,
        ),
        (&with(&head, "signer", Value::Null), &claims, &key),
        (&with(&head, "kid", json!("../key-1")), &claims, &key),
        (&with(&head, "kid", json!("key-2")), &claims, &key),
        (&with(&head, "alg", json!("none")), &claims, &key),
        (&head, &with(&claims, "iss", json!("https://evil.test")), &key),
        (&head, &with(&claims, "exp", json!(NOW)), &key),
        (&head, &with(&claims, "exp", Value::Null), &key),
        (&head, &claims, &other),
    ] {
        assert_eq!(
            ask(&alb, head, claims, key).await.unwrap_err(),
            ProxyError::NotVerified("ALB token"),
            "{head}"
        );
    }
    let error = ask(&alb, &head, &with(&claims, "email", Value::Null), &key).await.unwrap_err();
    assert!(matches!(error, ProxyError::Incomplete(_)));
    assert!(alb.is_signed());
    let mut unsigned = section;
    unsigned.as_object_mut().unwrap().remove("signer");
    assert!(!over(unsigned).is_signed(), "without a signer every load balancer of the region could sign");
}

fn rsa_key() -> (EncodingKey, Value) {
    use rsa::traits::PublicKeyParts;
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1_024).unwrap();
    let part = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({
        "kty": "RSA", "kid": "cf", "alg": "RS256", "use": "sig",
        "n": part(key.n().to_bytes_be()), "e": part(key.e().to_bytes_be()),
    });
    (EncodingKey::from_rsa_der(key.to_pkcs1_der().unwrap().as_bytes()), jwk)
}

#[tokio::test]
async fn cve_2026_106457_a_cloudflare_access_token_for_another_application_is_refused() {
    let server = MockServer::start().await;
    let (key, jwk) = rsa_key();
    let keys = json!({"keys": [jwk]});
    let answer = |value: Value| ResponseTemplate::new(200).set_body_json(value);
    Mock::given(path("/cdn-cgi/access/certs")).respond_with(answer(keys)).mount(&server).await;
    let head = json!({"alg": "RS256", "kid": "cf", "typ": "JWT"});
    let claims = json!({
        "iss": "https://engines.cloudflareaccess.com", "aud": ["portal-aud"], "iat": NOW, "exp": NOW + 600,
        "sub": "1234", "email": "ada@engines.example",
    });
    let sign = |head: &Value, claims: &Value| token(head, claims, &key, Algorithm::RS256, false);
    let good = sign(&head, &claims);
    Mock::given(path("/cdn-cgi/access/get-identity"))
        .and(header("cookie", format!("CF_Authorization={good}").as_str()))
        .respond_with(answer(json!({"name": "Ada", "email": "ada@engines.example", "groups": []})))
        .expect(1)
        .mount(&server)
        .await;
    let section = Config::from_value(json!({
        "teamName": "engines", "audience": "portal-aud", "serviceTokens": [{"token": "bot.access", "subject": "bot@engines.example"}],
    }));
    let policy = Policy::public().naming(&server.uri());
    let access = CfAccess::over(&section, &Egress::new().unwrap(), server.uri(), policy).unwrap();
    let ask =
        async |token: &str| access.authenticate(&headers(&[("cf-access-jwt-assertion", token)]), NOW).await;

    let claimed = ask(&good).await.unwrap();
    assert_eq!(claimed.identity.verified_email(), Some("ada@engines.example"));
    assert_eq!(claimed.identity.display_name.as_deref(), Some("Ada"));
    let cookie = headers(&[("cookie", &format!("a=b; CF_Authorization={good}"))]);
    assert!(access.authenticate(&cookie, NOW).await.is_ok(), "the identity of a token is asked for once");

    for changed in [
        with(&claims, "aud", json!(["another-application"])),
        with(&claims, "aud", json!("another-application")),
        with(&claims, "aud", Value::Null),
        with(&claims, "aud", json!([])),
        with(&claims, "iss", json!("https://evil.cloudflareaccess.com")),
        with(&claims, "exp", json!(NOW)),
    ] {
        let error = ask(&sign(&head, &changed)).await.unwrap_err();
        assert_eq!(error, ProxyError::NotVerified("Cloudflare Access token"), "{changed}");
    }
    let service = |client: &str| {
        json!({
            "iss": "https://engines.cloudflareaccess.com", "aud": "portal-aud", "iat": NOW, "exp": NOW + 600,
            "sub": "", "common_name": client,
        })
    };
    let bot = ask(&sign(&head, &service("bot.access"))).await.unwrap();
    assert_eq!(bot.identity.verified_email(), Some("bot@engines.example"));
    assert!(ask(&sign(&head, &service("other.access"))).await.is_err());
}

#[tokio::test]
async fn easy_auth_needs_its_platform_and_a_token_of_version_2() {
    let config = Config::from_value(json!({"auth": {"providers": {"azureEasyAuth": {}}}}));
    let platform = [
        ("WEBSITE_SKU", "Standard"),
        ("WEBSITE_AUTH_ENABLED", "True"),
        ("WEBSITE_AUTH_DEFAULT_PROVIDER", "AzureActiveDirectory"),
        ("WEBSITE_AUTH_TOKEN_STORE", "true"),
    ];
    for left_out in platform.map(|(name, _)| name) {
        let environment = |name: &str| {
            let found = platform.iter().find(|(known, _)| *known == name && name != left_out);
            found.map(|(_, value)| (*value).to_owned())
        };
        assert!(AzureEasyAuth::read(&config, &environment).is_err(), "without {left_out}");
    }
    let all =
        |name: &str| platform.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let azure = AzureEasyAuth::read(&config, &all).unwrap();
    let (key, _) = p256_key(11);
    let claims =
        json!({"ver": "2.0", "oid": "id-1", "name": "Ada", "email": "ada@engines.example", "exp": NOW + 1});
    let ask = async |claims: &Value| {
        let token = token(&json!({"alg": "RS256"}), claims, &key, Algorithm::ES256, false);
        azure.authenticate(&headers(&[("x-ms-token-aad-id-token", &token)]), NOW).await
    };
    assert_eq!(ask(&claims).await.unwrap().identity.id("user-id").unwrap().value, "id-1");
    assert!(ask(&with(&claims, "ver", json!("1.0"))).await.is_err());
    assert!(ask(&with(&claims, "exp", json!(NOW))).await.is_err());
    assert!(azure.authenticate(&HeaderMap::new(), NOW).await.is_err());
}

//! Id tokens that are not what they should be. Each is refused, and the window is told why.

use callboard_testkit::TestDatabase;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};

use super::browser::Browser;
use super::idp::Idp;
use super::{Stand, error_of};
use crate::forge::{close, es256, hs256, own_key};

const NOW: i64 = 1_800_000_000;

/// Signs in with claims laid over the right ones: the text of the error, or nothing.
async fn with_claims(stand: &Stand, claims: Value) -> Option<String> {
    let Value::Object(claims) = claims else { panic!("claims are an object") };
    stand.idp.set(move |idp| idp.claims = claims);
    let message = stand.sign_in(&mut Browser::default(), "oidc").await;
    stand.idp.set(|idp| idp.claims = Map::new());
    message.get("error").map(|_| error_of(&message).1.to_owned())
}

/// Signs in with a token that is put together by hand.
async fn forged(stand: &Stand, forge: impl Fn(&Value, &Value) -> String + Send + 'static) -> Option<String> {
    stand.idp.set(move |idp| idp.forge = Some(Box::new(forge)));
    let message = stand.sign_in(&mut Browser::default(), "oidc").await;
    stand.idp.set(|idp| idp.forge = None);
    message.get("error").map(|_| error_of(&message).1.to_owned())
}

#[tokio::test]
async fn claims_that_are_not_for_this_client_or_not_of_this_moment_are_refused() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    for (claims, reason) in [
        (json!({"iss": "https://evil.example"}), "not from the issuer"),
        (json!({"iss": format!("{}/", stand.idp.url)}), "not from the issuer"),
        (json!({"iss": null}), "not from the issuer"),
        (json!({"aud": "another"}), "meant for another client"),
        (json!({"aud": ["another", "third"]}), "meant for another client"),
        (json!({"aud": null}), "meant for another client"),
        (json!({"aud": ["portal", "another"]}), "several clients"),
        (json!({"aud": ["portal", "another"], "azp": "another"}), "made for another client"),
        (json!({"azp": "another"}), "made for another client"),
        (json!({"sub": null}), "does not say whose"),
        (json!({"sub": ""}), "does not say whose"),
        (json!({"exp": NOW - 61}), "has expired"),
        (json!({"exp": NOW - 60}), "has expired"),
        (json!({"exp": null}), "has expired"),
        (json!({"exp": "soon"}), "has expired"),
        (json!({"iat": NOW + 61}), "comes from the future"),
        (json!({"iat": null}), "comes from the future"),
        (json!({"nbf": NOW + 61}), "does not hold yet"),
        (json!({"nonce": "another"}), "its nonce is wrong"),
        (json!({"nonce": null}), "its nonce is wrong"),
        (json!({"at_hash": "AAAA"}), "another access token"),
        (json!({"sub": "somebody else"}), "userinfo is about somebody else"),
    ] {
        let error = with_claims(&stand, claims.clone()).await;
        assert!(error.as_ref().is_some_and(|error| error.contains(reason)), "{claims}: {error:?}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute_and_several_audiences_may_name_their_party() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    for claims in [
        json!({"exp": NOW - 59}),
        json!({"iat": NOW + 60}),
        json!({"nbf": NOW + 60}),
        json!({"aud": ["portal", "another"], "azp": "portal"}),
        json!({"aud": ["portal"]}),
    ] {
        assert_eq!(with_claims(&stand, claims.clone()).await, None, "{claims}");
    }
}

#[tokio::test]
async fn no_algorithm_counts_but_the_configured_one() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let with = |algorithm: &'static str| {
        move |header: &Value, claims: &Value| {
            let mut header = header.clone();
            header["alg"] = algorithm.into();
            close(&header, claims, "")
        }
    };
    for algorithm in ["none", "None", "NONE", "", "RS256", "ES384"] {
        let error = forged(&stand, with(algorithm)).await.unwrap_or_default();
        assert!(error.contains("must be signed with ES256"), "{algorithm}: {error}");
    }
    let public = Idp::key().1;
    for secret in [public.to_string(), public["x"].as_str().unwrap().to_owned(), "s3cret:&".to_owned()] {
        let error = forged(&stand, move |header, claims| {
            let mut header = header.clone();
            header["alg"] = "HS256".into();
            hs256(&header, claims, secret.as_bytes())
        })
        .await;
        assert!(error.unwrap_or_default().contains("must be signed with ES256"));
    }
    // HMAC bytes under the right name are no signature.
    let error = forged(&stand, |header, claims| {
        let message = close(header, claims, "");
        let message = message.trim_end_matches('.');
        let key = EncodingKey::from_secret(b"s3cret:&");
        let mac = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        format!("{message}.{mac}")
    })
    .await;
    assert!(error.unwrap_or_default().contains("no valid signature"));
}

#[tokio::test]
async fn no_key_counts_but_those_that_the_provider_publishes() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let (_, attackers) = own_key("idp-1");
    let other = EncodingKey::from_ec_der(&another_key());
    let own = other.clone();
    let error = forged(&stand, move |header, claims| es256(header, claims, &own)).await;
    assert!(error.unwrap_or_default().contains("no valid signature"), "another key under the same id");
    let own = other.clone();
    let error = forged(&stand, move |header, claims| {
        let mut header = header.clone();
        header["jwk"] = attackers.clone();
        header["jku"] = "https://evil.example/jwks".into();
        es256(&header, claims, &own)
    })
    .await;
    assert!(error.unwrap_or_default().contains("no valid signature"), "a key that the token brings");
    let reads = stand.idp.seen("/jwks").len();
    for _ in 0..5 {
        let own = other.clone();
        let error = forged(&stand, move |header, claims| {
            let mut header = header.clone();
            header["kid"] = "invented".into();
            es256(&header, claims, &own)
        })
        .await;
        assert!(error.unwrap_or_default().contains("does not publish"));
    }
    assert_eq!(stand.idp.seen("/jwks").len(), reads, "ids that are invented cost the provider nothing");
    let error = forged(&stand, |header, claims| {
        let mut header = header.clone();
        header["crit"] = json!(["exp"]);
        es256(&header, claims, &Idp::key().0)
    })
    .await;
    assert!(error.unwrap_or_default().contains("critical"));
    for token in ["", "a.b", "a.b.c", "e30.e30.e30", "....", "null"] {
        let error = forged(&stand, move |_, _| token.to_owned()).await;
        assert!(error.is_some(), "{token:?}");
    }
}

/// Another private key than that of the provider, in PKCS8.
fn another_key() -> Vec<u8> {
    use p256::pkcs8::EncodePrivateKey;
    p256::SecretKey::from_slice(&[9; 32]).unwrap().to_pkcs8_der().unwrap().as_bytes().to_vec()
}

#[tokio::test]
async fn a_key_that_the_provider_has_made_since_is_read_again_after_a_pause() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    stand.sign_in(&mut Browser::default(), "oidc").await;
    let mut key = Idp::key().1;
    key["kid"] = "idp-2".into();
    stand.idp.set(|idp| {
        idp.documents.insert("/jwks".to_owned(), (200, json!({"keys": [key]})));
    });
    let new_key = |header: &Value, claims: &Value| {
        let mut header = header.clone();
        header["kid"] = "idp-2".into();
        es256(&header, claims, &Idp::key().0)
    };
    assert!(forged(&stand, new_key).await.is_some(), "read a moment ago");
    stand.app.wait(31);
    assert_eq!(forged(&stand, new_key).await, None);
}

#[tokio::test]
async fn keys_for_other_uses_and_shared_secrets_among_the_keys_are_not_used() {
    let test = TestDatabase::sqlite().await;
    let good = Idp::key().1;
    let with = |name: &str, value: &str| {
        let mut key = good.clone();
        key[name] = value.into();
        key
    };
    for key in [
        with("use", "enc"),
        with("alg", "ES384"),
        json!({"kty": "oct", "kid": "idp-1", "k": "czNjcmV0", "alg": "HS256"}),
        json!({"kty": "nonsense", "kid": "idp-1"}),
        json!("text"),
    ] {
        let stand = Stand::start(test.database(), json!({})).await;
        stand.idp.set(|idp| {
            idp.documents.insert("/jwks".to_owned(), (200, json!({"keys": [key.clone()]})));
        });
        let message = stand.sign_in(&mut Browser::default(), "oidc").await;
        assert!(error_of(&message).1.contains("does not publish"), "{key}: {message}");
    }
}

#[tokio::test]
async fn a_sign_in_without_an_id_token_is_none() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    stand.idp.set(|idp| {
        idp.token_answer.insert("id_token".to_owned(), Value::Null);
    });
    let message = stand.sign_in(&mut Browser::default(), "oidc").await;
    assert_eq!(error_of(&message).1, "Authentication failed, the provider gave no id token");
}

#[tokio::test]
async fn an_answer_that_names_another_issuer_is_refused() {
    let test = TestDatabase::sqlite().await;
    let stand = Stand::start(test.database(), json!({})).await;
    let mut browser = Browser::default();
    let back = stand.until_back(&mut browser, "oidc", "").await;
    let path = format!("{back}&iss=https://evil.example");
    let (message, _) = super::browser::posted(&browser.go(&stand.app.app, &path).await);
    assert!(error_of(&message).1.contains("another provider"), "{message}");
}

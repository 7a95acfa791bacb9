//! Secrets and variables of workflows. A secret is sealed with GitHub's key, which only GitHub can open (libsodium's
//! sealed boxes).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crypto_box::PublicKey;
use crypto_box::aead::OsRng;
use serde_json::{Value, json};

use crate::action::ActionError;
use crate::actions::hosts::{Api, path};

/// Sets secrets below this path (`…/actions/secrets`, or an environment's).
pub(super) async fn set_secrets(api: &Api, below: &str, secrets: Option<&Value>) -> Result<(), ActionError> {
    let secrets: Vec<(&String, &str)> = members(secrets).collect();
    if secrets.is_empty() {
        return Ok(());
    }
    let key = api.get(&format!("{below}/public-key")).await?;
    let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
    let public = public_key(text("key"))?;
    for (name, value) in secrets {
        let body = json!({"encrypted_value": seal(&public, value)?, "key_id": text("key_id")});
        api.put(&format!("{below}{}", path(&[name])?), &body).await?;
    }
    Ok(())
}

/// Sets variables below this path; one that is there gets the new value.
pub(super) async fn set_variables(
    api: &Api,
    below: &str,
    variables: Option<&Value>,
) -> Result<(), ActionError> {
    for (name, value) in members(variables) {
        let body = json!({"name": name, "value": value});
        match api.post(below, &body).await {
            Err(error) if error.status == 409 => {
                api.patch(&format!("{below}{}", path(&[name])?), &body).await?;
            }
            other => {
                other?;
            }
        }
    }
    Ok(())
}

fn members(of: Option<&Value>) -> impl Iterator<Item = (&String, &str)> {
    of.and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| value.as_str().map(|value| (name, value)))
}

fn public_key(text: &str) -> Result<PublicKey, ActionError> {
    let bytes: Option<[u8; 32]> = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(PublicKey::from)
        .ok_or_else(|| ActionError::Failed("GitHub answered a public key that is none".to_owned()))
}

fn seal(key: &PublicKey, secret: &str) -> Result<String, ActionError> {
    let sealed = key
        .seal(&mut OsRng, secret.as_bytes())
        .map_err(|_| ActionError::Failed("a secret could not be sealed".to_owned()))?;
    Ok(STANDARD.encode(sealed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_box::SecretKey;

    #[test]
    fn a_sealed_secret_is_opened_by_its_key_and_by_no_other() {
        let (ours, other) = (SecretKey::generate(&mut OsRng), SecretKey::generate(&mut OsRng));
        let public = public_key(&STANDARD.encode(ours.public_key().as_bytes())).unwrap();
        let sealed = STANDARD.decode(seal(&public, "hunter2").unwrap()).unwrap();
        assert_eq!(ours.unseal(&sealed).unwrap(), b"hunter2");
        assert!(other.unseal(&sealed).is_err());
        assert!(public_key("short").is_err());
    }
}

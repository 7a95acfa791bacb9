//! Who is signed in by which resolver, and who is not.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::error::ApiError;
use callboard_kit::identity::{CatalogUser, UserDirectory, UserQuery};
use serde_json::{Value, json};

use super::resolver::Resolvers;
use super::{Claim, ForeignId, Identity, Rule, SignInError};

const OWN: &[(&str, Rule)] = &[
    ("usernameMatchingUserEntityName", Rule::Name(Claim::Username)),
    ("preferredUsernameMatchingUserEntityName", Rule::Name(Claim::PreferredUsername)),
    ("displayNameMatchingUserEntityName", Rule::Name(Claim::DisplayName)),
    ("userIdMatchingUserEntityAnnotation", Rule::Id("user-id")),
    ("emailMatchingUserEntityAnnotation", Rule::Id("email")),
];

/// A catalog of lines `name email annotation`.
struct People(&'static [(&'static str, &'static str, &'static str)]);

#[async_trait]
impl UserDirectory for People {
    async fn find_users(&self, query: UserQuery<'_>) -> Result<Vec<CatalogUser>, ApiError> {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let found = self.0.iter().filter(|(name, email, id)| match query {
            UserQuery::EntityRef(reference) => same(reference, &format!("user:default/{name}")),
            UserQuery::ProfileEmail(wanted) => same(wanted, email),
            UserQuery::Annotation { value, exact_case, .. } => {
                if exact_case {
                    value == *id
                } else {
                    same(value, id)
                }
            }
        });
        Ok(found
            .map(|(name, ..)| CatalogUser {
                user_entity_ref: format!("user:default/{name}"),
                ownership_entity_refs: vec![format!("user:default/{name}"), "group:default/all".to_owned()],
            })
            .collect())
    }
}

const PEOPLE: People = People(&[
    ("ada", "ada@engines.example", "MDQ6abc"),
    ("eve", "eve@engines.example", "mdq6ABC"),
    ("twin1", "twins@engines.example", "same"),
    ("twin2", "Twins@engines.example", "same"),
]);

fn somebody() -> Identity {
    Identity {
        email: Some("Ada@engines.example".to_owned()),
        email_verified: true,
        username: Some("Eve".to_owned()),
        preferred_username: Some("ada".to_owned()),
        display_name: Some("Twin1".to_owned()),
        picture: None,
        ids: vec![ForeignId {
            name: "user-id",
            annotation: "github.com/user-id".into(),
            value: "mdq6ABC".to_owned(),
        }],
    }
}

fn read(resolvers: Value) -> Result<Option<Resolvers>, callboard_config::ConfigError> {
    Resolvers::read(&Config::from_value(json!({"signIn": {"resolvers": resolvers}})), OWN)
}

async fn resolve(resolvers: Value, identity: &Identity) -> Result<String, SignInError> {
    let users: Arc<dyn UserDirectory> = Arc::new(PEOPLE);
    let resolvers = read(resolvers).unwrap().unwrap();
    let found = resolvers.resolve(identity, Some(&users)).await?;
    assert_eq!(found.ownership_entity_refs[0], found.user_entity_ref);
    Ok(found.user_entity_ref)
}

fn by(name: &str) -> Value {
    json!([{"resolver": name}])
}

#[tokio::test]
async fn each_resolver_goes_by_its_own_claim() {
    for (name, user) in [
        ("emailMatchingUserEntityProfileEmail", "user:default/ada"),
        ("emailLocalPartMatchingUserEntityName", "user:default/ada"),
        ("usernameMatchingUserEntityName", "user:default/eve"),
        ("preferredUsernameMatchingUserEntityName", "user:default/ada"),
        ("displayNameMatchingUserEntityName", "user:default/twin1"),
        ("userIdMatchingUserEntityAnnotation", "user:default/eve"),
    ] {
        assert_eq!(resolve(by(name), &somebody()).await.unwrap(), user, "{name}");
    }
}

#[tokio::test]
async fn a_missing_claim_ends_the_sign_in_and_is_named() {
    for (name, what) in [
        ("emailMatchingUserEntityProfileEmail", "an email"),
        ("emailLocalPartMatchingUserEntityName", "an email"),
        ("usernameMatchingUserEntityName", "a username"),
        ("userIdMatchingUserEntityAnnotation", "an id"),
        ("emailMatchingUserEntityAnnotation", "an email"),
    ] {
        let both = json!([{"resolver": name}, {"resolver": "displayNameMatchingUserEntityName"}]);
        let identity = Identity { display_name: Some("ada".to_owned()), ..Identity::default() };
        let error = resolve(both, &identity).await.unwrap_err();
        assert_eq!(error.to_string(), format!("Login failed, user profile does not contain {what}"));
        assert_eq!(error.name(), "Error");
    }
}

#[tokio::test]
async fn cve_2026_106460_an_unverified_email_is_nobody_in_every_resolver_that_goes_by_it() {
    let mut identity = somebody();
    identity.email_verified = false;
    identity.ids.push(ForeignId {
        name: "email",
        annotation: "google.com/email".into(),
        value: "ada@engines.example".to_owned(),
    });
    for name in [
        "emailMatchingUserEntityProfileEmail",
        "emailLocalPartMatchingUserEntityName",
        "emailMatchingUserEntityAnnotation",
    ] {
        for without_user in [false, true] {
            let resolver =
                json!([{"resolver": name, "dangerouslyAllowSignInWithoutUserInCatalog": without_user}]);
            let error = resolve(resolver, &identity).await.unwrap_err();
            assert!(matches!(error, SignInError::UnverifiedEmail), "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn the_tag_of_an_address_is_left_out_on_a_miss() {
    let identity = Identity { email: Some("ada+portal@engines.example".to_owned()), ..somebody() };
    let name = "emailMatchingUserEntityProfileEmail";
    assert_eq!(resolve(by(name), &identity).await.unwrap(), "user:default/ada");
    let identity = Identity { email: Some("+portal@engines.example".to_owned()), ..somebody() };
    assert!(matches!(resolve(by(name), &identity).await, Err(SignInError::Unresolved)));
}

#[tokio::test]
async fn who_is_not_found_is_left_to_the_next_resolver_and_two_of_one_address_are_a_conflict() {
    let unknown = Identity { username: Some("nobody".to_owned()), ..somebody() };
    let chain = json!([
        {"resolver": "usernameMatchingUserEntityName"},
        {"resolver": "emailMatchingUserEntityProfileEmail"},
    ]);
    assert_eq!(resolve(chain, &unknown).await.unwrap(), "user:default/ada");
    let error = resolve(by("usernameMatchingUserEntityName"), &unknown).await.unwrap_err();
    assert!(error.to_string().starts_with("Failed to sign-in, unable to resolve user identity."));

    let twins = Identity { email: Some("twins@engines.example".to_owned()), ..somebody() };
    let error = resolve(by("emailMatchingUserEntityProfileEmail"), &twins).await.unwrap_err();
    assert_eq!(
        (error.name(), error.to_string().as_str()),
        ("ConflictError", "User lookup resulted in multiple matches")
    );
}

#[tokio::test]
async fn domains_are_checked_against_all_that_stands_behind_the_first_at() {
    let resolver = |domain: &str| json!([{"resolver": "emailLocalPartMatchingUserEntityName", "allowedDomains": [domain]}]);
    assert!(resolve(resolver("ENGINES.example"), &somebody()).await.is_ok());
    for email in
        ["ada@evil.example", "ada@engines.example@evil.example", "ada@evil.example@engines.example", "ada"]
    {
        let identity = Identity { email: Some(email.to_owned()), ..somebody() };
        let error = resolve(resolver("engines.example"), &identity).await.unwrap_err();
        assert!(matches!(error, SignInError::DomainNotAllowed), "{email}: {error}");
    }
}

#[tokio::test]
async fn somebody_without_an_entity_gets_in_only_where_the_config_says_so_and_never_as_another_reference() {
    let name = "usernameMatchingUserEntityName";
    let dangerous = json!([{"resolver": name, "dangerouslyAllowSignInWithoutUserInCatalog": true}]);
    let identity = |username: &str| Identity { username: Some(username.to_owned()), ..somebody() };
    assert_eq!(resolve(dangerous.clone(), &identity("New")).await.unwrap(), "user:default/new");
    assert!(resolve(by(name), &identity("new")).await.is_err());
    for username in ["group:default/admins", "other/admin", "a b", "a\nb"] {
        assert!(resolve(dangerous.clone(), &identity(username)).await.is_err(), "{username:?}");
    }
}

#[test]
fn resolvers_that_are_not_there_and_options_that_say_nothing_are_errors() {
    let error = read(by("usernameMatchingUserEntity")).unwrap_err().to_string();
    assert!(
        error.contains("'usernameMatchingUserEntity' is not available; use usernameMatchingUserEntityName")
    );
    for entry in [
        json!({"resolver": "usernameMatchingUserEntityName", "allowedDomains": ["a.example"]}),
        json!({"resolver": "usernameMatchingUserEntityName", "dangerouslyAllow": true}),
        json!({"resolver": "emailMatchingUserEntityProfileEmail", "allowedDomains": "a.example"}),
        json!({}),
    ] {
        assert!(read(json!([entry.clone()])).is_err(), "{entry}");
    }
    assert_eq!(read(json!([])).unwrap(), None);
}

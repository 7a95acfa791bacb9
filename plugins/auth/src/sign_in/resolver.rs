//! Resolvers: who of the catalog somebody is. They stand in `signIn.resolvers` of a provider and are tried in order;
//! one that finds nobody leaves it to the next, and any other error ends the sign-in.

use std::sync::Arc;

use callboard_config::{Config, ConfigError};
use callboard_kit::identity::UserDirectory;

use super::rule::COMMON;
use super::{Identity, Rule, SignIn, SignInError};

/// The resolvers of one provider, in the order of the configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolvers(Vec<Resolver>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Resolver {
    rule: Rule,
    allowed_domains: Option<Vec<String>>,
    without_user: bool,
}

impl Resolvers {
    /// Reads `signIn.resolvers` of a provider's section; `own` are the resolvers that this provider has besides those
    /// that all have. `None` if none are configured: then the provider signs nobody in, and only gets tokens.
    pub(crate) fn read(provider: &Config, own: &[(&'static str, Rule)]) -> Result<Option<Self>, ConfigError> {
        let mut resolvers = Vec::new();
        for entry in provider.config_array("signIn.resolvers")? {
            let name = entry.get_str("resolver")?;
            let available = || own.iter().chain(COMMON);
            let Some((_, rule)) = available().find(|(known, _)| *known == name) else {
                let names: Vec<&str> = available().map(|(known, _)| *known).collect();
                let message = format!("Sign-in resolver '{name}' is not available; use {}", names.join(", "));
                return Err(entry.error("resolver", message));
            };
            let known = ["resolver", "allowedDomains", "dangerouslyAllowSignInWithoutUserInCatalog"];
            if let Some(other) = entry.keys("").iter().find(|key| !known.contains(&key.as_str())) {
                return Err(entry.error(other, "is not an option of a sign-in resolver"));
            }
            let allowed_domains = entry.opt_string_array("allowedDomains")?;
            if allowed_domains.is_some() && !rule.is_by_email() {
                let message = format!("says nothing to '{name}', which does not go by the email");
                return Err(entry.error("allowedDomains", message));
            }
            resolvers.push(Resolver {
                rule: *rule,
                allowed_domains,
                without_user: entry.opt_bool("dangerouslyAllowSignInWithoutUserInCatalog")?.unwrap_or(false),
            });
        }
        Ok((!resolvers.is_empty()).then_some(Self(resolvers)))
    }

    /// Who it is. Without a catalog nobody is found in it.
    pub(crate) async fn resolve(
        &self,
        identity: &Identity,
        users: Option<&Arc<dyn UserDirectory>>,
    ) -> Result<SignIn, SignInError> {
        let nobody: Arc<dyn UserDirectory> = Arc::new(Nobody);
        let users = users.unwrap_or(&nobody);
        for resolver in &self.0 {
            match resolver.resolve(identity, users.as_ref()).await {
                Err(SignInError::NotFound) => {}
                result => return result,
            }
        }
        Err(SignInError::Unresolved)
    }
}

impl Resolver {
    async fn resolve(&self, identity: &Identity, users: &dyn UserDirectory) -> Result<SignIn, SignInError> {
        if let (Some(domains), Some(email)) = (&self.allowed_domains, identity.verified_email()) {
            let domain = email.split_once('@').map_or("", |(_, domain)| domain);
            if !domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain)) {
                return Err(SignInError::DomainNotAllowed);
            }
        }
        self.rule.resolve(identity, users, self.without_user).await
    }
}

/// Stands in for a catalog that isn't there.
struct Nobody;

#[async_trait::async_trait]
impl UserDirectory for Nobody {
    async fn find_users(
        &self,
        _query: callboard_kit::identity::UserQuery<'_>,
    ) -> Result<Vec<callboard_kit::identity::CatalogUser>, callboard_kit::error::ApiError> {
        Ok(Vec::new())
    }
}

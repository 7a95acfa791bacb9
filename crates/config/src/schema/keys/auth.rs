//! Keys of `auth` (plugin-auth-backend 0.30.1 and the provider modules).
//!
//! Browsers see which providers there are, and nothing of what stands in them.

use crate::schema::table::{BOOL, DATA, DURATION, Group, Key, Kind, NUMBER, OBJECT, TEXT, key};

pub(super) const GROUPS: &[Group] = &[
    (&["auth"], GENERAL),
    (&["auth.experimentalRefreshToken"], REFRESH_TOKEN),
    (&["auth.clientIdMetadataDocuments", "auth.experimentalClientIdMetadataDocuments"], CLIENT_METADATA),
    (
        &["auth.experimentalDynamicClientRegistration"],
        &[key("enabled", BOOL), key("allowedRedirectUriPatterns[]", TEXT), key("tokenExpiration", DATA)],
    ),
    // Providers that nobody here knows: browsers see that they are there.
    (&["auth.providers.*"], &[key("", OBJECT).frontend()]),
    (OAUTH_PROVIDERS, &[key("", &[]).frontend()]),
    (OAUTH_ENVIRONMENTS, OAUTH),
    (WITHOUT_SCOPE, &[key("scope", &[Kind::Removed("no longer supported; use additionalScopes")])]),
    (WITH_SCOPE, &[key("scope", TEXT).deprecated("use additionalScopes")]),
    (PROXY_PROVIDERS, PROXY),
];

const GENERAL: &[Key] = &[
    key("environment", TEXT).frontend(),
    key("autologout.enabled", BOOL).frontend(),
    key("autologout.idleTimeoutMinutes", NUMBER).frontend(),
    key("autologout.promptBeforeIdleSeconds", NUMBER).frontend(),
    key("autologout.useWorkerTimers", BOOL).frontend(),
    key("autologout.logoutIfDisconnected", BOOL).frontend(),
    key("session.secret", TEXT).secret(),
    key("identityTokenAlgorithm", TEXT),
    key("omitIdentityTokenOwnershipClaim", BOOL),
    key("backstageTokenExpiration", DURATION),
    key("experimentalExtraAllowedOrigins[]", TEXT),
    key("keyStore.provider", &[Kind::Word(&["database", "memory", "firestore", "static"])]),
    key("keyStore.firestore.host", TEXT),
    key("keyStore.firestore.port", NUMBER),
    key("keyStore.firestore.ssl", BOOL),
    key("keyStore.firestore.projectId", TEXT),
    key("keyStore.firestore.keyFilename", TEXT),
    key("keyStore.firestore.path", TEXT),
    key("keyStore.firestore.timeout", NUMBER),
    key("keyStore.static.keys[].publicKeyFile", TEXT),
    key("keyStore.static.keys[].privateKeyFile", TEXT),
    key("keyStore.static.keys[].keyId", TEXT),
    key("keyStore.static.keys[].algorithm", TEXT),
];

const REFRESH_TOKEN: &[Key] = &[
    key("enabled", BOOL),
    key("tokenLifetime", DURATION),
    key("maxRotationLifetime", DURATION),
    key("maxTokensPerUser", NUMBER),
    key("dangerouslyDisableCatalogPresenceCheck", BOOL),
];

const CLIENT_METADATA: &[Key] = &[
    key("enabled", BOOL),
    key("allowedClientIdPatterns[]", TEXT),
    key("allowedRedirectUriPatterns[]", TEXT),
];

/// Configured once for each environment: `auth.providers.github.development`.
const OAUTH_PROVIDERS: &[&str] = &[
    "auth.providers.oidc",
    "auth.providers.oauth2",
    "auth.providers.github",
    "auth.providers.gitlab",
    "auth.providers.google",
    "auth.providers.microsoft",
    "auth.providers.okta",
    "auth.providers.auth0",
    "auth.providers.onelogin",
    "auth.providers.atlassian",
    "auth.providers.bitbucket",
    "auth.providers.bitbucketServer",
    "auth.providers.openshift",
    "auth.providers.pinniped",
];

const OAUTH_ENVIRONMENTS: &[&str] = &[
    "auth.providers.oidc.*",
    "auth.providers.oauth2.*",
    "auth.providers.github.*",
    "auth.providers.gitlab.*",
    "auth.providers.google.*",
    "auth.providers.microsoft.*",
    "auth.providers.okta.*",
    "auth.providers.auth0.*",
    "auth.providers.onelogin.*",
    "auth.providers.atlassian.*",
    "auth.providers.bitbucket.*",
    "auth.providers.bitbucketServer.*",
    "auth.providers.openshift.*",
    "auth.providers.pinniped.*",
];

/// Those that refuse to start with a `scope`.
const WITHOUT_SCOPE: &[&str] = &[
    "auth.providers.oidc.*",
    "auth.providers.oauth2.*",
    "auth.providers.pinniped.*",
    "auth.providers.atlassian.*",
];

const WITH_SCOPE: &[&str] = &[
    "auth.providers.github.*",
    "auth.providers.gitlab.*",
    "auth.providers.google.*",
    "auth.providers.microsoft.*",
    "auth.providers.okta.*",
    "auth.providers.auth0.*",
    "auth.providers.onelogin.*",
    "auth.providers.bitbucket.*",
    "auth.providers.bitbucketServer.*",
    "auth.providers.openshift.*",
];

/// The keys of all OAuth providers together; each provider says itself which it needs.
const OAUTH: &[Key] = &[
    key("clientId", TEXT),
    key("clientSecret", TEXT).secret(),
    key("callbackUrl", TEXT),
    key("additionalScopes", TEXT),
    key("additionalScopes[]", TEXT),
    key("sessionDuration", DURATION),
    key("signIn.resolvers[].resolver", TEXT),
    key("signIn.resolvers[]", OBJECT),
    key("metadataUrl", TEXT),
    key("tokenEndpointAuthMethod", TEXT),
    key("tokenSignedResponseAlg", TEXT),
    key("prompt", TEXT),
    key("timeout", DURATION),
    key("startUrlSearchParams", OBJECT),
    key("authorizationUrl", TEXT),
    key("tokenUrl", TEXT),
    key("includeBasicAuth", BOOL),
    key("disableRefresh", BOOL),
    key("enterpriseInstanceUrl", TEXT),
    key("audience", TEXT),
    key("tenantId", TEXT),
    key("domainHint", TEXT),
    key("skipUserProfile", BOOL),
    key("authServerId", TEXT),
    key("idp", TEXT),
    key("domain", TEXT),
    key("connection", TEXT),
    key("connectionScope", TEXT),
    key("organization", TEXT),
    key("federatedLogout", BOOL),
    key("issuer", TEXT),
    key("host", TEXT),
    key("openshiftApiServerUrl", TEXT),
    key("federationDomain", TEXT),
];

/// Configured once for all environments.
const PROXY_PROVIDERS: &[&str] = &[
    "auth.providers.guest",
    "auth.providers.oauth2Proxy",
    "auth.providers.awsalb",
    "auth.providers.gcpIap",
    "auth.providers.cfaccess",
    "auth.providers.azureEasyAuth",
];

/// The keys of all proxy providers together. Older files put an environment in between, so anything else is allowed.
const PROXY: &[Key] = &[
    key("", OBJECT).frontend(),
    key("signIn.resolvers[].resolver", TEXT),
    key("signIn.resolvers[]", OBJECT),
    key("sessionDuration", DURATION),
    key("userEntityRef", TEXT),
    key("ownershipEntityRefs[]", TEXT),
    key("dangerouslyAllowOutsideDevelopment", BOOL),
    key("issuer", TEXT),
    key("signer", TEXT),
    key("region", TEXT),
    key("audience", TEXT),
    key("jwtHeader", TEXT),
    key("teamName", TEXT),
    key("serviceTokens[].token", TEXT).secret(),
    key("serviceTokens[].subject", TEXT),
    key("jwtHeaderName", TEXT),
    key("authorizationCookieName", TEXT),
    // Networks from which this proxy speaks; only Callboard asks.
    key("trustedPeers[]", TEXT),
];

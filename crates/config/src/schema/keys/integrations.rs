//! Keys of `integrations` and `aws` (integration 2.1.2, integration-aws-node 0.2.2). Browsers see hosts and URLs.

use crate::schema::table::{BOOL, Group, Key, Kind, NUMBER, TEXT, key};

pub(super) const GROUPS: &[Group] = &[
    (&["integrations.github[]"], GITHUB),
    (&["integrations.gitlab[]"], GITLAB),
    (&["integrations.bitbucketCloud[]"], BITBUCKET),
    (&["integrations.bitbucketServer[]"], BITBUCKET),
    (&["integrations.bitbucket[]"], BITBUCKET),
    (
        &["integrations.bitbucket"],
        &[key("", &[]).deprecated("use integrations.bitbucketCloud or integrations.bitbucketServer")],
    ),
    (&["integrations.azure[]"], AZURE),
    (&["integrations.gerrit[]"], GERRIT),
    (&["integrations.gitea[]"], GITEA),
    (&["integrations.harness[]"], HARNESS),
    (&["integrations.awsS3[]"], AWS_S3),
    (&["integrations.awsCodeCommit[]"], AWS_CODE_COMMIT),
    (&["integrations.googleGcs"], GOOGLE_GCS),
    (&["integrations.azureBlobStorage[]"], AZURE_BLOB),
];

const GITHUB: &[Key] = &[
    key("host", TEXT).frontend(),
    key("apiBaseUrl", TEXT).frontend(),
    key("rawBaseUrl", TEXT).frontend(),
    key("token", TEXT).secret(),
    key("apps[].appId", &[Kind::Number, Kind::Text]),
    key("apps[].privateKey", TEXT).secret(),
    key("apps[].webhookSecret", TEXT).secret(),
    key("apps[].clientId", TEXT),
    key("apps[].clientSecret", TEXT).secret(),
    key("apps[].allowedInstallationOwners[]", TEXT),
    key("apps[].publicAccess", BOOL),
    // GitHub writes these into the credentials file that people include as it is.
    key("apps[].webhookUrl", TEXT),
    key("apps[].name", TEXT),
    key("apps[].slug", TEXT),
];

const GITLAB: &[Key] = &[
    key("host", TEXT).frontend(),
    key("apiBaseUrl", TEXT).frontend(),
    key("baseUrl", TEXT).frontend(),
    key("token", TEXT).secret(),
    key("commitSigningKey", TEXT).secret(),
    key("retry.maxRetries", NUMBER),
    key("retry.retryStatusCodes[]", NUMBER),
    key("retry.maxApiRequestsPerMinute", NUMBER),
];

/// Bitbucket Cloud, Server, and the key that was for both.
const BITBUCKET: &[Key] = &[
    key("host", TEXT).frontend(),
    key("apiBaseUrl", TEXT).frontend(),
    key("username", TEXT).secret(),
    key("password", TEXT).secret(),
    key("appPassword", TEXT).secret(),
    key("token", TEXT).secret(),
    key("clientId", TEXT).secret(),
    key("clientSecret", TEXT).secret(),
    key("commitSigningKey", TEXT).secret(),
];

const AZURE: &[Key] = &[
    key("host", TEXT).frontend(),
    key("token", TEXT).secret().deprecated("use credentials with a personalAccessToken"),
    key("credential.clientId", TEXT).deprecated("use credentials"),
    key("credential.clientSecret", TEXT).secret().deprecated("use credentials"),
    key("credential.tenantId", TEXT).deprecated("use credentials"),
    key("credentials[].organizations[]", TEXT),
    key("credentials[].clientId", TEXT),
    key("credentials[].clientSecret", TEXT).secret(),
    key("credentials[].tenantId", TEXT),
    key("credentials[].managedIdentityClientId", TEXT),
    key("credentials[].personalAccessToken", TEXT).secret(),
    key("commitSigningKey", TEXT).secret(),
];

const GERRIT: &[Key] = &[
    key("host", TEXT).frontend(),
    key("baseUrl", TEXT).frontend(),
    key("gitilesBaseUrl", TEXT).frontend(),
    key("cloneUrl", TEXT).frontend(),
    key("disableEditUrl", BOOL).frontend(),
    key("username", TEXT),
    key("password", TEXT).secret(),
    key("commitSigningKey", TEXT).secret(),
];

const GITEA: &[Key] = &[
    key("host", TEXT).frontend(),
    key("baseUrl", TEXT).frontend(),
    key("username", TEXT),
    key("password", TEXT).secret(),
    key("commitSigningKey", TEXT).secret(),
];

const HARNESS: &[Key] =
    &[key("host", TEXT).frontend(), key("token", TEXT).secret(), key("apiKey", TEXT).secret()];

const AWS_S3: &[Key] = &[
    key("host", TEXT).frontend(),
    key("endpoint", TEXT).frontend(),
    key("s3ForcePathStyle", BOOL).frontend(),
    key("accessKeyId", TEXT),
    key("secretAccessKey", TEXT).secret(),
    key("roleArn", TEXT),
    key("externalId", TEXT).secret(),
];

const AWS_CODE_COMMIT: &[Key] = &[
    key("host", TEXT).frontend(),
    key("region", TEXT),
    key("accessKeyId", TEXT),
    key("secretAccessKey", TEXT).secret(),
    key("roleArn", TEXT),
    key("externalId", TEXT).secret(),
];

const GOOGLE_GCS: &[Key] =
    &[key("host", TEXT).frontend(), key("clientEmail", TEXT), key("privateKey", TEXT).secret()];

const AZURE_BLOB: &[Key] = &[
    key("host", TEXT).frontend(),
    key("endpoint", TEXT),
    key("endpointSuffix", TEXT),
    key("accountName", TEXT),
    key("accountKey", TEXT).secret(),
    key("sasToken", TEXT).secret(),
    key("connectionString", TEXT).secret(),
    key("aadCredential.clientId", TEXT),
    key("aadCredential.tenantId", TEXT),
    key("aadCredential.clientSecret", TEXT).secret(),
];

pub(super) const AWS: &[Group] = &[(
    &["aws.accountDefaults", "aws.mainAccount", "aws.accounts[]"],
    &[
        key("accountId", TEXT),
        key("accessKeyId", TEXT),
        key("secretAccessKey", TEXT).secret(),
        key("profile", TEXT),
        key("region", TEXT),
        key("roleName", TEXT),
        key("partition", TEXT),
        key("externalId", TEXT).secret(),
        key("webIdentityTokenFile", TEXT),
    ],
)];

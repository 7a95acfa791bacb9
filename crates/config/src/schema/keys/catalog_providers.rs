//! Keys of `catalog.providers`: one provider, or a map of ids to providers (catalog-backend-module-*).

use crate::schema::table::{BOOL, DATA, Group, Key, Kind, NUMBER, OBJECT, SCHEDULE, TEXT, key};

pub(super) const GROUPS: &[Group] = &[
    (&["catalog.providers.github", "catalog.providers.github.*"], GITHUB),
    (
        &["catalog.providers.githubOrg", "catalog.providers.githubOrg[]", "catalog.providers.githubOrg.*"],
        GITHUB_ORG,
    ),
    (&["catalog.providers.gitlab", "catalog.providers.gitlab.*"], GITLAB),
    (&["catalog.providers.bitbucketCloud", "catalog.providers.bitbucketCloud.*"], BITBUCKET),
    (&["catalog.providers.bitbucketServer", "catalog.providers.bitbucketServer.*"], BITBUCKET),
    (&["catalog.providers.gitea", "catalog.providers.gitea.*"], GITEA),
    (&["catalog.providers.gerrit", "catalog.providers.gerrit.*"], GERRIT),
    (&["catalog.providers.azureDevOps", "catalog.providers.azureDevOps.*"], AZURE_DEV_OPS),
    (&["catalog.providers.azureBlob", "catalog.providers.azureBlob.*"], AZURE_BLOB),
    (&["catalog.providers.awsS3", "catalog.providers.awsS3.*"], AWS_S3),
    (&["catalog.providers.gcp.gke"], GKE),
    (&["catalog.providers.ldapOrg.*"], LDAP),
    (&["catalog.providers.microsoftGraphOrg", "catalog.providers.microsoftGraphOrg.*"], MICROSOFT_GRAPH),
    (&["catalog.providers.puppetdb", "catalog.providers.puppetdb.*"], PUPPET_DB),
    (&["catalog.providers.backstageOpenapi"], OPENAPI),
    (&["catalog.providers"], &[key("*", DATA)]),
];

const GITHUB: &[Key] = &[
    key("host", TEXT),
    key("organization", TEXT),
    key("app", &[Kind::Text, Kind::Number]),
    key("catalogPath", TEXT),
    key("validateLocationsExist", BOOL),
    key("filters.branch", TEXT),
    key("filters.repository", TEXT),
    key("filters.allowForks", BOOL),
    key("filters.allowArchived", BOOL),
    key("filters.topic.include[]", TEXT),
    key("filters.topic.exclude[]", TEXT),
    key("filters.visibility[]", &[Kind::Word(&["private", "internal", "public"])]),
    key("pageSizes.repositories", NUMBER),
    key("schedule", SCHEDULE),
];

const GITHUB_ORG: &[Key] = &[
    key("id", TEXT),
    key("githubUrl", TEXT),
    key("orgs[]", TEXT),
    key("excludeSuspendedUsers", BOOL),
    key("experimental_checkForSuspendedUsersWithRest", BOOL),
    key("defaultUserTransformer.useVerifiedEmails", BOOL),
    key("pageSizes.teams", NUMBER),
    key("pageSizes.teamMembers", NUMBER),
    key("pageSizes.organizationMembers", NUMBER),
    key("schedule", SCHEDULE),
];

const GITLAB: &[Key] = &[
    key("host", TEXT),
    key("group", TEXT),
    key("branch", TEXT),
    key("fallbackBranch", TEXT),
    key("entityFilename", TEXT),
    key("projectPattern", TEXT),
    key("userPattern", TEXT),
    key("groupPattern", TEXT),
    key("groupPattern[]", TEXT),
    key("useSearch", BOOL),
    key("orgEnabled", BOOL),
    key("allowInherited", BOOL),
    key("relations[]", TEXT),
    key("skipForkedRepos", BOOL),
    key("includeArchivedRepos", BOOL),
    key("excludeRepos[]", TEXT),
    key("restrictUsersToGroup", BOOL),
    key("includeUsersWithoutSeat", BOOL),
    key("membership", BOOL),
    key("topics", TEXT),
    key("topics[]", TEXT),
    key("schedule", SCHEDULE),
];

/// Bitbucket Cloud and Server.
const BITBUCKET: &[Key] = &[
    key("host", TEXT),
    key("workspace", TEXT),
    key("catalogPath", TEXT),
    key("filters.repoSlug", TEXT),
    key("filters.projectKey", TEXT),
    key("filters.skipArchivedRepos", BOOL),
    key("validateLocationsExist", BOOL),
    key("pagelen", NUMBER),
    key("schedule", SCHEDULE),
];

const GITEA: &[Key] = &[
    key("host", TEXT),
    key("organization", TEXT),
    key("branch", TEXT),
    key("catalogPath", TEXT),
    key("schedule", SCHEDULE),
];

const GERRIT: &[Key] = &[
    key("host", TEXT),
    key("query", TEXT),
    key("branch", TEXT),
    key("catalogPath", TEXT),
    key("schedule", SCHEDULE),
];

const AZURE_DEV_OPS: &[Key] = &[
    key("host", TEXT),
    key("organization", TEXT),
    key("project", TEXT),
    key("repository", TEXT),
    key("branch", TEXT),
    key("path", TEXT),
    key("schedule", SCHEDULE),
];

const AZURE_BLOB: &[Key] = &[key("containerName", TEXT), key("accountName", TEXT), key("schedule", SCHEDULE)];

const AWS_S3: &[Key] = &[
    key("bucketName", TEXT),
    key("prefix", TEXT),
    key("region", TEXT),
    key("accountId", TEXT),
    key("schedule", SCHEDULE),
];

const GKE: &[Key] = &[
    key("parents[]", TEXT),
    key("googleServiceAccountCredentials", TEXT).secret(),
    key("authProvider", TEXT),
    key("owner", TEXT),
    key("schedule", SCHEDULE),
];

const LDAP: &[Key] = &[
    key("target", TEXT),
    key("bind.dn", TEXT),
    key("bind.secret", TEXT).secret(),
    key("tls", OBJECT),
    key("tls.rejectUnauthorized", BOOL),
    key("users", DATA),
    key("groups", DATA),
    key("vendor.dnAttributeName", TEXT),
    key("vendor.uuidAttributeName", TEXT),
    key("vendor", OBJECT),
    key("schedule", SCHEDULE),
];

const MICROSOFT_GRAPH: &[Key] = &[
    key("tenantId", TEXT),
    key("clientId", TEXT),
    key("clientSecret", TEXT).secret(),
    key("target", TEXT),
    key("authority", TEXT),
    key("queryMode", &[Kind::Word(&["basic", "advanced"])]),
    key("user.path", TEXT),
    key("user.expand", TEXT),
    key("user.filter", TEXT),
    key("user.select", TEXT),
    key("user.select[]", TEXT),
    key("user.loadPhotos", BOOL),
    key("group.path", TEXT),
    key("group.expand", TEXT),
    key("group.filter", TEXT),
    key("group.search", TEXT),
    key("group.select", TEXT),
    key("group.select[]", TEXT),
    key("group.includeSubGroups", BOOL),
    key("userGroupMember.path", TEXT),
    key("userGroupMember.filter", TEXT),
    key("userGroupMember.search", TEXT),
    key("schedule", SCHEDULE),
];

const PUPPET_DB: &[Key] = &[key("baseUrl", TEXT), key("query", TEXT), key("schedule", SCHEDULE)];

const OPENAPI: &[Key] = &[
    key("plugins[]", TEXT),
    key("entityOverrides", OBJECT),
    key("definitionFormat", &[Kind::Word(&["json", "yaml"])]),
];

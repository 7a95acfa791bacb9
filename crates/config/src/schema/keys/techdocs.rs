//! Keys of `techdocs` (techdocs-backend, techdocs-node 2.0.0).

use crate::schema::table::{BOOL, DURATION, Group, Kind, NUMBER, OBJECT, TEXT, key};

const RUN_IN: &[Kind] = &[Kind::Word(&["docker", "local"])];

pub(super) const GROUPS: &[Group] = &[
    (
        &["techdocs"],
        &[
            key("builder", TEXT).frontend(),
            key("legacyUseCaseSensitiveTripletPaths", BOOL).frontend(),
            key("sanitizer.allowedIframeHosts[]", TEXT).frontend(),
            key("sanitizer.allowedCustomElementTagNameRegExp", TEXT).frontend(),
            key("sanitizer.allowedCustomElementAttributeNameRegExp", TEXT).frontend(),
            key("sanitizer.additionalAllowedURIProtocols[]", TEXT).frontend(),
            key("generator.runIn", RUN_IN),
            key("generator.dockerImage", TEXT),
            key("generator.pullImage", BOOL),
            key("generator.pullOptions", OBJECT),
            key("generator.mkdocs.omitTechdocsCorePlugin", BOOL),
            key("generator.mkdocs.legacyCopyReadmeMdToIndexMd", BOOL),
            key("generator.mkdocs.defaultPlugins[]", TEXT),
            key("generator.mkdocs.disableExternalFonts", BOOL),
            key("generator.mkdocs.dangerouslyAllowAdditionalKeys[]", TEXT),
            key("generator.mkdocs.dangerouslyAllowAdditionalPlugins[]", TEXT),
            key("generators.techdocs", RUN_IN).deprecated("use techdocs.generator.runIn"),
            key("cache.ttl", &[Kind::Number, Kind::Duration]),
            key("cache.readTimeout", &[Kind::Number, Kind::Duration]),
            key("storageUrl", TEXT),
            key("requestUrl", TEXT).deprecated("it is no longer read"),
            key("publisher.type", &[Kind::Word(PUBLISHERS)]),
            key("publisher.local.publishDirectory", TEXT),
        ],
    ),
    (
        &["techdocs.publisher.awsS3"],
        &[
            key("accountId", TEXT),
            key("bucketName", TEXT),
            key("bucketRootPath", TEXT),
            key("region", TEXT),
            key("endpoint", TEXT),
            key("s3ForcePathStyle", BOOL),
            key("sse", TEXT),
            key("httpsProxy", TEXT),
            key("maxAttempts", NUMBER),
            key("credentials.accessKeyId", TEXT).secret(),
            key("credentials.secretAccessKey", TEXT).secret(),
            key("credentials.roleArn", TEXT),
        ],
    ),
    (
        &["techdocs.publisher.googleGcs"],
        &[
            key("bucketName", TEXT),
            key("bucketRootPath", TEXT),
            key("projectId", TEXT),
            key("credentials", TEXT).secret(),
        ],
    ),
    (
        &["techdocs.publisher.azureBlobStorage"],
        &[
            key("containerName", TEXT),
            key("connectionString", TEXT).secret(),
            key("credentials.accountName", TEXT).secret(),
            key("credentials.accountKey", TEXT).secret(),
        ],
    ),
    (
        &["techdocs.publisher.openStackSwift"],
        &[
            key("containerName", TEXT),
            key("authUrl", TEXT),
            key("swiftUrl", TEXT),
            key("credentials.id", TEXT).secret(),
            key("credentials.secret", TEXT).secret(),
        ],
    ),
    // Long running builds wait for this; older files still have it.
    (&["techdocs.build"], &[key("timeout", DURATION)]),
];

const PUBLISHERS: &[&str] = &["local", "awsS3", "googleGcs", "azureBlobStorage", "openStackSwift"];

//! Keys of `kubernetes` (kubernetes-backend 0.21.11).

use crate::schema::table::{BOOL, DATA, Group, Kind, NUMBER, OBJECT, TEXT, key};

pub(super) const GROUPS: &[Group] = &[
    (
        &["kubernetes"],
        &[
            key("frontend.podDelete.enabled", BOOL).frontend(),
            key("objectTypes[]", TEXT),
            key("serviceLocatorMethod.type", TEXT),
            key("clusterLocatorContinueOnError", BOOL),
            key("apiVersionOverrides", OBJECT),
            key("googleServiceAccountCredentials", TEXT).secret(),
            key("proxy.middlewareCache.maxSize", NUMBER),
            key("proxy.middlewareCache.ttl.milliseconds", NUMBER),
        ],
    ),
    (
        &["kubernetes.clusterLocatorMethods[]"],
        &[
            key("type", &[Kind::Word(&["config", "catalog", "localKubectlProxy", "gke"])]),
            key("projectId", TEXT),
            key("region", TEXT),
            key("authProvider", TEXT),
            key("skipTLSVerify", BOOL),
            key("skipMetricsLookup", BOOL),
            key("exposeDashboard", BOOL),
            key("endpointType", &[Kind::Word(&["public", "dns"])]),
            key("matchingResourceLabels", DATA),
            key("dangerouslyAllowClusterUrls[]", TEXT),
            key("dangerouslyAllowSkipTLSVerify", BOOL),
        ],
    ),
    (
        &["kubernetes.clusterLocatorMethods[].clusters[]"],
        &[
            key("url", TEXT),
            key("name", TEXT),
            key("title", TEXT),
            key("serviceAccountToken", TEXT).secret(),
            key("authProvider", TEXT),
            key("authMetadata", OBJECT),
            key("oidcTokenProvider", TEXT),
            key("skipTLSVerify", BOOL),
            key("skipMetricsLookup", BOOL),
            key("caData", TEXT),
            key("caFile", TEXT),
            key("dashboardUrl", TEXT),
            key("dashboardApp", TEXT),
            key("dashboardParameters", OBJECT),
        ],
    ),
    (
        &["kubernetes.customResources[]", "kubernetes.clusterLocatorMethods[].clusters[].customResources[]"],
        &[key("group", TEXT), key("apiVersion", TEXT), key("plural", TEXT)],
    ),
];

//! The pure URL questions, host by host.

use callboard_scm::{Integrations, ScmUrlError};
use serde_json::json;

fn integrations() -> Integrations {
    Integrations::from_value(Some(&json!({
        "github": [{"host": "ghe.example.com", "apiBaseUrl": "https://ghe.example.com/api/v3"}],
        "gitlab": [{"host": "git.example.com", "baseUrl": "https://git.example.com/gitlab"}],
        "bitbucketServer": [{"host": "bb.example.com"}],
        "gerrit": [{"host": "gerrit.example.com", "gitilesBaseUrl": "https://gerrit.example.com/plugins/gitiles"}],
        "gitea": [{"host": "gitea.example.com"}],
        "awsCodeCommit": [{"region": "eu-west-1"}],
    })))
    .unwrap()
}

#[test]
fn relative_targets_resolve_in_the_form_of_the_host() {
    let cases = [
        (
            "./b.yaml",
            "https://github.com/o/r/blob/main/dir/a.yaml",
            "https://github.com/o/r/tree/main/dir/b.yaml",
        ),
        (
            "../b.yaml",
            "https://github.com/o/r/blob/main/dir/a.yaml",
            "https://github.com/o/r/tree/main/b.yaml",
        ),
        ("/b.yaml", "https://github.com/o/r/blob/main/dir/a.yaml", "https://github.com/o/r/tree/main/b.yaml"),
        ("./", "https://github.com/o/r/blob/main/a.yaml", "https://github.com/o/r/tree/main/"),
        (
            "/x/*.yaml",
            "https://ghe.example.com/o/r/edit/main/a.yaml",
            "https://ghe.example.com/o/r/tree/main/x/*.yaml",
        ),
        (
            "b.yaml",
            "https://gitlab.com/g/s/p/-/blob/main/d/a.yaml",
            "https://gitlab.com/g/s/p/-/blob/main/d/b.yaml",
        ),
        (
            "/b.yaml",
            "https://gitlab.com/g/s/p/-/blob/main/d/a.yaml",
            "https://gitlab.com/g/s/p/-/blob/main/b.yaml",
        ),
        ("/b.yaml", "https://gitlab.com/g/p/blob/main/d/a.yaml", "https://gitlab.com/g/p/blob/main/b.yaml"),
        (
            "/b.yaml",
            "https://git.example.com/gitlab/g/p/-/blob/main/d/a.yaml",
            "https://git.example.com/gitlab/g/p/-/blob/main/b.yaml",
        ),
        (
            "/b.yaml",
            "https://bitbucket.org/w/r/src/main/d/a.yaml",
            "https://bitbucket.org/w/r/src/main/b.yaml",
        ),
        (
            "/b.yaml",
            "https://bb.example.com/projects/P/repos/r/browse/d/a.yaml?at=main",
            "https://bb.example.com/projects/P/repos/r/browse/b.yaml?at=main",
        ),
        (
            "../b.yaml",
            "https://dev.azure.com/o/p/_git/r?path=%2Fd%2Fa.yaml&version=GBmain",
            "https://dev.azure.com/o/p/_git/r?path=%2Fb.yaml&version=GBmain",
        ),
        (
            "/b.yaml",
            "https://gitea.example.com/o/r/src/branch/main/d/a.yaml",
            "https://gitea.example.com/o/r/src/branch/main/b.yaml",
        ),
        (
            "/b.yaml",
            "https://gerrit.example.com/plugins/gitiles/a/b/+/refs/heads/main/d/a.yaml",
            "https://gerrit.example.com/plugins/gitiles/a/b/+/refs/heads/main/b.yaml",
        ),
        (
            "b.yaml",
            "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/d/a.yaml",
            "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/d/b.yaml",
        ),
        (
            "/b.yaml",
            "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/d/a.yaml?region=eu-west-1",
            "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/b.yaml?region=eu-west-1",
        ),
        (
            "b.yaml",
            "https://bucket.s3.eu-west-1.amazonaws.com/d/a.yaml",
            "https://bucket.s3.eu-west-1.amazonaws.com/d/b.yaml",
        ),
        (
            "/b.yaml",
            "https://s3.eu-west-1.amazonaws.com/bucket/d/a.yaml",
            "https://s3.eu-west-1.amazonaws.com/bucket/b.yaml",
        ),
        ("b.yaml", "https://example.org/d/a.yaml?x=1", "https://example.org/d/b.yaml?x=1"),
        ("https://example.org/y", "https://github.com/o/r/blob/main/a.yaml", "https://example.org/y"),
    ];
    let integrations = integrations();
    for (target, base, expected) in cases {
        assert_eq!(integrations.resolve_url(target, base, None).unwrap(), expected, "{target} at {base}");
    }
}

#[test]
fn a_line_is_added_in_the_form_of_the_host() {
    let cases = [
        ("https://github.com/o/r/blob/main/a.yaml", "https://github.com/o/r/tree/main/b.yaml#L7"),
        ("https://bitbucket.org/w/r/src/main/a.yaml", "https://bitbucket.org/w/r/src/main/b.yaml#b.yaml-7"),
        (
            "https://dev.azure.com/o/p/_git/r?path=/a.yaml",
            "https://dev.azure.com/o/p/_git/r?path=%2Fb.yaml&line=7&lineEnd=8&lineStartColumn=1&lineEndColumn=1",
        ),
    ];
    for (base, expected) in cases {
        assert_eq!(integrations().resolve_url("b.yaml", base, Some(7)).unwrap(), expected);
    }
}

#[test]
fn edit_pages_are_those_of_the_host() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let pinned = format!("https://github.com/o/r/blob/{commit}/a.yaml");
    let cases = [
        ("https://github.com/o/r/blob/main/a.yaml", Some("https://github.com/o/r/edit/main/a.yaml")),
        (pinned.as_str(), None),
        ("https://gitlab.com/g/p/-/blob/main/a.yaml", Some("https://gitlab.com/g/p/-/edit/main/a.yaml")),
        (
            "https://bitbucket.org/w/r/src/main/a.yaml",
            Some("https://bitbucket.org/w/r/src/main/a.yaml?mode=edit&spa=0&at=main"),
        ),
        (
            "https://bb.example.com/projects/P/repos/r/browse/a.yaml?at=main",
            Some("https://bb.example.com/projects/P/repos/r/browse/a.yaml"),
        ),
        (
            "https://dev.azure.com/o/p/_git/r?path=/a.yaml&version=GBmain",
            Some("https://dev.azure.com/o/p/_git/r?path=/a.yaml&version=GBmain"),
        ),
        (
            "https://gitea.example.com/o/r/src/branch/main/d/a.yaml",
            Some("https://gitea.example.com/o/r/_edit/main/d/a.yaml"),
        ),
        (
            "https://gerrit.example.com/plugins/gitiles/a/b/+/refs/heads/main/a.yaml",
            Some("https://gerrit.example.com/admin/repos/edit/repo/a%2Fb/branch/refs/heads/main/file/a.yaml"),
        ),
        (
            "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/a.yaml",
            Some(
                "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/files/edit/refs/heads/main/--/a.yaml",
            ),
        ),
        ("https://example.org/a.yaml", None),
        ("https://bucket.s3.amazonaws.com/a.yaml", None),
    ];
    for (url, expected) in cases {
        assert_eq!(integrations().resolve_edit_url(url).as_deref(), expected, "{url}");
    }
}

#[test]
fn the_source_location_is_the_directory_and_only_known_hosts_have_one() {
    let cases = [
        ("https://github.com/o/r/blob/main/d/a.yaml", Some("https://github.com/o/r/tree/main/d/")),
        ("https://gitlab.com/g/p/-/blob/main/a.yaml", Some("https://gitlab.com/g/p/-/blob/main/")),
        (
            "https://dev.azure.com/o/p/_git/r?path=%2Fd%2Fa.yaml",
            Some("https://dev.azure.com/o/p/_git/r?path=%2Fd%2F"),
        ),
        ("https://example.org/a.yaml", None),
        ("http://localhost:8099/url/one.yaml", None),
    ];
    for (url, expected) in cases {
        assert_eq!(integrations().source_location(url).as_deref(), expected, "{url}");
    }
}

#[test]
fn repositories_have_owner_and_name_as_the_catalog_names_them() {
    let cases = [
        ("https://github.com/o/r", "github", "o/r"),
        ("https://github.com/o/r.git", "github", "o/r"),
        ("https://github.com/o/r/blob/main/a.yaml", "github", "o/r"),
        ("https://gitlab.com/g/s/p", "gitlab", "g/s/p"),
        ("https://gitlab.com/g/s/p/-/tree/main", "gitlab", "g/s/p"),
        ("https://git.example.com/gitlab/g/p/-/blob/main/a.yaml", "gitlab", "g/p"),
        ("https://bitbucket.org/w/r", "bitbucketCloud", "w/r"),
        ("https://bb.example.com/users/u/repos/r/browse", "bitbucketServer", "~u/r"),
        ("https://dev.azure.com/o/p/_git/r", "azure", "p/r"),
        ("https://dev.azure.com/o/_git/r", "azure", "r/r"),
        ("https://gitea.example.com/o/r", "gitea", "o/r"),
        ("https://gerrit.example.com/a/plugins/gitiles/x/y/+/HEAD/", "gerrit", "x/y"),
        ("https://storage.cloud.google.com/bucket/a.yaml", "googleGcs", "bucket"),
        ("https://acc.blob.core.windows.net/box/a.yaml", "azureBlobStorage", "acc/box"),
    ];
    for (url, host_type, slug) in cases {
        let found = integrations().repository(url).unwrap_or_else(|| panic!("{url}"));
        assert_eq!((found.host_type, found.slug().as_str()), (host_type, slug), "{url}");
    }
}

#[test]
fn the_same_repository_is_told_from_another() {
    let base = "https://github.com/o/r/blob/main/a.yaml";
    let cases = [
        ("https://github.com/o/r/tree/other/x.txt", Some(true)),
        ("https://github.com/O/R/blob/main/x.txt", Some(true)),
        ("https://github.com/o/other/blob/main/x.txt", Some(false)),
        ("https://ghe.example.com/o/r/blob/main/x.txt", Some(false)),
        ("https://github.com/o/r/blob/main/%2e%2e/%2e%2e/x.txt", None),
        ("https://example.org/x.txt", None),
    ];
    for (url, expected) in cases {
        assert_eq!(integrations().same_repository(base, url), expected, "{url}");
    }
}

#[test]
fn cve_2026_29185_encoded_traversal_is_refused_in_every_url_form() {
    let integrations = integrations();
    let attacks = [
        "https://github.com/o/r/blob/main/..%2F..%2F..%2Fuser",
        "https://github.com/o/r/blob/main/%2F..%2F..%2Fx",
        "https://github.com/o/r/blob/main/%252F..%252F..%252Fx",
        "https://github.com/o/r/blob/main/%252e%252e/x",
        "https://github.com/o/r/blob/main/%25252e%25252e%25252fx",
        "https://github.com/o/r/blob/main/../../../x",
        "https://github.com/o/%2e%2e/blob/main/x",
        "https://github.com/o/r/blob/..%5C..%5Cx/a",
        "https://github.com/o/r/blob/main/a%00b",
        "https://gitlab.com/g/..%2fp/-/blob/main/x",
        "https://gitlab.com/g/p/-/blob/..%2F..%2Fmerge_requests/x",
        "https://bitbucket.org/w/r/src/main/..%2f..%2fx",
        "https://bb.example.com/projects/P/repos/r/browse/x?at=..%2F..%2Fy",
        "https://dev.azure.com/o/p/_git/r?path=/../../x",
        "https://dev.azure.com/o/p/_git/r?path=%252e%252e%252fx",
        "https://gitea.example.com/o/r/src/branch/main/..%2F..%2Fx",
        "https://gerrit.example.com/plugins/gitiles/p/+/refs/heads/main/..%2fx",
        "https://app.harness.io/ng/account/a/module/code/orgs/o/projects/p/repos/..%2Fr/files/main/~/x",
        "https://bucket.s3.amazonaws.com/a/..%2f..%2fx",
        "https://storage.cloud.google.com/bucket/..%2Fother/x",
        "https://acc.blob.core.windows.net/box/..%2Fother/x",
    ];
    for url in attacks {
        let integration = integrations.by_url_for_reading(url).unwrap_or_else(|| panic!("{url}"));
        assert!(matches!(integration.locate(url), Err(ScmUrlError::Traversal(_))), "{url}");
        assert_eq!(integrations.repository(url), None, "{url}");
    }
}

#[test]
fn cve_2026_106493_a_relative_target_stays_in_its_bucket() {
    let integrations = integrations();
    for base in [
        "https://s3.eu-west-1.amazonaws.com/bucket/d/a.yaml",
        "https://storage.cloud.google.com/bucket/d/a.yaml",
    ] {
        assert!(integrations.resolve_url("../b.yaml", base, None).is_ok());
        for target in ["../../other-bucket/x.yaml", "../../../other-bucket/x.yaml"] {
            assert!(integrations.resolve_url(target, base, None).is_err(), "{target} at {base}");
        }
    }
    assert_eq!(
        integrations.same_repository(
            "https://bucket.s3.eu-west-1.amazonaws.com/a.yaml",
            "https://bucket-2.s3.eu-west-1.amazonaws.com/a.yaml"
        ),
        Some(false)
    );
}

#[test]
fn broken_configuration_is_named_by_key() {
    let cases = [
        (json!({"github": {}}), "integrations.github"),
        (json!({"github": [{"host": "https://x.example.com"}]}), "integrations.github[0].host"),
        (json!({"github": [{"host": "x.example.com"}]}), "integrations.github[0].apiBaseUrl"),
        (json!({"github": [{"token": ""}]}), "integrations.github[0].token"),
        (json!({"github": [{"apps": [{"appId": 1}]}]}), "integrations.github[0].apps[0].privateKey"),
        (json!({"gitlab": [{"apiBaseUrl": "ftp://x"}]}), "integrations.gitlab[0].apiBaseUrl"),
        (json!({"gitlab": [{"apiBaseUrl": "https://u:p@x"}]}), "integrations.gitlab[0].apiBaseUrl"),
        (json!({"bitbucketCloud": [{"username": "u"}]}), "integrations.bitbucketCloud[0].username"),
        (json!({"bitbucketServer": [{}]}), "integrations.bitbucketServer[0].host"),
        (json!({"azure": [{"credentials": [{}]}]}), "integrations.azure[0].credentials[0]"),
        (json!({"gerrit": [{"host": "g.example.com"}]}), "integrations.gerrit[0].gitilesBaseUrl"),
        (json!({"awsS3": [{"accessKeyId": "x"}]}), "integrations.awsS3[0].accessKeyId"),
        (json!({"awsCodeCommit": [{}]}), "integrations.awsCodeCommit[0].region"),
        (json!({"googleGcs": {"clientEmail": "x"}}), "integrations.googleGcs.clientEmail"),
    ];
    for (config, key) in cases {
        let error = Integrations::from_value(Some(&config)).unwrap_err();
        assert_eq!(error.key, key, "{config}");
        assert!(!error.to_string().contains("u:p"), "{error}");
    }
}

#[test]
fn public_hosts_are_known_without_configuration() {
    let integrations = Integrations::from_value(None).unwrap();
    let mut hosts: Vec<&str> = integrations.list().iter().map(|integration| integration.host()).collect();
    hosts.sort_unstable();
    assert_eq!(
        hosts,
        [
            "amazonaws.com",
            "app.harness.io",
            "bitbucket.org",
            "blob.core.windows.net",
            "dev.azure.com",
            "github.com",
            "gitlab.com",
            "storage.cloud.google.com"
        ]
    );
}

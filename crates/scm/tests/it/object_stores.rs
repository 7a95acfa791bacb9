//! Object stores, and the source hosts whose trees are not read as archives of the usual form, behind fake servers.

use crate::support::{host_of, reader, tar_gz, with_etag};
use callboard_kit::url_reader::{ReadError, ReadOptions, UrlReader};
use serde_json::json;
use wiremock::matchers::{any, body_partial_json, header, header_exists, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const TEXT: &str = "kind: Component";

#[tokio::test]
async fn s3_reads_an_object_signed_with_keys_and_anonymously_without() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).insert_header("etag", "\"1\"").set_body_string(TEXT);
    Mock::given(path("/bucket/d/a%20b.yaml")).respond_with(answer).mount(&server).await;
    let entry = |rest: serde_json::Value| {
        let mut entry = json!({"endpoint": server.uri(), "s3ForcePathStyle": true});
        entry.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        reader(json!({"awsS3": [entry]}))
    };
    let url = format!("{}/bucket/d/a%20b.yaml", server.uri());
    let signing = entry(json!({"accessKeyId": "AKID", "secretAccessKey": "secret"}));
    assert_eq!(signing.read_url(&url, &ReadOptions::default()).await.unwrap().body, TEXT);
    let request = server.received_requests().await.unwrap().pop().unwrap();
    let authorization = request.headers["authorization"].to_str().unwrap();
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{authorization}");
    assert!(authorization.contains("/us-east-1/s3/aws4_request"), "{authorization}");
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_none() {
        entry(json!({})).read_url(&url, &ReadOptions::default()).await.unwrap();
        let request = server.received_requests().await.unwrap().pop().unwrap();
        assert!(!request.headers.contains_key("authorization"));
    }
}

#[tokio::test]
async fn cve_2026_106493_a_bucket_listing_asks_for_the_directory_and_drops_what_is_outside() {
    let server = MockServer::start().await;
    let listing = "<ListBucketResult><Contents><Key>team-a/x/info.yaml</Key><ETag>\"1\"</ETag></Contents>\
        <Contents><Key>team-ab/x/info.yaml</Key><ETag>\"2\"</ETag></Contents>\
        <Contents><Key>team-a/../secret/info.yaml</Key><ETag>\"3\"</ETag></Contents></ListBucketResult>";
    Mock::given(query_param("list-type", "2"))
        .and(query_param("prefix", "team-a/"))
        .respond_with(ResponseTemplate::new(200).set_body_string(listing))
        .mount(&server)
        .await;
    Mock::given(path("/bucket/team-a/x/info.yaml"))
        .respond_with(ResponseTemplate::new(200).set_body_string(TEXT))
        .expect(1)
        .mount(&server)
        .await;
    let reader = reader(json!({"awsS3": [{"endpoint": server.uri(), "s3ForcePathStyle": true}]}));
    let url = format!("{}/bucket/team-a", server.uri());
    let tree = reader.read_tree(&url, &ReadOptions::default()).await.unwrap();
    let paths: Vec<_> = tree.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["x/info.yaml"]);
    let again = reader.read_tree(&url, &with_etag(&tree.etag.unwrap())).await;
    assert!(matches!(again, Err(ReadError::NotModified)));
}

#[tokio::test]
async fn gcs_reads_objects_and_globs_through_its_json_api() {
    let server = MockServer::start().await;
    Mock::given(path("/storage/v1/b/bucket/o"))
        .and(query_param("prefix", "apps/"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"items": [
            {"name": "apps/a/info.yaml", "etag": "1"}, {"name": "apps/b/other.txt", "etag": "2"}]})))
        .mount(&server)
        .await;
    Mock::given(path("/storage/v1/b/bucket/o/apps%2Fa%2Finfo.yaml"))
        .and(query_param("alt", "media"))
        .respond_with(ResponseTemplate::new(200).set_body_string(TEXT))
        .mount(&server)
        .await;
    let reader = reader(json!({"googleGcs": {"apiBaseUrl": server.uri()}}));
    let base = "https://storage.cloud.google.com/bucket/apps";
    let read = reader.read_url(&format!("{base}/a/info.yaml"), &ReadOptions::default()).await.unwrap();
    assert_eq!(read.body, TEXT);
    let found = reader.search(&format!("{base}/*/info.yaml"), &ReadOptions::default()).await.unwrap();
    let paths: Vec<_> = found.files.iter().map(|file| file.path.clone()).collect();
    assert_eq!(paths, [format!("{base}/a/info.yaml")]);
}

#[tokio::test]
async fn gcs_signs_in_as_a_service_account() {
    let server = MockServer::start().await;
    let token = ResponseTemplate::new(200).set_body_json(json!({"access_token": "t", "expires_in": 3600}));
    Mock::given(path("/token")).respond_with(token).expect(1).mount(&server).await;
    let signed = Mock::given(header("authorization", "Bearer t"));
    signed.respond_with(ResponseTemplate::new(200).set_body_string(TEXT)).expect(2).mount(&server).await;
    let reader = reader(json!({"googleGcs": {
        "apiBaseUrl": server.uri(), "tokenUrl": format!("{}/token", server.uri()),
        "clientEmail": "a@b", "privateKey": include_str!("test-only-rsa.pem").replace('\n', "\\n"),
    }}));
    for object in ["a", "b"] {
        let url = format!("https://storage.cloud.google.com/bucket/{object}");
        assert_eq!(reader.read_url(&url, &ReadOptions::default()).await.unwrap().body, TEXT);
    }
}

#[tokio::test]
async fn azure_blobs_are_read_with_a_signature_a_key_or_nothing() {
    let cases = [
        (json!({}), None, None),
        (json!({"accountName": "acc", "sasToken": "?sv=1&sig=s"}), None, Some("sv=1&sig=s")),
        (json!({"accountName": "acc", "accountKey": "a2V5"}), Some("SharedKey acc:"), None),
        (json!({"connectionString": "AccountName=acc;AccountKey=a2V5"}), Some("SharedKey acc:"), None),
    ];
    for (entry, authorization, query) in cases {
        let server = MockServer::start().await;
        Mock::given(path("/acc/box/d/a.yaml"))
            .and(header_exists("x-ms-version"))
            .respond_with(ResponseTemplate::new(200).set_body_string(TEXT))
            .mount(&server)
            .await;
        let mut entry = entry;
        entry["endpoint"] = json!(format!("{}/acc", server.uri()));
        let reader = reader(json!({"azureBlobStorage": [entry]}));
        let url = format!("http://{}/acc/box/d/a.yaml", host_of(&server));
        assert_eq!(reader.read_url(&url, &ReadOptions::default()).await.unwrap().body, TEXT);
        let request = server.received_requests().await.unwrap().pop().unwrap();
        let sent = request.headers.get("authorization").map(|value| value.to_str().unwrap());
        assert_eq!(sent.is_some(), authorization.is_some());
        assert!(sent.unwrap_or_default().starts_with(authorization.unwrap_or_default()), "{sent:?}");
        assert_eq!(request.url.query(), query);
    }
}

#[tokio::test]
async fn azure_blobs_are_found_by_glob_page_by_page() {
    let server = MockServer::start().await;
    let page = |names: &[&str], next: &str| {
        let blobs: String =
            names.iter().map(|n| format!("<Blob><Name>{n}</Name><Etag>1</Etag></Blob>")).collect();
        let body = format!(
            "<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker>{next}</NextMarker></EnumerationResults>"
        );
        ResponseTemplate::new(200).set_body_string(body)
    };
    let list = || Mock::given(query_param("comp", "list")).and(query_param("prefix", "apps/"));
    list()
        .and(query_param("marker", "m"))
        .respond_with(page(&["apps/b/info.yaml"], ""))
        .with_priority(1)
        .mount(&server)
        .await;
    list()
        .respond_with(page(&["apps/a/info.yaml", "apps/a/x.txt"], "m"))
        .with_priority(2)
        .mount(&server)
        .await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_string(TEXT))
        .with_priority(9)
        .mount(&server)
        .await;
    let reader = reader(json!({"azureBlobStorage": [{"accountName": "acc", "endpoint": server.uri()}]}));
    let found = reader
        .search(&format!("{}/box/apps/*/info.yaml", server.uri()), &ReadOptions::default())
        .await
        .unwrap();
    let paths: Vec<_> = found.files.iter().map(|file| file.path.replace(&server.uri(), "")).collect();
    assert_eq!(paths, ["/box/apps/a/info.yaml", "/box/apps/b/info.yaml"]);
}

#[tokio::test]
async fn code_commit_walks_folders_and_reads_all_files_of_one_commit() {
    let server = MockServer::start().await;
    let operation =
        |name: &str| Mock::given(header("x-amz-target", format!("CodeCommit_20150413.{name}").as_str()));
    let answer = |value: serde_json::Value| ResponseTemplate::new(200).set_body_json(value);
    operation("GetFolder")
        .and(body_partial_json(json!({"folderPath": "/", "commitSpecifier": "main"})))
        .respond_with(answer(json!({"commitId": "c1", "subFolders": [{"absolutePath": "apps"}],
            "files": [{"absolutePath": "info.yaml"}, {"absolutePath": "README.md"}]})))
        .mount(&server)
        .await;
    operation("GetFolder")
        .and(body_partial_json(json!({"folderPath": "/apps", "commitSpecifier": "c1"})))
        .respond_with(answer(json!({"commitId": "c1", "files": [{"absolutePath": "apps/info.yaml"}]})))
        .mount(&server)
        .await;
    operation("GetFile")
        .and(body_partial_json(json!({"repositoryName": "repo", "commitSpecifier": "c1"})))
        .respond_with(answer(json!({"blobId": "b", "fileContent": "a2luZDogQ29tcG9uZW50"})))
        .expect(2)
        .mount(&server)
        .await;
    operation("GetFile")
        .and(body_partial_json(json!({"filePath": "missing.yaml"})))
        .respond_with(
            ResponseTemplate::new(400).set_body_json(json!({"__type": "FileDoesNotExistException"})),
        )
        .mount(&server)
        .await;
    let reader = reader(json!({"awsCodeCommit": [{"region": "eu-west-1", "endpoint": server.uri(),
        "accessKeyId": "AKID", "secretAccessKey": "secret"}]}));
    let base = "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/repo/browse/refs/heads/main/--";
    let found = reader.search(&format!("{base}/**/info.yaml"), &ReadOptions::default()).await.unwrap();
    let paths: Vec<_> = found.files.iter().map(|file| file.path.clone()).collect();
    assert_eq!(paths, [format!("{base}/apps/info.yaml"), format!("{base}/info.yaml")]);
    assert_eq!(found.files[0].body, TEXT);
    assert_eq!(found.etag.as_deref(), Some("c1"));
    let missing = reader.read_url(&format!("{base}/missing.yaml"), &ReadOptions::default()).await;
    assert!(matches!(missing, Err(ReadError::NotFound(_))), "{missing:?}");
}

#[tokio::test]
async fn bitbucket_server_packs_only_the_fixed_part_of_a_glob() {
    let server = MockServer::start().await;
    let api = "/rest/api/1.0/projects/P/repos/r";
    let commit = ResponseTemplate::new(200).set_body_json(json!({"values": [{"id": "c1"}]}));
    Mock::given(path(format!("{api}/commits")))
        .and(query_param("until", "main"))
        .respond_with(commit)
        .mount(&server)
        .await;
    let archive = tar_gz("repository/", &[("apps/a/info.yaml", TEXT), ("apps/a/x.txt", "x")]);
    Mock::given(path(format!("{api}/archive")))
        .and(query_param("format", "tgz"))
        .and(query_param("at", "c1"))
        .and(query_param("path", "apps"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(archive))
        .expect(1)
        .mount(&server)
        .await;
    let uri = server.uri();
    let reader = reader(json!({"bitbucketServer": [
        {"host": host_of(&server), "apiBaseUrl": format!("{uri}/rest/api/1.0")}]}));
    let url = format!("{uri}/projects/P/repos/r/browse/apps/*/info.yaml?at=main");
    let found = reader.search(&url, &ReadOptions::default()).await.unwrap();
    let paths: Vec<_> = found.files.iter().map(|file| file.path.clone()).collect();
    assert_eq!(paths, [format!("{uri}/projects/P/repos/r/browse/apps/a/info.yaml?at=main")]);
    assert!(matches!(reader.search(&url, &with_etag("c1")).await, Err(ReadError::NotModified)));
}

#[tokio::test]
async fn harness_lists_paths_and_fetches_only_what_matches() {
    let server = MockServer::start().await;
    let api = "/gateway/code/api/v1/repos/acc/o/p/r/+";
    let answer = |value: serde_json::Value| ResponseTemplate::new(200).set_body_json(value);
    Mock::given(path(format!("{api}/content")))
        .respond_with(answer(json!({"latest_commit": {"sha": "c1"}})))
        .mount(&server)
        .await;
    Mock::given(path(format!("{api}/paths")))
        .respond_with(answer(json!({"files": ["apps/a/info.yaml", "apps/b.txt", "../x/info.yaml"]})))
        .mount(&server)
        .await;
    Mock::given(path(format!("{api}/raw/apps/a/info.yaml")))
        .respond_with(ResponseTemplate::new(200).set_body_string(TEXT))
        .expect(1)
        .mount(&server)
        .await;
    let uri = server.uri();
    let reader = reader(json!({"harness": [{"host": host_of(&server), "baseUrl": uri}]}));
    let base = format!("{uri}/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~");
    let found = reader.search(&format!("{base}/**/info.yaml"), &ReadOptions::default()).await.unwrap();
    let paths: Vec<_> = found.files.iter().map(|file| file.path.clone()).collect();
    assert_eq!(paths, [format!("{base}/apps/a/info.yaml")]);
}

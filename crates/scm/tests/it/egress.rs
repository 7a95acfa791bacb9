//! The guarded client on the ordinary day: redirects, retries, limits, secrets.

use crate::support::{Scripted, strict};
use callboard_scm::egress::{Egress, EgressError, Policy, Request};
use http::HeaderName;
use http::header::AUTHORIZATION;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn at(server: &MockServer, path: &str) -> String {
    format!("{}{path}", server.uri())
}

fn naming(servers: &[&MockServer]) -> Policy {
    servers.iter().fold(strict(), |policy, server| policy.naming(&server.uri()))
}

#[tokio::test]
async fn secrets_follow_a_redirect_only_within_their_origin() {
    let (first, second) = (MockServer::start().await, MockServer::start().await);
    let to = |location: String| ResponseTemplate::new(302).insert_header("location", location);
    Mock::given(path("/same")).respond_with(to("/end".to_owned())).mount(&first).await;
    Mock::given(path("/cross")).respond_with(to(at(&second, "/end"))).mount(&first).await;
    for server in [&first, &second] {
        Mock::given(path("/end")).respond_with(ResponseTemplate::new(200)).mount(server).await;
    }
    let egress = Egress::new().unwrap();
    for from in ["/same", "/cross"] {
        let request = Request::get(at(&first, from))
            .secret_header(AUTHORIZATION, "Bearer canary")
            .secret_header(HeaderName::from_static("x-api-key"), "canary")
            .header(HeaderName::from_static("accept"), "text/plain");
        let response = egress.request(&naming(&[&first, &second]), request).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    let same = first.received_requests().await.unwrap();
    assert!(same.last().is_some());
    assert!(same.iter().filter(|r| r.url.path() == "/end").all(|r| r.headers.contains_key("authorization")));
    let cross = second.received_requests().await.unwrap();
    assert_eq!(cross.len(), 1);
    assert!(!cross[0].headers.contains_key("authorization") && !cross[0].headers.contains_key("x-api-key"));
    assert_eq!(cross[0].headers["accept"], "text/plain");
}

#[tokio::test]
async fn a_posted_body_never_goes_to_another_origin() {
    let (first, second) = (MockServer::start().await, MockServer::start().await);
    for (route, status) in [("/307", 307), ("/308", 308), ("/302", 302)] {
        let answer = ResponseTemplate::new(status).insert_header("location", at(&second, "/end"));
        Mock::given(path(route)).respond_with(answer).mount(&first).await;
    }
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).expect(1).mount(&second).await;
    let egress = Egress::new().unwrap();
    let post = async |route: &str| {
        let request = Request::post(at(&first, route), "text/plain", "client_secret=canary");
        egress.request(&naming(&[&first, &second]), request).await
    };
    for route in ["/307", "/308"] {
        assert!(matches!(post(route).await, Err(EgressError::NotAllowed(_))), "{route}");
    }
    assert_eq!(post("/302").await.unwrap().status(), 200, "302 turns a POST into a GET without a body");
    assert!(second.received_requests().await.unwrap().iter().all(|request| request.body.is_empty()));
}

#[tokio::test]
async fn five_redirects_are_followed_and_six_are_not() {
    let server = MockServer::start().await;
    for (from, to) in [("/6", "/5"), ("/5", "/4"), ("/4", "/3"), ("/3", "/2"), ("/2", "/1"), ("/1", "/0")] {
        let answer = ResponseTemplate::new(307).insert_header("location", to);
        Mock::given(path(from)).respond_with(answer).mount(&server).await;
    }
    Mock::given(path("/0")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let egress = Egress::new().unwrap();
    assert_eq!(
        egress.request(&naming(&[&server]), Request::get(at(&server, "/5"))).await.unwrap().status(),
        200
    );
    let error = egress.request(&naming(&[&server]), Request::get(at(&server, "/6"))).await.unwrap_err();
    assert!(error.to_string().contains("redirects"), "{error}");
}

#[tokio::test]
async fn a_get_is_tried_again_after_429_and_5xx_and_a_post_is_not() {
    let server = MockServer::start().await;
    let wait = ResponseTemplate::new(429).insert_header("retry-after", "0");
    Mock::given(method("GET")).respond_with(wait).up_to_n_times(1).mount(&server).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(503)).up_to_n_times(1).mount(&server).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(503)).expect(1).mount(&server).await;
    let egress = Egress::new().unwrap();
    let mut policy = naming(&[&server]);
    policy.retries = 2;
    assert_eq!(egress.request(&policy, Request::get(server.uri())).await.unwrap().status(), 200);
    let post = Request::post(server.uri(), "text/plain", "x");
    assert_eq!(egress.request(&policy, post).await.unwrap().status(), 503);
}

#[tokio::test]
async fn a_long_rate_limit_is_told_to_the_caller_instead_of_waited_for() {
    let server = MockServer::start().await;
    let retry_after = ResponseTemplate::new(429).insert_header("retry-after", "3600");
    let github = ResponseTemplate::new(403)
        .insert_header("x-ratelimit-remaining", "0")
        .insert_header("x-ratelimit-reset", (jiff::Timestamp::now().as_second() + 1800).to_string());
    Mock::given(path("/429")).respond_with(retry_after).expect(1).mount(&server).await;
    Mock::given(path("/403")).respond_with(github).expect(1).mount(&server).await;
    let mut policy = naming(&[&server]);
    policy.retries = 3;
    for (route, least, most) in [("/429", 3600, 3600), ("/403", 1700, 1800)] {
        let error =
            Egress::new().unwrap().request(&policy, Request::get(at(&server, route))).await.unwrap_err();
        let EgressError::RateLimited { retry_after, .. } = error else { panic!("{error}") };
        assert!((least..=most).contains(&retry_after.as_secs()), "{retry_after:?}");
    }
}

#[tokio::test]
async fn a_host_that_asked_to_wait_is_left_alone_with_the_credentials_that_it_refused() {
    let server = MockServer::start().await;
    let used_up = ResponseTemplate::new(429).insert_header("retry-after", "3600");
    Mock::given(header("authorization", "used up")).respond_with(used_up).expect(1).mount(&server).await;
    Mock::given(header("authorization", "fresh"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let (egress, policy) = (Egress::new().unwrap(), naming(&[&server]));
    let ask = async |token: &str| {
        let request = Request::get(at(&server, "/")).secret_header(http::header::AUTHORIZATION, token);
        egress.request(&policy, request).await
    };
    for _ in 0..3 {
        assert!(matches!(ask("used up").await, Err(EgressError::RateLimited { .. })));
    }
    assert_eq!(ask("fresh").await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_body_that_goes_on_for_ten_gigabytes_is_cut_at_the_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let sent = Arc::new(AtomicU64::new(0));
    let counter = sent.clone();
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = socket.read(&mut request).await.unwrap();
        socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        let piece = [b"10000\r\n".as_slice(), &vec![b'x'; 0x10000], b"\r\n"].concat();
        for _ in 0..163_840 {
            if socket.write_all(&piece).await.is_err() {
                return;
            }
            counter.fetch_add(0x10000, Ordering::SeqCst);
        }
    });
    let mut policy = strict().naming(&url);
    policy.max_body = 1024 * 1024;
    let response = Egress::new().unwrap().request(&policy, Request::get(&url)).await.unwrap();
    let error = response.bytes().await.unwrap_err();
    assert!(matches!(error, EgressError::TooLarge { limit: 1_048_576, .. }), "{error}");
    server.await.unwrap();
    assert!(sent.load(Ordering::SeqCst) < 100 * 1024 * 1024, "the transfer went on after the limit");
}

#[tokio::test]
async fn a_body_that_announces_too_much_and_a_gzip_bomb_are_refused() {
    let server = MockServer::start().await;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..50 {
        gzip.write_all(&vec![0; 1024 * 1024]).unwrap();
    }
    let bomb = gzip.finish().unwrap();
    assert!(bomb.len() < 200_000);
    let compressed =
        ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(bomb);
    Mock::given(path("/bomb")).respond_with(compressed).mount(&server).await;
    let large = ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 2_000_000]);
    Mock::given(path("/large")).respond_with(large).mount(&server).await;
    let mut policy = naming(&[&server]);
    policy.max_body = 1_000_000;
    for route in ["/bomb", "/large"] {
        let response =
            Egress::new().unwrap().request(&policy, Request::get(at(&server, route))).await.unwrap();
        assert!(matches!(response.bytes().await.unwrap_err(), EgressError::TooLarge { .. }), "{route}");
    }
}

#[tokio::test]
async fn a_host_that_never_answers_ends_in_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut policy = strict().naming(&url);
    policy.timeout = Duration::from_millis(200);
    let error = Egress::new().unwrap().request(&policy, Request::get(&url)).await.unwrap_err();
    assert!(matches!(error, EgressError::Timeout { .. }), "{error}");
}

#[tokio::test]
async fn no_error_text_holds_a_user_a_query_or_a_header() {
    let server = MockServer::start().await;
    let to_http =
        ResponseTemplate::new(302).insert_header("location", "http://u:canary@127.0.0.1:1/?token=canary");
    Mock::given(header("authorization", "Bearer canary")).respond_with(to_http).mount(&server).await;
    let urls = [
        format!("http://canary:canary@{}/?token=canary", server.address()),
        format!("{}/?token=canary", server.uri()),
        "https://name.invalid/?sig=canary".to_owned(),
        "ftp://canary@example.org/?token=canary".to_owned(),
        "no url with canary@host".to_owned(),
    ];
    let lookup = Scripted::new(&[]);
    for url in urls {
        let request = Request::get(&url).secret_header(AUTHORIZATION, "Bearer canary");
        let error = lookup.egress().request(&naming(&[&server]), request.clone()).await.unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
        assert!(!format!("{request:?}").contains("Bearer canary"));
    }
}

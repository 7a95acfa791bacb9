//! What differs between providers, each against answers of the shape that its documentation shows.

use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use super::browser::{Browser, location, posted};
use super::{Idp, Stand, error_of, oidc};

/// A provider, how it is configured, what it answers where, and who that is.
struct Case {
    id: &'static str,
    section: Value,
    documents: Vec<(&'static str, Value)>,
    resolvers: &'static [&'static str],
    profile: Value,
    /// Parts of the authorization URL.
    starts: &'static [&'static str],
}

const EMAIL: &str = "emailMatchingUserEntityProfileEmail";

fn cases(idp: &Idp) -> Vec<Case> {
    let url = &idp.url;
    let user_info = || idp.shared.lock().unwrap().user_info.clone();
    let ada = json!({
        "email": "ada@engines.example", "displayName": "Ada Lovelace", "picture": "https://engines.example/ada.png",
    });
    vec![
        Case {
            id: "oauth2",
            section: json!({
                "authorizationUrl": format!("{url}/authorize"), "tokenUrl": format!("{url}/token"),
                "includeBasicAuth": true,
            }),
            documents: vec![],
            resolvers: &["usernameMatchingUserEntityName"],
            profile: json!({}),
            starts: &["access_type=offline", "prompt=consent"],
        },
        Case {
            id: "github",
            section: json!({}),
            documents: vec![(
                "/api.github.com/user",
                json!({
                    "login": "Ada", "node_id": "MDQ6VXNlcjE=", "name": "Ada Lovelace", "email": "ada@engines.example",
                    "avatar_url": "https://engines.example/ada.png",
                }),
            )],
            resolvers: &["usernameMatchingUserEntityName", "userIdMatchingUserEntityAnnotation", EMAIL],
            profile: ada.clone(),
            starts: &["/github.com/login/oauth/authorize?", "scope=read%3Auser&"],
        },
        Case {
            id: "github",
            section: json!({"enterpriseInstanceUrl": format!("{url}/ghes/")}),
            documents: vec![("/ghes/api/v3/user", json!({"login": "ada", "email": null}))],
            resolvers: &["usernameMatchingUserEntityName"],
            profile: json!({"displayName": "ada"}),
            starts: &["/ghes/login/oauth/authorize?"],
        },
        Case {
            id: "gitlab",
            section: json!({}),
            documents: vec![(
                "/gitlab.com/api/v4/user",
                json!({
                    "id": 17, "username": "ada", "name": "Ada Lovelace", "email": "ada@engines.example",
                    "confirmed_at": "2026-01-01T00:00:00Z", "avatar_url": "https://engines.example/ada.png",
                }),
            )],
            resolvers: &["usernameMatchingUserEntityName", "userIdMatchingUserEntityAnnotation", EMAIL],
            profile: ada.clone(),
            starts: &["/gitlab.com/oauth/authorize?", "scope=read_user&"],
        },
        Case {
            id: "google",
            section: json!({}),
            documents: vec![("/www.googleapis.com/oauth2/v3/userinfo", user_info())],
            resolvers: &["emailMatchingUserEntityAnnotation", EMAIL],
            profile: ada.clone(),
            starts: &["access_type=offline", "include_granted_scopes=true", "userinfo.email"],
        },
        Case {
            id: "microsoft",
            section: json!({"tenantId": "engines.example", "domainHint": "engines.example"}),
            documents: vec![(
                "/graph.microsoft.com/v1.0/me",
                json!({"id": "4711", "displayName": "Ada Lovelace", "mail": "ada@engines.example"}),
            )],
            resolvers: &["emailMatchingUserEntityAnnotation", "userIdMatchingUserEntityAnnotation", EMAIL],
            profile: json!({"email": "ada@engines.example", "displayName": "Ada Lovelace"}),
            starts: &[
                "/login.microsoftonline.com/engines.example/oauth2/v2.0/authorize?",
                "domain_hint=engines.example",
                "scope=email+openid+offline_access+user.read&",
            ],
        },
        Case {
            id: "okta",
            section: json!({"audience": format!("{url}/okta"), "authServerId": "default", "idp": "corp"}),
            documents: vec![("/okta/oauth2/default/v1/userinfo", user_info())],
            resolvers: &["emailMatchingUserEntityAnnotation", EMAIL],
            profile: ada.clone(),
            starts: &["/okta/oauth2/default/v1/authorize?", "idp=corp", "offline_access"],
        },
        Case {
            id: "auth0",
            section: json!({"domain": "engines.auth0.example", "connection": "c", "organization": "org"}),
            documents: vec![("/engines.auth0.example/userinfo", user_info())],
            resolvers: &[EMAIL],
            profile: ada.clone(),
            starts: &["prompt=consent", "connection=c", "organization=org"],
        },
        Case {
            id: "onelogin",
            section: json!({"issuer": format!("{url}/oidc/2")}),
            documents: vec![("/oidc/2/me", user_info())],
            resolvers: &["usernameMatchingUserEntityName", EMAIL],
            profile: ada.clone(),
            starts: &["/oidc/2/auth?", "scope=openid+email+profile&"],
        },
        Case {
            id: "atlassian",
            section: json!({}),
            documents: vec![(
                "/api.atlassian.com/me",
                json!({
                    "account_id": "1", "email": "ada@engines.example", "name": "Ada Lovelace", "nickname": "ada",
                    "picture": "https://engines.example/ada.png",
                }),
            )],
            resolvers: &["usernameMatchingUserEntityName", EMAIL],
            profile: ada.clone(),
            starts: &["audience=api.atlassian.com", "prompt=consent", "read%3Ame"],
        },
        Case {
            id: "bitbucket",
            section: json!({}),
            documents: vec![
                (
                    "/api.bitbucket.org/2.0/user",
                    json!({
                        "uuid": "{1815}", "username": "ada", "display_name": "Ada Lovelace",
                        "links": {"avatar": {"href": "https://engines.example/ada.png"}},
                    }),
                ),
                (
                    "/api.bitbucket.org/2.0/user/emails",
                    json!({"values": [
                        {"email": "old@engines.example", "is_primary": false, "is_confirmed": true},
                        {"email": "ada@engines.example", "is_primary": true, "is_confirmed": true},
                    ]}),
                ),
            ],
            resolvers: &[
                "usernameMatchingUserEntityName",
                "userIdMatchingUserEntityAnnotation",
                "usernameMatchingUserEntityAnnotation",
                EMAIL,
            ],
            profile: ada.clone(),
            starts: &["/bitbucket.org/site/oauth2/authorize?", "scope=account&"],
        },
        Case {
            id: "bitbucketServer",
            section: json!({"host": "bitbucket.engines.example"}),
            documents: vec![(
                "/bitbucket.engines.example/rest/api/latest/users/ada%2Flovelace",
                json!({
                    "id": 1, "name": "ada/lovelace", "displayName": "Ada Lovelace", "emailAddress": "ada@engines.example",
                }),
            )],
            resolvers: &[EMAIL],
            profile: json!({"email": "ada@engines.example", "displayName": "Ada Lovelace"}),
            starts: &["/bitbucket.engines.example/rest/oauth2/latest/authorize?"],
        },
        Case {
            id: "openshift",
            section: json!({
                "authorizationUrl": format!("{url}/authorize"), "tokenUrl": format!("{url}/token"),
                "openshiftApiServerUrl": format!("{url}/api/"),
            }),
            documents: vec![("/api/apis/user.openshift.io/v1/users/~", json!({"metadata": {"name": "ada"}}))],
            resolvers: &["displayNameMatchingUserEntityName"],
            profile: json!({"displayName": "ada"}),
            starts: &["scope=user%3Afull&"],
        },
    ]
}

/// A server with one provider, which answers as the case says.
async fn stand(test: &TestDatabase, at: usize, resolver: Option<&str>) -> (Stand, &'static str) {
    let mut id = "";
    let providers = |idp: &Idp| {
        let case = cases(idp).swap_remove(at);
        id = case.id;
        idp.set(|shared| {
            for (path, document) in case.documents {
                shared.documents.insert(path.to_owned(), (200, document));
            }
            shared.headers.push(("x-ausername", "ada/lovelace".to_owned()));
        });
        let mut section = case.section;
        section["clientId"] = "portal".into();
        section["clientSecret"] = "secret".into();
        if let Some(resolver) = resolver {
            section["signIn"] = json!({"resolvers": [{"resolver": resolver}]});
        }
        json!({id: {"development": section}})
    };
    let stand = Stand::start_with(test.database(), providers, json!({})).await;
    // Only OAuth2 looks into it.
    stand.idp.set(|shared| {
        shared.claims.insert("preferred_username".to_owned(), "ada".into());
    });
    (stand, id)
}

#[tokio::test]
async fn every_provider_signs_in_by_each_of_its_resolvers_and_renews_it() {
    let test = TestDatabase::sqlite().await;
    let model = Idp::start(std::sync::Arc::default()).await;
    for (at, case) in cases(&model).into_iter().enumerate() {
        for resolver in case.resolvers {
            let (stand, id) = stand(&test, at, Some(resolver)).await;
            let mut browser = Browser::default();
            let message = stand.sign_in(&mut browser, id).await;
            let response = &message["response"];
            assert_eq!(response["profile"], case.profile, "{id}: {message}");
            let user = |body: &Value| body["backstageIdentity"]["identity"]["userEntityRef"].clone();
            assert_eq!(user(response), "user:default/ada", "{id} by {resolver}");
            let answer = stand.refresh(&mut browser, id).await;
            assert_eq!(answer.status, 200, "{id}: {}", answer.body);
            assert_eq!(user(&answer.body), "user:default/ada", "{id} by {resolver}");
        }
    }
}

#[tokio::test]
async fn every_provider_asks_for_its_scopes_and_says_what_it_needs_to() {
    let test = TestDatabase::sqlite().await;
    let model = Idp::start(std::sync::Arc::default()).await;
    for (at, case) in cases(&model).into_iter().enumerate() {
        let (stand, id) = stand(&test, at, None).await;
        let answer = Browser::default().go(&stand.app.app, &format!("/{id}/start?env=development")).await;
        let url = location(&answer);
        for part in case.starts.iter().chain(&["code_challenge_method=S256", "client_id=portal"]) {
            assert!(url.contains(part), "{id} {part}: {url}");
        }
    }
}

#[tokio::test]
async fn cve_2026_106460_no_provider_with_a_word_about_verification_is_believed_without_it() {
    let test = TestDatabase::sqlite().await;
    let model = Idp::start(std::sync::Arc::default()).await;
    let all = cases(&model);
    for (id, path, name, value) in [
        ("google", "/www.googleapis.com/oauth2/v3/userinfo", "email_verified", json!(false)),
        ("google", "/www.googleapis.com/oauth2/v3/userinfo", "email_verified", Value::Null),
        ("okta", "/okta/oauth2/default/v1/userinfo", "email_verified", json!(false)),
        ("okta", "/okta/oauth2/default/v1/userinfo", "email_verified", Value::Null),
        ("auth0", "/engines.auth0.example/userinfo", "email_verified", json!(false)),
        ("auth0", "/engines.auth0.example/userinfo", "email_verified", Value::Null),
        ("onelogin", "/oidc/2/me", "email_verified", json!(false)),
        ("atlassian", "/api.atlassian.com/me", "email_verified", json!(false)),
        ("gitlab", "/gitlab.com/api/v4/user", "confirmed_at", Value::Null),
        (
            "bitbucket",
            "/api.bitbucket.org/2.0/user/emails",
            "values",
            json!([{"email": "ada@engines.example", "is_primary": true, "is_confirmed": false}]),
        ),
    ] {
        let at = all.iter().position(|case| case.id == id).unwrap();
        let (stand, id) = stand(&test, at, Some(EMAIL)).await;
        stand.idp.set(|shared| {
            shared.documents.get_mut(path).unwrap().1[name] = value.clone();
        });
        let message = stand.sign_in(&mut Browser::default(), id).await;
        assert!(error_of(&message).1.contains("is not verified"), "{id} {value}: {message}");
    }
}

#[tokio::test]
async fn microsoft_addresses_of_foreign_tenants_are_not_believed() {
    let test = TestDatabase::sqlite().await;
    for tenant in ["common", "Organizations", "consumers"] {
        let providers = |_: &Idp| {
            json!({"microsoft": {"development": {
                "clientId": "portal", "clientSecret": "s", "tenantId": tenant,
                "signIn": {"resolvers": [{"resolver": EMAIL}]},
            }}})
        };
        let stand = Stand::start_with(test.database(), providers, json!({})).await;
        stand.idp.set(|shared| {
            let me = json!({"id": "1", "mail": "ada@engines.example"});
            shared.documents.insert("/graph.microsoft.com/v1.0/me".to_owned(), (200, me));
        });
        let message = stand.sign_in(&mut Browser::default(), "microsoft").await;
        assert!(error_of(&message).1.contains("is not verified"), "{tenant}: {message}");
    }
}

#[tokio::test]
async fn github_ids_differ_in_upper_and_lower_case() {
    let test = TestDatabase::sqlite().await;
    let (stand, id) = stand(&test, 1, Some("userIdMatchingUserEntityAnnotation")).await;
    for (node_id, user) in [("mdq6vxNLCJe=", Some("user:default/eve")), ("mdq6vxnlcje=", None)] {
        stand.idp.set(|shared| {
            shared.documents.get_mut("/api.github.com/user").unwrap().1["node_id"] = node_id.into();
        });
        let message = stand.sign_in(&mut Browser::default(), id).await;
        let found = &message["response"]["backstageIdentity"]["identity"]["userEntityRef"];
        assert_eq!(found.as_str(), user, "{message}");
    }
}

#[tokio::test]
async fn a_github_token_without_an_end_is_kept_and_only_good_for_what_was_granted() {
    let test = TestDatabase::sqlite().await;
    let (stand, id) = stand(&test, 1, Some("usernameMatchingUserEntityName")).await;
    stand.idp.set(|shared| {
        shared.token_answer.insert("expires_in".to_owned(), Value::Null);
        shared.token_answer.insert("refresh_token".to_owned(), Value::Null);
    });
    let mut browser = Browser::default();
    stand.sign_in(&mut browser, id).await;
    let kept = browser.cookie("github-refresh-token").unwrap();
    let access_token = kept.strip_prefix("access-token-v2.").unwrap().to_owned();
    let answer = stand.refresh(&mut browser, id).await;
    assert_eq!(answer.body["providerInfo"]["accessToken"], access_token.as_str());
    assert_eq!(answer.body["providerInfo"].get("expiresInSeconds"), None);
    let more = browser.script(&stand.app.app, "GET", "/github/refresh?env=development&scope=repo").await;
    assert_eq!(
        more.body["error"]["message"],
        "Refresh failed; caused by Error: Refresh failed, session has not been granted the requested scope"
    );
    stand.idp.set(|shared| shared.documents.get_mut("/api.github.com/user").unwrap().0 = 401);
    let gone = stand.refresh(&mut browser, id).await;
    assert_eq!(gone.body["error"]["message"], "Refresh failed; caused by Error: Invalid access token");
}

#[tokio::test]
async fn a_microsoft_token_for_another_api_signs_nobody_in() {
    let test = TestDatabase::sqlite().await;
    let (stand, id) = stand(&test, 5, Some(EMAIL)).await;
    let path = "/microsoft/start?env=development&scope=6dae42f8-4368-4678-94ff-3960e28e3630/user.read";
    let mut browser = Browser::default();
    let url = location(&browser.go(&stand.app.app, path).await);
    assert!(url.contains("scope=6dae42f8-4368-4678-94ff-3960e28e3630%2Fuser.read+offline_access&"), "{url}");
    let token = crate::forge::close(&json!({"alg": "RS256"}), &json!({"aud": "6dae42f8"}), "AA");
    stand.idp.set(|shared| {
        shared.token_answer.insert("access_token".to_owned(), token.into());
    });
    let back = stand.idp.let_in(&url);
    let (message, _) = posted(&browser.go(&stand.app.app, &format!("/{id}/handler/frame?{back}")).await);
    assert_eq!(message["response"]["profile"], json!({}));
    assert_eq!(message["response"].get("backstageIdentity"), None);
    assert!(stand.idp.seen("/graph.microsoft.com/v1.0/me").is_empty());
}

#[tokio::test]
async fn leaving_auth0_goes_over_its_logout_page() {
    let test = TestDatabase::sqlite().await;
    let (stand, id) = stand(&test, 7, Some(EMAIL)).await;
    let mut browser = Browser::default();
    stand.sign_in(&mut browser, id).await;
    let headers = [("x-requested-with", "XMLHttpRequest"), ("origin", super::APP)];
    let answer = browser.ask(&stand.app.app, "POST", "/auth0/logout?env=development", &headers).await;
    assert_eq!(
        answer.body,
        json!({
            "logoutUrl":
                "https://engines.auth0.example/v2/logout?client_id=portal&returnTo=http%3A%2F%2Flocalhost%3A3000",
        })
    );
    let path = "/auth0/start?env=development&organization=other";
    let other = browser.go(&stand.app.app, path).await;
    assert_eq!((other.status.as_u16(), other.body["error"]["name"].as_str()), (400, Some("InputError")));
}

#[tokio::test]
async fn leaving_openshift_deletes_the_token_of_the_cookie() {
    let test = TestDatabase::sqlite().await;
    let (stand, id) = stand(&test, 12, Some("displayNameMatchingUserEntityName")).await;
    stand.idp.set(|shared| {
        shared.token_answer.insert("access_token".to_owned(), "sha256~secret".into());
    });
    let mut browser = Browser::default();
    stand.sign_in(&mut browser, id).await;
    assert_eq!(browser.cookie("openshift-refresh-token").as_deref(), Some("sha256~secret"));
    browser.script(&stand.app.app, "POST", "/openshift/logout?env=development").await;
    let name = "sha256~K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols";
    let seen = stand.idp.seen(&format!("/api/apis/oauth.openshift.io/v1/oauthaccesstokens/{name}"));
    assert_eq!(seen[0].method, http::Method::DELETE);
    assert_eq!(seen[0].authorization, "Bearer sha256~secret");
}

#[tokio::test]
async fn pinniped_exchanges_its_token_for_one_of_the_cluster_that_was_asked_for() {
    let test = TestDatabase::sqlite().await;
    let providers = |idp: &Idp| {
        let section = json!({"federationDomain": idp.url, "clientId": "portal", "clientSecret": "s"});
        json!({"pinniped": {"development": section}})
    };
    let stand = Stand::start_with(test.database(), providers, json!({})).await;
    let mut browser = Browser::default();
    let back = stand.until_back(&mut browser, "pinniped", "audience=cluster-7").await;
    let (message, _) = posted(&browser.go(&stand.app.app, &back).await);
    assert_eq!(message["response"]["providerInfo"]["idToken"], "id token for cluster-7", "{message}");
    assert_eq!(message["response"]["profile"], json!({}));
    let exchange = stand.idp.seen("/token").pop().unwrap();
    assert_eq!(exchange.form["subject_token"], message["response"]["providerInfo"]["accessToken"]);
    let message = stand.sign_in(&mut browser, "pinniped").await;
    assert_eq!(message["response"]["providerInfo"]["idToken"].as_str().unwrap().split('.').count(), 3);
}

#[tokio::test]
async fn a_session_of_oauth2_can_be_without_renewal() {
    let test = TestDatabase::sqlite().await;
    let providers = |idp: &Idp| {
        let url = &idp.url;
        json!({"oauth2": {"development": {
            "clientId": "portal", "clientSecret": "s", "disableRefresh": true,
            "authorizationUrl": format!("{url}/authorize"), "tokenUrl": format!("{url}/token"),
        }}})
    };
    let stand = Stand::start_with(test.database(), providers, json!({})).await;
    let mut browser = Browser::default();
    stand.sign_in(&mut browser, "oauth2").await;
    assert_eq!(stand.refresh(&mut browser, "oauth2").await.status, 401);
}

#[tokio::test]
async fn a_name_that_oidc_calls_preferred_is_the_name_of_the_entity() {
    let test = TestDatabase::sqlite().await;
    let resolvers = json!({"resolvers": [{"resolver": "preferredUsernameMatchingUserEntityName"}]});
    let providers = |idp: &Idp| json!({"oidc": {"development": oidc(idp, &json!({"signIn": resolvers}))}});
    let stand = Stand::start_with(test.database(), providers, json!({})).await;
    let message = stand.sign_in(&mut Browser::default(), "oidc").await;
    let identity = &message["response"]["backstageIdentity"]["identity"];
    assert_eq!(identity["userEntityRef"], "user:default/ada");
}

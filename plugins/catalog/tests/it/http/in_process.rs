//! The catalog as other plugins of the process use it: with the permissions of whom they ask for.

use callboard_kit::catalog::CatalogApi;
use callboard_kit::credentials::Credentials;
use serde_json::{Value, json};

use super::app::{App, Users, api, component};
use crate::support::for_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn another_plugin_sees_and_registers_what_its_caller_may() {
    for_each_database(async |database| {
        let rule = json!({"rule": "IS_ENTITY_KIND", "resourceType": "catalog-entity", "params": {"kinds": ["Component"]}});
        let app = App::start_with(&database, json!({}), Users::only(rule)).await;
        app.register("all.yaml", &[component("a", None, &[]), api("secret")]).await;
        let catalog = app.plugin().catalog().clone();
        let (ada, service) = (Credentials::user("user:default/ada"), Credentials::own_service("scaffolder"));
        let refs = ["Component:default/A", "api:default/secret", "component:default/nope"].map(str::to_owned);
        let kinds = async |credentials: &Credentials| -> Vec<Option<Value>> {
            let found = catalog.entities(&refs, credentials).await.expect("an answer");
            found.into_iter().map(|entity| entity.map(|entity| entity["kind"].clone())).collect()
        };
        assert_eq!(kinds(&service).await, [Some(json!("Component")), Some(json!("API")), None]);
        assert_eq!(kinds(&ada).await, [Some(json!("Component")), None, None]);

        app.host.put("https://host/more.yaml", &component("more", None, &[]).to_string());
        let target = "https://host/more.yaml";
        let refused = catalog.add_location("url", target, &ada).await.expect_err("she may not");
        assert_eq!(refused.status, 403);
        assert_eq!(catalog.preview_location("url", target, &ada).await.expect_err("nor look").status, 403);
        let preview = catalog.preview_location("url", target, &service).await.expect("a preview");
        assert_eq!(preview.iter().filter(|entity| entity["kind"] == "Component").count(), 1);
        catalog.add_location("url", target, &service).await.expect("a location");
        let again = catalog.add_location("url", target, &service).await.expect_err("it is there");
        assert_eq!(again.status, 409);
        let file = catalog.add_location("file", "/etc/passwd", &service).await.expect_err("not such a type");
        assert_eq!(file.status, 400);
        app.stop().await;
    })
    .await;
}

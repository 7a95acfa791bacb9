//! What is asked of the catalog and changed in it is an event of the audit log.

use callboard_kit::audit::Severity;
use callboard_kit::plugin::Plugin;

use super::app::App;
use crate::support::TestDatabase;

#[tokio::test(flavor = "multi_thread")]
async fn every_route_about_entities_and_locations_is_an_event_and_changes_matter_more_than_reads() {
    let app = App::start(&TestDatabase::sqlite().await).await;
    let routes = app.plugin().routes();
    let own = routes.specs().iter().filter(|spec| !spec.path.starts_with("/."));
    for spec in own {
        let audited = spec.audited.unwrap_or_else(|| panic!("{} {} is no event", spec.method, spec.path));
        let mutates = audited.event_id.ends_with("-mutate");
        let expected = if mutates { Severity::Medium } else { Severity::Low };
        assert_eq!(audited.severity, expected, "{} {}", spec.method, spec.path);
        let changes = spec.method == "PUT" || spec.method == "DELETE";
        assert!(!changes || mutates, "{} {}", spec.method, spec.path);
    }
    app.stop().await;
}

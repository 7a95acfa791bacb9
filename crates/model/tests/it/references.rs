//! Entity references and location references.

use callboard_model::entity::{
    EntityRef, EntityRefError, LocationRef, LocationRefError, RefContext, generated_location_name,
    is_script_url,
};
use proptest::prelude::*;

#[test]
fn a_reference_is_cut_at_the_first_colon_and_the_first_slash() {
    let context = RefContext { default_kind: Some("Component"), default_namespace: "default" };
    for (text, complete) in [
        ("name", "component:default/name"),
        ("ns/name", "component:ns/name"),
        ("api:name", "api:default/name"),
        ("API:NS/Name", "api:ns/name"),
        ("a:b:c/d/e", "a:b:c/d/e"),
        ("ns/na:me", "component:ns/na:me"),
        ("a/b/c", "component:a/b/c"),
    ] {
        assert_eq!(EntityRef::parse_in(text, context).unwrap().to_string(), complete, "{text}");
    }
    let parsed = EntityRef::parse("a:b:c/d/e").unwrap();
    assert_eq!((parsed.kind.as_str(), parsed.namespace.as_str(), parsed.name.as_str()), ("a", "b:c", "d/e"));
}

#[test]
fn a_reference_with_an_empty_part_is_refused_with_the_form() {
    for text in ["", ":", "/", ":name", "kind:", "/name", "ns/", "kind:/name", "kind:ns/", ":ns/name"] {
        let error = EntityRef::parse_in(
            text,
            RefContext { default_kind: Some("component"), default_namespace: "default" },
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("Entity reference \"{text}\" was not on the form [<kind>:][<namespace>/]<name>")
        );
    }
}

#[test]
fn a_kind_is_mandatory_where_none_is_implied() {
    assert_eq!(EntityRef::parse("name"), Err(EntityRefError::MissingKind("name".into())));
    assert_eq!(EntityRef::parse("ns/name"), Err(EntityRefError::MissingKind("ns/name".into())));
}

#[test]
fn a_location_reference_is_cut_at_the_first_colon_and_trimmed() {
    let location = LocationRef::parse(" url : https://host/path:x ").unwrap();
    assert_eq!((location.kind.as_str(), location.target.as_str()), ("url", "https://host/path:x"));
    assert_eq!(location.to_string(), "url:https://host/path:x");
}

#[test]
fn a_location_reference_that_is_none_says_why() {
    use LocationRefError::{BareUrl, Form, Script};
    for (text, expected) in [
        ("nope", Form as fn(String) -> LocationRefError),
        ("", Form),
        (":target", Form),
        ("url:", Form),
        ("url:  ", Form),
        ("http://host/path", BareUrl),
        ("https://host/path", BareUrl),
        ("url:javascript:alert(1)", Script),
        ("url:\u{1} jAva\tscr\nipt\r:alert(1)", Script),
    ] {
        assert_eq!(LocationRef::parse(text), Err(expected(text.to_owned())), "{text:?}");
    }
}

#[test]
fn only_what_a_browser_would_run_is_a_script_url() {
    for text in ["https://x/javascript:", "javascript", "java script:x", "xjavascript:", ""] {
        assert!(!is_script_url(text), "{text:?}");
    }
}

#[test]
fn a_generated_location_is_named_by_the_hash_of_its_reference() {
    assert_eq!(
        generated_location_name("url", "http://localhost:8099/url/one.yaml"),
        "generated-ec8e452ccdf28645e165f3be40640e603a639f6c"
    );
}

proptest! {
    #[test]
    fn a_complete_reference_reads_back_to_itself(
        kind in "[a-zA-Z][a-zA-Z0-9]{0,10}",
        namespace in "[a-z0-9:-]{1,10}",
        name in "[ -~]{1,20}",
    ) {
        let text = EntityRef::new(kind, namespace, name).to_string();
        prop_assert_eq!(EntityRef::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn any_text_is_a_reference_or_an_error(text in "\\PC{0,40}") {
        if let Ok(parsed) = EntityRef::parse(&text) {
            prop_assert!(!parsed.kind.is_empty() && !parsed.namespace.is_empty() && !parsed.name.is_empty());
        }
        if let Ok(location) = LocationRef::parse(&text) {
            prop_assert_eq!(LocationRef::parse(&location.to_string()).unwrap(), location);
        }
    }
}

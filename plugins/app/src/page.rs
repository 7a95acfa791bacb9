//! The page: the configuration that browsers may see, put into it as Backstage's app backend does.

use serde_json::Value;

/// The path of a URL without a slash at its end: `/portal` of `https://host/portal/`.
pub fn base_path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').to_owned()
}

/// Puts the configuration before `</head>`; nothing in it can close the element.
pub fn inject(page: &str, config: &Value) -> String {
    // Taking words out can join what is left into the same words; in JSON the escape means the same character.
    let safe = format!("{config:#}").replace('<', "\\u003c");
    let element = format!("<script type=\"backstage.io/config\">\n{safe}\n</script>\n");
    match page.find("</head>") {
        Some(at) => format!("{}{element}{}", &page[..at], &page[at..]),
        None => page.to_owned(),
    }
}

/// A value of the visible configuration, the last source first.
pub(crate) fn value_at(config: &Value, path: &str) -> Option<Value> {
    let sources = config.as_array()?;
    let of = |source: &Value| {
        path.split('.')
            .try_fold(&source["data"], |value, key| value.get(key))
            .filter(|v| !v.is_null())
            .cloned()
    };
    sources.iter().rev().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn configuration_cannot_break_out_of_its_element() {
        for value in ["</script><script>alert(1)", "</SCRIPT>", "</scr</scriptipt>", "<!--<script>"] {
            let page = inject("<head></head>", &json!([{"a": value}]));
            assert_eq!(page.matches('<').count(), 4, "{page}");
            let (_, rest) = page.split_once("config\">").expect("the element");
            let (text, _) = rest.split_once("</script>").expect("its end");
            let read: Value = serde_json::from_str(text).expect("the same configuration");
            assert_eq!(read[0]["a"], value);
        }
    }

    #[test]
    fn the_path_is_that_of_the_url() {
        for (url, path) in [
            ("http://localhost:7007", ""),
            ("https://example.com/", ""),
            ("https://example.com/portal/?x", "/portal"),
            ("", ""),
        ] {
            assert_eq!(base_path(url), path, "{url}");
        }
    }
}

//! A browser of these tests: it keeps cookies, sends them where they belong, and reads the page at the end.

use axum::body::Body;
use callboard_testkit::{Answer, TestApp};
use http::Request;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Where the plugin stands in a whole server; cookies are bound to it.
const MOUNT: &str = "/api/auth";

/// One cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) path: String,
}

/// One browser.
#[derive(Debug, Clone, Default)]
pub(crate) struct Browser {
    pub(crate) jar: Vec<Cookie>,
}

impl Browser {
    /// Asks as a page does that scripts have written.
    pub(crate) async fn script(&mut self, app: &TestApp, method: &str, path: &str) -> Answer {
        self.ask(app, method, path, &[("x-requested-with", "XMLHttpRequest")]).await
    }

    /// Goes to a page.
    pub(crate) async fn go(&mut self, app: &TestApp, path: &str) -> Answer {
        self.ask(app, "GET", path, &[]).await
    }

    pub(crate) async fn ask(
        &mut self,
        app: &TestApp,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let whole = format!("{MOUNT}{path}");
        let cookies: Vec<String> = self
            .jar
            .iter()
            .filter(|cookie| whole.starts_with(&cookie.path))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let answer = app.request(request.body(Body::empty()).unwrap()).await;
        for line in answer.headers.get_all("set-cookie") {
            self.keep(line.to_str().unwrap());
        }
        answer
    }

    fn keep(&mut self, line: &str) {
        let (pair, attributes) = line.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let attribute = |wanted: &str| {
            let found = attributes.split("; ").filter_map(|attribute| attribute.split_once('='));
            found.filter(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned()).next()
        };
        // One with a domain is another cookie than one without.
        if attribute("Domain").is_some() {
            return;
        }
        let path = attribute("Path").unwrap();
        self.jar.retain(|cookie| cookie.name != name || cookie.path != path);
        if attribute("Max-Age").as_deref() != Some("0") {
            self.jar.push(Cookie { name: name.to_owned(), value: value.to_owned(), path });
        }
    }

    /// A cookie's value, decoded.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let found = self.jar.iter().find(|cookie| cookie.name == name)?;
        Some(percent_decode_str(&found.value).decode_utf8().unwrap().into_owned())
    }
}

/// Where an answer redirects to.
pub(crate) fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text);
    answer.headers["location"].to_str().unwrap().to_owned()
}

/// What the page at the end of a popup posts, and to which origin.
pub(crate) fn posted(answer: &Answer) -> (Value, String) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let texts: Vec<String> = answer
        .text
        .split("decodeURIComponent('")
        .skip(1)
        .map(|rest| {
            let text = rest.split('\'').next().unwrap();
            percent_decode_str(text).decode_utf8().unwrap().into_owned()
        })
        .collect();
    (serde_json::from_str(&texts[0]).unwrap(), texts[1].clone())
}

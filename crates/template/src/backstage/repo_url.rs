//! `parseRepoUrl` and `projectSlug`: what the repository picker makes, `host?owner=o&repo=r`, in its parts.

use indexmap::IndexMap;

use super::Integration;
use crate::native::Native;

/// The parts of the address of a repository; those that are not there are left out.
///
/// # Errors
///
/// When it is no address, its host is not one of the integrations, or a part is missing that such a host needs.
pub fn parse_repo_url(url: &Native, integrations: &[Integration]) -> Result<Native, String> {
    let Native::String(url) = url else {
        return Err(
            "the address of a repository must be a string such as github.com?owner=me&repo=mine".to_owned()
        );
    };
    let (host, query) = url.split_once('?').unwrap_or((url, ""));
    let query = query.split('#').next().unwrap_or_default();
    let host = host.split(['/', '#']).next().unwrap_or_default().to_lowercase();
    let valid =
        !host.is_empty() && host.chars().all(|letter| !letter.is_whitespace() && !"<>^|%\\".contains(letter));
    if !valid {
        return Err(format!(
            "{url:?} is not the address of a repository; one looks like github.com?owner=me&repo=mine"
        ));
    }
    let parameters = parameters(query);
    let part = |name: &str| {
        parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.trim_matches('/').to_owned())
    };
    let Some(integration) = integrations.iter().find(|integration| integration.host == host) else {
        return Err(format!(
            "no integration is configured for the host {host}; check `integrations` in the configuration"
        ));
    };
    let has = |name: &str| part(name).is_some_and(|value| !value.is_empty());
    let needed: &[&str] = match integration.kind.as_str() {
        "bitbucket" if host == "www.bitbucket.org" => &["workspace", "project", "repo"],
        "bitbucketCloud" => &["workspace", "project", "repo"],
        "bitbucket" | "bitbucketServer" | "azure" => &["project", "repo"],
        "gitlab" if has("project") => &[],
        "gitea" | "gerrit" => &["repo"],
        _ => &["owner", "repo"],
    };
    if let Some(missing) = needed.iter().find(|name| !has(name)) {
        return Err(format!("the address {url} lacks {missing}, which repositories of {host} need"));
    }
    let mut parts = IndexMap::new();
    parts.insert("host".to_owned(), Native::String(host));
    for name in ["owner", "repo", "organization", "workspace", "project"] {
        if let Some(value) = part(name) {
            parts.insert(name.to_owned(), Native::String(value));
        }
    }
    Ok(Native::Object(parts))
}

/// `owner/repo`.
///
/// # Errors
///
/// As [`parse_repo_url`].
pub fn project_slug(url: &Native, integrations: &[Integration]) -> Result<Native, String> {
    let parts = parse_repo_url(url, integrations)?;
    let part = |name: &str| match &parts {
        Native::Object(parts) => match parts.get(name) {
            Some(Native::String(text)) => text.clone(),
            _ => "undefined".to_owned(),
        },
        _ => String::new(),
    };
    Ok(Native::String(format!("{}/{}", part("owner"), part("repo"))))
}

/// The parameters of a query, decoded as forms are.
fn parameters(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        match (first, others) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, behind @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit =
                    |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                bytes.push(digit(*high).unwrap_or(0) * 16 + digit(*low).unwrap_or(0));
                rest = behind;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

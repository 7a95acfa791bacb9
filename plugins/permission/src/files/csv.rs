//! `policies-csv-file`: lines `p, role, permission, action, effect` and `g, member, role`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::error::RbacError;
use crate::model::{Effect, Origin, Role, RoleMetadata, Source};
use crate::validate;

/// Lines of the file that count.
const MAX_LINES: usize = 200_000;

/// What the file holds, and what of it was left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct CsvFile {
    pub(crate) roles: BTreeMap<String, Role>,
    /// `file:line: why`
    pub(crate) warnings: Vec<String>,
}

/// Reads the text of the file.
///
/// # Errors
/// For a line that is neither a policy nor a membership, with its number.
pub(crate) fn parse(path: &Path, text: &str) -> Result<CsvFile, RbacError> {
    let shown: Arc<str> = path.display().to_string().into();
    let mut file = CsvFile::default();
    let mut effects: BTreeMap<(String, String, &'static str), Effect> = BTreeMap::new();
    let mut counted = 0;
    for (at, text) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = at + 1;
        let wrong = |problem: String| RbacError::File { path: shown.to_string(), line, problem };
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        counted += 1;
        if counted > MAX_LINES {
            return Err(wrong(format!("more than {MAX_LINES} lines")));
        }
        let fields = fields(trimmed).map_err(wrong)?;
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let outcome = match fields[..] {
            ["p", role, permission, action, effect] => {
                policy(&mut file, &mut effects, role, [permission, action, effect], &shown, line)
            }
            ["g", member, role] => membership(&mut file, member, role),
            ["p", ..] => {
                return Err(wrong(
                    "a policy is: p, role, permission or resource type, action, effect".to_owned(),
                ));
            }
            ["g", ..] => return Err(wrong("a membership is: g, user or group, role".to_owned())),
            _ => return Err(wrong(format!("a line begins with p or g, this one with '{}'", fields[0]))),
        };
        if let Err(error) = outcome {
            file.warnings.push(format!("{shown}:{line}: {error}"));
        }
    }
    Ok(file)
}

/// The fields of a line, trimmed; quotes as in CSV.
fn fields(line: &str) -> Result<Vec<String>, String> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        let Some(quoted) = rest.strip_prefix('"') else {
            let end = rest.find(',').unwrap_or(rest.len());
            fields.push(rest[..end].trim().to_owned());
            match rest.get(end + 1..) {
                Some(after) if end < rest.len() => rest = after,
                _ => return Ok(fields),
            }
            continue;
        };
        let mut field = String::new();
        let mut inside = quoted;
        let after = loop {
            let end = inside.find('"').ok_or("a quote is not closed")?;
            field.push_str(&inside[..end]);
            inside = &inside[end + 1..];
            match inside.strip_prefix('"') {
                Some(more) => {
                    field.push('"');
                    inside = more;
                }
                None => break inside.trim_start(),
            }
        };
        fields.push(field.trim().to_owned());
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None if after.is_empty() => return Ok(fields),
            None => return Err("something stands between a closing quote and the next comma".to_owned()),
        }
    }
}

fn role<'f>(file: &'f mut CsvFile, name: &str) -> &'f mut Role {
    file.roles.entry(name.to_owned()).or_insert_with(|| Role {
        name: name.to_owned(),
        source: Source::CsvFile,
        metadata: RoleMetadata::default(),
        is_default: false,
        members: BTreeSet::new(),
        policies: Vec::new(),
    })
}

fn policy(
    file: &mut CsvFile,
    effects: &mut BTreeMap<(String, String, &'static str), Effect>,
    name: &str,
    [permission, action, effect]: [&str; 3],
    path: &Arc<str>,
    line: usize,
) -> Result<(), RbacError> {
    validate::role_name(name)?;
    let policy = validate::policy(permission, action, effect)?;
    let key = (name.to_owned(), policy.permission.clone(), policy.action.as_str());
    match effects.get(&key) {
        Some(known) if *known == policy.effect => {
            return Err(RbacError::Conflict(format!("this policy of {name} stands in the file twice")));
        }
        // Deny wins, whichever comes first.
        Some(_) => {
            let message = format!("{name} is both allowed and denied '{permission}' {action}; deny wins");
            file.warnings.push(format!("{path}:{line}: {message}"));
        }
        None => {
            effects.insert(key, policy.effect);
        }
    }
    role(file, name).policies.push((policy, Origin::File { path: path.clone(), line }));
    Ok(())
}

fn membership(file: &mut CsvFile, member: &str, name: &str) -> Result<(), RbacError> {
    let member = member.to_lowercase();
    if (member.starts_with("group:") || member.starts_with("user:")) && !name.starts_with("role:") {
        return Err(RbacError::Input(format!(
            "'{name}' is no role; who is a member of a group is said by the catalog"
        )));
    }
    validate::role_name(name)?;
    validate::member(&member)?;
    if !role(file, name).members.insert(member.clone()) {
        return Err(RbacError::Conflict(format!("{member} is a member of {name} already")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CsvFile, RbacError> {
        parse(Path::new("rbac.csv"), text)
    }

    #[test]
    fn comments_blanks_spaces_and_quotes_are_as_in_casbin_files() {
        let text = "# roles\n\n  g, User:default/Ada ,role:default/a\np,role:default/a,\"catalog-entity\", read ,allow\n";
        let file = read(text).unwrap();
        assert!(file.warnings.is_empty(), "{:?}", file.warnings);
        let role = &file.roles["role:default/a"];
        assert_eq!(role.members.iter().map(String::as_str).collect::<Vec<_>>(), ["user:default/ada"]);
        assert_eq!(role.policies[0].0.permission, "catalog-entity");
        assert_eq!(role.policies[0].1.to_string(), "rbac.csv:4");
        assert_eq!(fields("a, \"b \"\"c\"\", d\" ,").unwrap(), ["a", "b \"c\", d", ""]);
    }

    #[test]
    fn a_line_that_can_not_be_read_makes_the_file_wrong_and_is_named() {
        for (text, line) in [
            ("g, user:default/a, role:default/a\nx, y\n", 2),
            ("p, role:default/a, catalog-entity, read\n", 1),
            ("\n\ng, user:default/a\n", 3),
            ("p, \"role:default/a, x, read, allow\n", 1),
            ("p, \"role:default/a\" x, y, read, allow\n", 1),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("rbac.csv:{line}: ")), "{error}");
        }
    }

    #[test]
    fn a_line_that_makes_no_sense_is_left_out_with_a_warning() {
        for line in [
            "p, role:default/a, catalog-entity, look, allow",
            "p, role:default/a, catalog-entity, read, maybe",
            "p, user:default/a, catalog-entity, read, allow",
            "p, role:default/a, , read, allow",
            "g, role:default/b, role:default/a",
            "g, group:default/b, group:default/a",
            "g, user:default/b, group:default/a",
            "g, api:default/b, role:default/a",
            "g, ada, role:default/a",
            "g, user:default/a!, role:default/a",
        ] {
            let file = read(&format!("# one\n{line}\n")).unwrap();
            assert!(file.warnings[0].starts_with("rbac.csv:2: "), "{line}: {:?}", file.warnings);
            assert!(
                file.roles.values().all(|role| role.members.is_empty() && role.policies.is_empty()),
                "{line}"
            );
        }
    }
}

//! Reading one entry of `scaffolder.actions`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use callboard_config::{Config, ConfigError};
use http::{HeaderName, HeaderValue};
use jsonschema::Validator;
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::limits::Limits;
use crate::action::{ActionExample, ActionSpec};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// One action that the configuration declares.
pub(super) struct Declared {
    pub(super) spec: ActionSpec,
    pub(super) output: Option<Validator>,
    pub(super) runner: Runner,
}

/// What does the work.
pub(super) enum Runner {
    /// A program of this machine.
    Program(Program),
    /// An HTTP endpoint.
    Endpoint(Endpoint),
}

/// A program and how it is run.
pub(super) struct Program {
    /// Absolute path, then arguments.
    pub(super) command: Vec<String>,
    /// Its environment, beside `PATH`, `HOME`, `TMPDIR` and `LANG`.
    pub(super) environment: Vec<(String, SecretString)>,
    /// Whether it works in the task's workspace, or in a directory of its own.
    pub(super) in_workspace: bool,
    pub(super) limits: Limits,
    pub(super) timeout: Duration,
}

/// An endpoint and how it is called.
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) headers: Vec<(HeaderName, SecretString)>,
    /// Signs each call.
    pub(super) secret: Option<SecretString>,
    pub(super) timeout: Duration,
}

impl Declared {
    pub(super) fn read(section: &Config) -> Result<Self, ConfigError> {
        let id = section.get_str("id")?;
        let plain = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        if !id.contains(':') || !id.split(':').all(plain) || id.len() > 100 {
            let hint = "expected names with colons between, for example acme:ticket:create";
            return Err(section.error("id", hint));
        }
        let (input, _) = schema(section, "inputSchema")?;
        let (output_schema, output) = schema(section, "outputSchema")?;
        let timeout = section.opt_duration("timeout")?.unwrap_or(DEFAULT_TIMEOUT);
        let runner = match (section.has("command"), section.has("http")) {
            (true, false) => Runner::Program(program(section, timeout)?),
            (false, true) => Runner::Endpoint(endpoint(section, timeout)?),
            _ => return Err(section.error("", "needs either a command or http")),
        };
        let mut examples = Vec::new();
        for example in section.config_array("examples")? {
            examples.push(ActionExample {
                description: kept(example.opt_str("description")?.unwrap_or_default()),
                example: kept(example.get_str("example")?),
            });
        }
        let spec = ActionSpec {
            id: kept(id),
            description: kept(section.opt_str("description")?.unwrap_or_default()),
            examples,
            input: input.unwrap_or_else(|| json!({"type": "object"})),
            output: output_schema,
            supports_dry_run: section.opt_bool("dryRun")?.unwrap_or(false),
            idempotent: section.opt_bool("idempotent")?.unwrap_or(false),
        };
        Ok(Self { spec, output, runner })
    }
}

/// Descriptions of actions live as long as the process does; the configuration is read once.
fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn schema(section: &Config, key: &str) -> Result<(Option<Value>, Option<Validator>), ConfigError> {
    let Some(schema) = section.get(key) else { return Ok((None, None)) };
    if !schema.is_object() {
        return Err(section.error(key, "expected an object, a JSON schema"));
    }
    let validator = jsonschema::validator_for(&schema)
        .map_err(|error| section.error(key, format!("is no JSON schema: {error}")))?;
    Ok((Some(schema), Some(validator)))
}

fn program(section: &Config, timeout: Duration) -> Result<Program, ConfigError> {
    let command = section.opt_string_array("command")?.unwrap_or_default();
    let file = command.first().map(PathBuf::from).unwrap_or_default();
    if !file.is_absolute() {
        return Err(
            section.error("command", "expected a list that starts with the absolute path of a program")
        );
    }
    if !is_executable(&file) {
        return Err(section.error("command", format!("{} is no file that can be run", file.display())));
    }
    let mut environment = Vec::new();
    for name in section.keys("env") {
        let fits = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty();
        // These would make the shell or the loader that starts it do something else.
        if !fits
            || name.starts_with("LD_")
            || name.starts_with("DYLD_")
            || name == "ENV"
            || name == "BASH_ENV"
        {
            return Err(section.error("env", format!("\"{name}\" can't be set")));
        }
        let value = section.get_str(&format!("env.{name}"))?.to_owned();
        environment.push((name, value.into()));
    }
    let in_workspace = match section.opt_str("workingDirectory")? {
        None | Some("workspace") => true,
        Some("temporary") => false,
        Some(_) => return Err(section.error("workingDirectory", "expected workspace or temporary")),
    };
    let limits = Limits::read(section)?;
    Ok(Program { command, environment, in_workspace, limits, timeout })
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

fn endpoint(section: &Config, timeout: Duration) -> Result<Endpoint, ConfigError> {
    let url = section.get_str("http.url")?;
    let parsed =
        Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let plain = parsed.is_some_and(|url| url.username().is_empty() && url.password().is_none());
    if !plain {
        let hint = "expected an http or https URL without a user; put credentials under headers";
        return Err(section.error("http.url", hint));
    }
    let mut headers = Vec::new();
    for name in section.keys("http.headers") {
        let key = format!("http.headers.{name}");
        let value = section.get_str(&key)?;
        let parsed =
            HeaderName::from_bytes(name.as_bytes()).ok().filter(|_| HeaderValue::from_str(value).is_ok());
        let parsed = parsed.ok_or_else(|| section.error(&key, "can't be sent as a header"))?;
        headers.push((parsed, value.to_owned().into()));
    }
    let secret = section.opt_str("http.secret")?.map(|secret| secret.to_owned().into());
    Ok(Endpoint { url: url.to_owned(), headers, secret, timeout })
}

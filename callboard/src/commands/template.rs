//! `callboard template eval`: what an expression or a file of a template becomes, without a server.

mod cases;

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use callboard_model::yaml::{Limits, parse_one};
use callboard_scm::Integrations;
use callboard_template::backstage::{BackstageHost, Integration};
use callboard_template::{Context, Mode, Native, Options, Template, TemplateError, parse_deep_json};
use serde_json::{Value, json};

use crate::cli::{ConfigArgs, EvalArgs, EvalMode, TemplateAction, TemplateCommand};

/// Runs the command.
pub(crate) fn run(command: &TemplateCommand) -> anyhow::Result<ExitCode> {
    let TemplateAction::Eval(arguments) = &command.action;
    let host = BackstageHost::new(integrations(&arguments.source)?);
    if arguments.jsonl {
        cases::run(&host)?;
        return Ok(ExitCode::SUCCESS);
    }
    let template = template(arguments)?;
    let context = match &arguments.context {
        Some(path) => context(path)?,
        None => json!({}),
    };
    let options = Options {
        trim_blocks: arguments.trim_blocks,
        lstrip_blocks: arguments.lstrip_blocks,
        ..Options::new(mode(arguments.mode))
    };
    match render(&template, &options, &context, &host) {
        Ok(Native::String(text)) if options.mode != Mode::Input => super::print(&text),
        Ok(value) => super::print(&serde_json::to_string_pretty(&value.encoded())?),
        Err(error) => {
            super::fail(&anyhow::anyhow!("{}: {error}", error.code().unwrap_or(error.name())));
            return Ok(ExitCode::from(1));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn mode(mode: EvalMode) -> Mode {
    match mode {
        EvalMode::Input => Mode::Input,
        EvalMode::Skeleton => Mode::Skeleton,
        EvalMode::Cookiecutter => Mode::Cookiecutter,
    }
}

/// Renders as the scaffolder does: inputs of steps to values, everything else to text.
fn render(
    template: &str,
    options: &Options,
    context: &Value,
    host: &BackstageHost,
) -> Result<Native, TemplateError> {
    let context = Context::new(context)?;
    let template = Template::parse(template, options)?;
    if options.mode == Mode::Input {
        return template.render_value(context, &host.clone().in_steps(false));
    }
    template.render_text(context, host).map(Native::String)
}

/// The source hosts that `parseRepoUrl` knows: those of the configuration that is named, else Backstage's defaults.
fn integrations(source: &ConfigArgs) -> anyhow::Result<Vec<Integration>> {
    let known = if source.config.is_empty() {
        Integrations::from_value(None)?
    } else {
        Integrations::from_config(&super::source::loaded(source)?.config)?
    };
    Ok(known
        .list()
        .iter()
        .map(|one| Integration { host: one.host().to_owned(), kind: one.host_type().to_owned() })
        .collect())
}

fn template(arguments: &EvalArgs) -> anyhow::Result<String> {
    match (&arguments.template, &arguments.file) {
        (Some(template), _) => Ok(template.clone()),
        (None, Some(path)) => read(path),
        (None, None) => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("the template on standard input")?;
            Ok(text)
        }
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// A context from a JSON or YAML file.
fn context(path: &Path) -> anyhow::Result<Value> {
    let text = read(path)?;
    if path.extension().is_some_and(|ending| ending == "json") {
        return parse_deep_json(&text).with_context(|| path.display().to_string());
    }
    match parse_one(&text, &Limits::default()) {
        Ok(document) => Ok(document.value),
        Err(error) => bail!("{}: {error}", path.display()),
    }
}

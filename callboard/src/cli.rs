//! What can be typed: the commands, their flags, and the help that teaches them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A developer portal in one binary that reads what a Backstage installation reads.
#[derive(Debug, Parser)]
#[command(
    name = "callboard",
    version,
    propagate_version = true,
    after_help = "Start here:\n  \
        callboard serve                             app-config.yaml of this directory, on port 7007\n  \
        callboard serve --config a.yaml --config b.yaml\n  \
        callboard config check                      is the configuration right, and where not\n  \
        callboard validate catalog-info.yaml        is a catalog file right, before it is merged"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the portal and its API
    ///
    /// Reads the same configuration as Backstage: app-config.yaml, then app-config.<env>.yaml for each name in
    /// BACKSTAGE_ENV, then the .local files; or exactly the files given by --config. APP_CONFIG_* variables win.
    Serve(ConfigArgs),
    /// Check catalog files without a server, for editors and CI
    ///
    /// Prints each error as file:line:column. Exit status 0 when everything is valid, 1 when something is not.
    Validate(ValidateArgs),
    /// Look at the configuration: check it, or print it with the origin of each value
    Config(ConfigCommand),
    /// Look at permissions: who may do what, and why
    Permission(PermissionCommand),
    /// Try out expressions of software templates
    Template(TemplateCommand),
}

/// Where configuration comes from.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConfigArgs {
    /// A configuration file; may be repeated, later files win. Without it: app-config.yaml and its companions
    #[arg(long = "config", value_name = "FILE")]
    pub(crate) config: Vec<PathBuf>,
}

/// `callboard validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Files, or directories to search for catalog-info.yaml and other YAML files with entities
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Output formats of `callboard validate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line for each error: file:line:column: message
    Text,
    /// A JSON array
    Json,
    /// SARIF 2.1.0, which code hosts show beside the lines
    Sarif,
}

/// `callboard config …`.
#[derive(Debug, Args)]
pub(crate) struct ConfigCommand {
    #[command(subcommand)]
    pub(crate) action: ConfigAction,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    /// Report wrong values, unknown keys and ignored sections; exit status 1 when something is wrong
    Check {
        #[command(flatten)]
        source: ConfigArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the merged configuration, secrets masked, with the origin of each value
    Print {
        #[command(flatten)]
        source: ConfigArgs,
        /// Print only what the browser may see
        #[arg(long)]
        frontend: bool,
    },
}

/// `callboard template …`.
#[derive(Debug, Args)]
pub(crate) struct TemplateCommand {
    #[command(subcommand)]
    pub(crate) action: TemplateAction,
}

/// What to do with expressions.
#[derive(Debug, Subcommand)]
pub(crate) enum TemplateAction {
    /// Render an expression or a file as the scaffolder would; exit status 1 when it can't be rendered
    ///
    /// Step inputs come out as JSON, so that a number can be told from a text; skeletons come out as the text they
    /// become. An error names line and column.
    #[command(after_help = "Examples:\n  \
        callboard template eval '${{ parameters.name | upper }}' --context values.yaml\n  \
        callboard template eval --mode skeleton --file skeleton/README.md --context values.yaml")]
    Eval(EvalArgs),
}

/// `callboard template eval`.
#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// The template; without it and without --file it is read from standard input
    #[arg(value_name = "TEMPLATE", conflicts_with_all = ["file", "jsonl"])]
    pub(crate) template: Option<String>,
    /// A file with the template
    #[arg(long, value_name = "FILE", conflicts_with = "jsonl")]
    pub(crate) file: Option<PathBuf>,
    /// A JSON or YAML file with what the template sees: parameters, steps, … or values, or cookiecutter
    #[arg(long, value_name = "FILE", conflicts_with = "jsonl")]
    pub(crate) context: Option<PathBuf>,
    /// How the template is read
    #[arg(long, value_enum, default_value_t = EvalMode::Input)]
    pub(crate) mode: EvalMode,
    /// Remove the line break behind a tag, as `trimBlocks: true` of fetch:template does
    #[arg(long)]
    pub(crate) trim_blocks: bool,
    /// Remove the indentation before a tag, as `lstripBlocks: true` of fetch:template does
    #[arg(long)]
    pub(crate) lstrip_blocks: bool,
    /// Read cases {"mode","template","context","options"} from standard input, one JSON object a line, and print one
    /// line for each: {"result": …} or {"error": {"name","code"}}
    #[arg(long)]
    pub(crate) jsonl: bool,
    #[command(flatten)]
    pub(crate) source: ConfigArgs,
}

/// Dialects of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalMode {
    /// The input of a step: ${{ }}, native values
    Input,
    /// A file or file name of a skeleton: ${{ }}, text
    Skeleton,
    /// A Cookiecutter skeleton: {{ }}, text
    Cookiecutter,
}

/// `callboard permission …`.
#[derive(Debug, Args)]
pub(crate) struct PermissionCommand {
    #[command(subcommand)]
    pub(crate) action: PermissionAction,
}

/// What to do with permissions.
#[derive(Debug, Subcommand)]
pub(crate) enum PermissionAction {
    /// Say which role, policy and condition decide; exit status 1 when the answer is no
    ///
    /// Reads the configuration, its policy files and the database; needs no running server and changes nothing.
    Explain(ExplainArgs),
}

/// `callboard permission explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) source: ConfigArgs,
    /// Who, as an entity reference: user:default/ada
    #[arg(long, value_name = "REF")]
    pub(crate) user: String,
    /// What, by name: catalog.entity.delete
    #[arg(long, value_name = "NAME")]
    pub(crate) permission: String,
    /// create, read, update, delete or use; known for the permissions of this server
    #[arg(long, value_name = "ACTION")]
    pub(crate) action: Option<String>,
    /// catalog-entity; known for the permissions of this server
    #[arg(long, value_name = "TYPE")]
    pub(crate) resource_type: Option<String>,
    /// To what: component:default/search
    #[arg(long, value_name = "REF")]
    pub(crate) resource: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub(crate) format: ExplainFormat,
}

/// Output formats of `callboard permission explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For reading
    Text,
    /// What the HTTP route answers
    Json,
}

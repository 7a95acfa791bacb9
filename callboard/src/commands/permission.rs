//! `callboard permission explain`: who may do what, and why, from configuration and database, without a running server.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use callboard_kit::audit::LogAudit;
use callboard_kit::credentials::Credentials;
use callboard_kit::metrics::Metrics;
use callboard_kit::permission::PermissionIntegration;
use callboard_kit::plugin::Plugin;
use callboard_plugin_catalog::CatalogPlugin;
use callboard_plugin_permission::{Explanation, PermissionPlugin, Question};
use callboard_store::Database;

use super::serve::{Ground, services};
use crate::cli::{ExplainArgs, ExplainFormat, PermissionAction, PermissionCommand};

/// Runs the command.
pub(crate) fn run(command: &PermissionCommand) -> anyhow::Result<ExitCode> {
    let PermissionAction::Explain(arguments) = &command.action;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    let explanation = runtime.block_on(explain(arguments))?;
    super::print(&match arguments.format {
        ExplainFormat::Json => serde_json::to_string_pretty(&explanation)?,
        ExplainFormat::Text => text(arguments, &explanation),
    });
    Ok(if explanation.result == "DENY" { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn explain(arguments: &ExplainArgs) -> anyhow::Result<Explanation> {
    let config = super::source::loaded(&arguments.source)?.config;
    let database = Database::open(&config).await.context("backend.database")?;
    let (services, ground) = services(config, &database, Metrics::default(), Arc::new(LogAudit))?;
    let Ground { integrations, permission, .. } = ground;
    let catalog = CatalogPlugin::new(services.clone(), database.clone(), integrations)
        .context("the catalog plugin could not be made")?;
    let missing = "the database can't be read; has the server been started on it once";
    catalog.catalog().load_index().await.context(missing)?;
    let own = PermissionPlugin::new(services, permission.clone());
    let plugins: Vec<Arc<dyn PermissionIntegration>> =
        [catalog.permissions(), own.permissions()].into_iter().flatten().collect();
    permission.connect(plugins, catalog.catalog().clone());
    permission.load_once().await.context("permission.rbac")?;
    let question = Question {
        user_entity_ref: arguments.user.clone(),
        permission: arguments.permission.clone(),
        action: arguments.action.clone(),
        resource_type: arguments.resource_type.clone(),
        resource_ref: arguments.resource.clone(),
    };
    let explanation = permission.explain(&question, &Credentials::own_service("permission")).await;
    database.close().await;
    Ok(explanation?)
}

fn text(arguments: &ExplainArgs, explanation: &Explanation) -> String {
    let user = &explanation.user;
    let on = arguments.resource.as_ref().map_or(String::new(), |resource| format!(" on {resource}"));
    let mut lines =
        vec![format!("{}  {} {}{on}", explanation.result, user.user_entity_ref, arguments.permission)];
    lines.push(String::from("\nroles:"));
    for role in &user.roles {
        let way = match role.via.is_empty() {
            true => String::new(),
            false => format!(" through {}", role.via.join(" < ")),
        };
        lines.push(format!("  {} ({}){way}", role.role, role.source));
    }
    if user.roles.is_empty() {
        lines.push("  none".to_owned());
    }
    for (heading, decided) in [("\ndecided by:", true), ("\nhad no say:", false)] {
        let steps: Vec<_> = explanation.steps.iter().filter(|step| step.decided == decided).collect();
        if !steps.is_empty() {
            lines.push(heading.to_owned());
        }
        for step in steps {
            let role = step.role.as_ref().map_or(String::new(), |role| format!("{role}: "));
            lines.push(format!("  {} {}: {role}{}", step.effect, step.kind, step.detail));
        }
    }
    lines.join("\n")
}

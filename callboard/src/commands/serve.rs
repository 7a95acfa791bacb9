//! `callboard serve`: makes the services, starts the plugins, answers until it is told to stop.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use callboard_config::Config;
use callboard_kit::audit::LogAudit;
use callboard_kit::events::EventBus;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::metrics::Metrics;
use callboard_kit::permission::AllowAll;
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_auth::AuthService;
use callboard_scm::{Integrations, ScmUrlReader};
use callboard_store::Database;
use hyper_util::service::TowerToHyperService;
use tokio_util::sync::CancellationToken;

use crate::cli::ConfigArgs;
use crate::server::connections::{self, Limits};
use crate::server::health::Readiness;
use crate::server::{listen, metrics, stack};
use crate::{logging, plugins};

/// Serves until SIGTERM or SIGINT.
pub(crate) fn run(arguments: &ConfigArgs) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let config = super::source::loaded(arguments)?.config;
    let level = std::env::var("LOG_LEVEL").ok();
    let level = match level.as_deref() {
        Some(level) => Some(level),
        None => config.opt_str("backend.logger.level")?,
    };
    logging::start(level, callboard_config::secret_values(&config));
    super::config::report(&config)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?
        .block_on(serve(config, started))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config, started: Instant) -> anyhow::Result<()> {
    let address = listen::address(&config)?;
    let listener = listen::bind(&address).await?;
    let database = Database::open(&config).await.context("backend.database")?;
    let (services, integrations, auth) = services(config, &database).await?;
    let plugins = plugins::all(&services, &database, &integrations, &auth)?;
    let readiness = Readiness::new();
    let server = stack::server(&plugins, &services, &auth, readiness.clone())?;

    let stop = CancellationToken::new();
    let limits = limits(&services.config)?;
    let mut listeners = tokio::task::JoinSet::new();
    if let Some(address) = listen::metrics_address(&services.config)? {
        let listener = listen::bind(&address).await?;
        tracing::info!(address = %listener.local_addr()?, "metrics are open on a listener of their own");
        listeners.spawn(connections::serve(
            listener,
            TowerToHyperService::new(metrics::open(services.metrics.clone())),
            limits,
            stop.clone(),
        ));
    }
    // Listening starts before the plugins have started: probes get an answer, and requests wait instead of failing.
    let local = listener.local_addr()?;
    tracing::info!(address = %local, "listening");
    listeners.spawn(connections::serve(listener, server, limits, stop.clone()));

    let lifecycle = Lifecycle::default();
    let outcome = tokio::select! {
        outcome = start(&plugins, &lifecycle) => outcome,
        () = told_to_stop() => Ok(false),
    };
    if outcome.as_ref().is_ok_and(|ready| *ready) {
        readiness.ready();
        let url = services.config.opt_str("app.baseUrl")?.unwrap_or("http://localhost:7007").to_owned();
        let milliseconds = started.elapsed().as_millis() as u64;
        tracing::info!(address = %local, %url, milliseconds, "Callboard is ready at {url}");
        told_to_stop().await;
    }
    tracing::info!("stopping");
    readiness.stopping();
    if let Some(delay) = services.config.opt_duration("backend.lifecycle.serverShutdownDelay")? {
        tokio::time::sleep(delay.min(Duration::from_secs(300))).await;
    }
    stop.cancel();
    // Open streams and waiting requests end by themselves; otherwise they would last until they are cut off.
    lifecycle.shutdown().cancel();
    while listeners.join_next().await.is_some() {}
    lifecycle.stop().await;
    database.close().await;
    outcome.map(|_| ())
}

/// The services that all plugins share.
async fn services(
    config: Config,
    database: &Database,
) -> anyhow::Result<(Services, Arc<Integrations>, Arc<AuthService>)> {
    let integrations = Arc::new(Integrations::from_config(&config).context("integrations")?);
    let urls = Arc::new(ScmUrlReader::new(&config).context("integrations")?);
    let development = std::env::var("NODE_ENV").is_ok_and(|value| value == "development");
    let auth = Arc::new(AuthService::new(&config, database.clone(), development).context("backend.auth")?);
    let services = Services {
        config: Arc::new(config),
        authenticator: auth.clone(),
        tokens: auth.clone(),
        authorizer: Arc::new(AllowAll),
        urls,
        audit: Arc::new(LogAudit),
        events: EventBus::default(),
        metrics: Metrics::default(),
    };
    Ok((services, integrations, auth))
}

/// Starts all plugins; `true` when they have.
async fn start(plugins: &[Arc<dyn Plugin>], lifecycle: &Lifecycle) -> anyhow::Result<bool> {
    for plugin in plugins {
        let id = plugin.id();
        plugin.start(lifecycle).await.with_context(|| format!("the plugin {id} could not start"))?;
    }
    Ok(true)
}

fn limits(config: &Config) -> anyhow::Result<Limits> {
    let mut limits = Limits::default();
    if let Some(milliseconds) = config.opt_u64("backend.server.headersTimeout")? {
        limits.headers = Duration::from_millis(milliseconds.max(1));
    }
    Ok(limits)
}

/// Returns when the process is asked to end.
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without signal handlers the default applies: the process ends at once.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

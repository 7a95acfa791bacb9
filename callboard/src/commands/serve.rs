//! `callboard serve`: makes the services, starts the plugins, answers until it is told to stop.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use callboard_audit::{AuditSettings, AuditStore, Auditor};
use callboard_config::{Config, Masker};
use callboard_kit::audit::AuditLog;
use callboard_kit::events::EventBus;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::metrics::Metrics;
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_app::AppPlugin;
use callboard_plugin_auth::AuthService;
use callboard_plugin_permission::PermissionService;
use callboard_scm::egress::Egress;
use callboard_scm::{Integrations, ScmUrlReader};
use callboard_store::Database;
use tokio_util::sync::CancellationToken;

use crate::cli::ConfigArgs;
use crate::server::client_address::TrustProxy;
use crate::server::connections::{self, Limits, Served};
use crate::server::health::Readiness;
use crate::server::{listen, metrics, stack, tls};
use crate::{logging, plugins};

/// Headers of one request, whatever the configuration says.
const MOST_HEADERS: usize = 1_000;

/// Serves until SIGTERM or SIGINT.
pub(crate) fn run(arguments: &ConfigArgs) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let config = super::source::loaded(arguments)?.config;
    let level = std::env::var("LOG_LEVEL").ok();
    let level = match level.as_deref() {
        Some(level) => Some(level),
        None => config.opt_str("backend.logger.level")?,
    };
    let masker = Masker::new(&callboard_config::secret_values(&config));
    let lines = logging::start(level, masker.clone());
    super::config::report(&config)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?
        .block_on(serve(config, Log { masker, lines }, started))?;
    Ok(ExitCode::SUCCESS)
}

/// The structured log, and what must not stand in it.
struct Log {
    masker: Masker,
    lines: logging::AuditLines,
}

async fn serve(config: Config, log: Log, started: Instant) -> anyhow::Result<()> {
    let address = listen::address(&config)?;
    let (proxies, tls) = (TrustProxy::new(&config)?, tls::acceptor(&config)?);
    let listener = listen::bind(&address).await?;
    let database = Database::open(&config).await.context("backend.database")?;
    let metrics = Metrics::default();
    let auditor = auditor(&config, &database, log, &metrics).await?;
    let (services, ground) = services(config, &database, metrics, auditor.clone())?;
    let app = AppPlugin::new(&services, database.clone(), ground.auth.clone()).context("app.distDir")?;
    let plugins = plugins::all(&services, &database, &ground, &app)?;
    let auth = ground.auth;
    let readiness = Readiness::new();
    let server = stack::server(&plugins, &app, &services, &auth, readiness.clone())?;

    let stop = CancellationToken::new();
    let limits = limits(&services.config)?;
    let mut listeners = tokio::task::JoinSet::new();
    if let Some(address) = listen::metrics_address(&services.config)? {
        let listener = listen::bind(&address).await?;
        tracing::info!(address = %listener.local_addr()?, "metrics are open on a listener of their own");
        listeners.spawn(connections::serve(
            listener,
            Served::plain(metrics::open(services.metrics.clone())),
            limits,
            stop.clone(),
        ));
    }
    // Listening starts before the plugins have started: probes get an answer, and requests wait instead of failing.
    let local = listener.local_addr()?;
    tracing::info!(address = %local, "listening");
    let served = Served { service: server, proxies, tls };
    listeners.spawn(connections::serve(listener, served, limits, stop.clone()));

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
    auditor.stop().await;
    database.close().await;
    outcome.map(|_| ())
}

/// What stands below the plugins, and which some of them are made over.
pub(crate) struct Ground {
    pub(crate) integrations: Arc<Integrations>,
    pub(crate) auth: Arc<AuthService>,
    pub(crate) permission: Arc<PermissionService>,
    /// The one guarded client, with its connections and what it knows of rate limits.
    pub(crate) egress: Egress,
}

/// The audit log with its sinks.
async fn auditor(
    config: &Config,
    database: &Database,
    log: Log,
    metrics: &Metrics,
) -> anyhow::Result<Arc<Auditor>> {
    let settings = AuditSettings::read(config)?;
    let store = AuditStore::new(database.clone());
    // Before the first event comes.
    store.migrate().await.context("the table of audit events")?;
    let auditor = Auditor::start(settings, Some(store), Some(Arc::new(log.lines)), log.masker, metrics);
    Ok(Arc::new(auditor.context("backend.auditor")?))
}

/// The services that all plugins share.
pub(super) fn services(
    config: Config,
    database: &Database,
    metrics: Metrics,
    audit: Arc<dyn AuditLog>,
) -> anyhow::Result<(Services, Ground)> {
    let integrations = Arc::new(Integrations::from_config(&config).context("integrations")?);
    let egress = Egress::new()?;
    let urls = Arc::new(ScmUrlReader::with_egress(&config, egress.clone()).context("integrations")?);
    let development = std::env::var("NODE_ENV").is_ok_and(|value| value == "development");
    let auth = AuthService::with_egress(&config, database.clone(), development, egress.clone());
    let auth = Arc::new(auth.context("backend.auth")?);
    let permission = PermissionService::new(&config, database.clone(), auth.clone(), auth.clone());
    let permission = Arc::new(permission.context("permission")?);
    let services = Services {
        config: Arc::new(config),
        authenticator: auth.clone(),
        tokens: auth.clone(),
        authorizer: permission.clone(),
        urls,
        audit,
        events: EventBus::default(),
        metrics,
    };
    Ok((services, Ground { integrations, auth, permission, egress }))
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
    if let Some(count) = config.opt_u64("backend.server.maxHeadersCount")?.filter(|count| *count > 0) {
        limits.header_count = usize::try_from(count)?.min(MOST_HEADERS);
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

//! Where the server listens: `backend.listen` as `":7007"`, `"host:port"`, a number, or `{host, port}`.

use anyhow::{Context, bail};
use callboard_config::Config;
use tokio::net::TcpListener;

const DEFAULT_PORT: u16 = 7007;

/// `host:port` of the main listener.
pub(crate) fn address(config: &Config) -> anyhow::Result<String> {
    read(config, "backend.listen", DEFAULT_PORT)
}

/// `host:port` of the listener for metrics, if there is one (`backend.metrics.listen`).
pub(crate) fn metrics_address(config: &Config) -> anyhow::Result<Option<String>> {
    if !config.has("backend.metrics.listen") {
        return Ok(None);
    }
    read(config, "backend.metrics.listen", 9464).map(Some)
}

/// Binds, with an error that says what to do.
pub(crate) async fn bind(address: &str) -> anyhow::Result<TcpListener> {
    let bound = match (TcpListener::bind(address).await, address.strip_prefix("[::]:")) {
        // A machine without IPv6 has no such address at all.
        (Err(error), Some(port)) if error.kind() != std::io::ErrorKind::AddrInUse => {
            TcpListener::bind(format!("0.0.0.0:{port}")).await
        }
        (bound, _) => bound,
    };
    bound.with_context(|| {
        format!("could not listen on {address}; is another server running? backend.listen chooses the port")
    })
}

fn read(config: &Config, key: &str, default_port: u16) -> anyhow::Result<String> {
    let (host, port) = match config.get(key) {
        None => (String::new(), default_port.to_string()),
        Some(serde_json::Value::Object(_)) => {
            let host = config.opt_string(&format!("{key}.host"))?.unwrap_or_default();
            let port = config.opt_u64(&format!("{key}.port"))?;
            (host, port.map_or_else(|| default_port.to_string(), |port| port.to_string()))
        }
        Some(serde_json::Value::Number(port)) => (String::new(), port.to_string()),
        Some(serde_json::Value::String(text)) => match text.rsplit_once(':') {
            Some((host, port)) => (host.to_owned(), port.to_owned()),
            None => (String::new(), text),
        },
        Some(other) => bail!("{}", config.error(key, format!("expected host and port, got {other}"))),
    };
    let port: u16 = port
        .parse()
        .map_err(|_| config.error(key, format!("expected a port from 0 to 65535, got \"{port}\"")))?;
    // Node listens on every address when no host is given; so do we, in both families where there are two.
    let host = match host.as_str() {
        "" => "[::]",
        host => host,
    };
    Ok(format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_form_of_backend_listen_is_understood() {
        let cases = [
            (json!(":7007"), "[::]:7007"),
            (json!("127.0.0.1:8000"), "127.0.0.1:8000"),
            (json!(8000), "[::]:8000"),
            (json!({"port": 8000}), "[::]:8000"),
            (json!({"host": "localhost", "port": "8000"}), "localhost:8000"),
        ];
        for (listen, expected) in cases {
            let config = Config::from_value(json!({"backend": {"listen": listen}}));
            assert_eq!(address(&config).expect("an address"), expected);
        }
    }

    #[test]
    fn a_port_that_is_none_is_an_error_that_names_the_key() {
        let config = Config::from_value(json!({"backend": {"listen": ":70000"}}));
        let error = address(&config).expect_err("no port").to_string();
        assert!(error.contains("backend.listen") && error.contains("70000"), "{error}");
    }
}

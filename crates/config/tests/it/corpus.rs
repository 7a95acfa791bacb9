//! Real configuration files of public installations: all load, and the check finds only true faults in them.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use callboard_config::{
    ConfigFiles, DiskFiles, Level, Sources, check, frontend_config, load, print, report, secret_values,
};

const PLUGINS: &[&str] = &[
    "auth",
    "catalog",
    "permission",
    "scaffolder",
    "techdocs",
    "search",
    "kubernetes",
    "proxy",
    "events",
    "notifications",
    "devtools",
    "mcp-actions",
];

/// Files that are no plain configuration (a Helm template), with what the error must say.
const BROKEN: &[(&str, &str)] =
    &[("TIBCOSoftware__tibco-developer-hub__build__platform__charts", "app-config.yaml:5:3: ")];

/// Files written for versions that read other shapes, or with wrong indentation: what is wrong there is wrong in
/// today's Backstage too.
const FAULTY: &[&str] = &[
    "Kevin-K__backstage__app-config.yaml",
    "Kevin-K__backstage__app-config@572abfe1.yaml",
    "Kevin-K__backstage__app-config@81cb294d.yaml",
    "Kevin-K__backstage__app-config@e9d4ec74.yaml",
    "janus-idp__backstage-plugins__plugins__openshift-image-registry__app-config.janus-idp@b01e55e8.yaml",
    "janus-idp__backstage-showcase__app-config.basic@937685a1.yaml",
];

fn corpus() -> Vec<PathBuf> {
    let shared = std::env::var_os("CALLBOARD_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(folder) = std::fs::read_dir(shared.join("corpus/app-config")) else {
        println!("skipped: no corpus of config files at {}", shared.display());
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths
}

/// The file at hand as `app-config.yaml`, and something for every file that it refers to.
struct WithFakes<'a>(&'a Path);

impl ConfigFiles for WithFakes<'_> {
    fn read(&self, path: &Path) -> io::Result<String> {
        match path.file_name().and_then(|name| name.to_str()) {
            Some("app-config.yaml") => DiskFiles.read(self.0),
            Some(name) if name.ends_with("yaml") => {
                Ok("appId: 1\nclientId: a\nclientSecret: b\nprivateKey: c\n".to_owned())
            }
            _ => Ok("fake\n".to_owned()),
        }
    }

    fn exists(&self, path: &Path) -> bool {
        path.ends_with("app-config.yaml")
    }
}

#[test]
fn every_real_file_gets_its_verdict() {
    for path in corpus() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let files = WithFakes(&path);
        let sources = Sources { targets: &[], root: Path::new("/srv"), env: &BTreeMap::new(), files: &files };
        let loaded = load(&sources);
        if let Some((_, expected)) = BROKEN.iter().find(|(start, _)| name.starts_with(start)) {
            let error = loaded.expect_err(&name).to_string();
            assert!(error.starts_with(expected), "{name}: {error}");
            continue;
        }
        let config = loaded.unwrap_or_else(|error| panic!("{name}: {error}")).config;
        let findings = check(&config, PLUGINS);
        let faulty = findings.iter().any(|finding| finding.level == Level::Error);
        assert_eq!(faulty, FAULTY.contains(&name.as_str()), "{name}:\n{}", report::text(&findings));
    }
}

#[test]
fn what_is_shown_of_a_real_file_holds_none_of_its_secrets() {
    for path in corpus() {
        let files = WithFakes(&path);
        let env = BTreeMap::new();
        let sources = Sources { targets: &[], root: Path::new("/srv"), env: &env, files: &files };
        let Ok(loaded) = load(&sources) else { continue };
        // An app may say of everything that browsers may see it; secrets are still none of their business.
        let open =
            r#"{"backstageConfigSchemaVersion":1,"schemas":[{"value":{"deepVisibility":"frontend"}}]}"#;
        let open = callboard_config::AppSchema::parse(open).expect("a schema");
        let with_app = callboard_config::frontend_config_with(&loaded.config, &open);
        let shown = format!("{:?} {} {with_app}", loaded.config, frontend_config(&loaded.config));
        for secret in secret_values(&loaded.config).iter().filter(|secret| secret.len() > 12) {
            assert!(!shown.contains(secret), "{}", path.display());
        }
        callboard_config::Config::from_yaml_str(&print(&loaded.config)).expect("what is printed is YAML");
    }
}

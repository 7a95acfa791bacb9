//! Files of earlier builds: a browser that still has the page of yesterday asks for the scripts of yesterday
//! (`plugin-app-backend` 0.5.18 keeps them for seven days in the database).

use std::path::{Path, PathBuf};

use callboard_store::{Database, Migration, StoreError};
use tokio_util::sync::CancellationToken;

const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "assets",
    sql: "CREATE TABLE app_static_assets (
            path TEXT NOT NULL PRIMARY KEY,
            content {bytes} NOT NULL,
            seen_at BIGINT NOT NULL
          )",
}];
/// How long a file is kept after it was last part of a build, in milliseconds.
const KEPT: i64 = 7 * 24 * 3_600 * 1_000;
/// Larger ones are not kept.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Files of one build, and their bytes together.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// The files of earlier builds.
#[derive(Debug, Clone)]
pub(crate) struct OldAssets {
    database: Database,
}

impl OldAssets {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        self.database.migrate("app", MIGRATIONS).await
    }

    /// A file of an entry point by its path below `static/`.
    pub(crate) async fn get(&self, entry: &str, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT content FROM app_static_assets WHERE path = $1";
        let row = self.database.query_first(sql, &[format!("{entry}/{path}").into()]).await?;
        row.map(|row| row.bytes("content")).transpose()
    }

    /// Keeps the files of the build that is served now, and lets go of those that have been gone for long.
    /// Those of each entry point stand apart, because not everybody gets both.
    pub(crate) async fn keep(self, folders: Vec<(&'static str, PathBuf)>, stop: CancellationToken) {
        let now = jiff::Timestamp::now().as_millisecond();
        let mut left = MOST_BYTES;
        for (entry, folder) in folders {
            for (path, file, bytes) in files_below(&folder) {
                if stop.is_cancelled() {
                    return;
                }
                if bytes > LARGEST || bytes > left {
                    continue;
                }
                left -= bytes;
                if let Err(error) = self.put(&format!("{entry}/{path}"), &file, now).await {
                    tracing::warn!(%error, path, "a file of the app is not kept for browsers with an older page");
                }
            }
        }
        let sql = "DELETE FROM app_static_assets WHERE seen_at < $1";
        if let Err(error) = self.database.execute(sql, &[(now - KEPT).into()]).await {
            tracing::warn!(%error, "old files of the app could not be removed");
        }
    }

    async fn put(&self, path: &str, file: &Path, now: i64) -> Result<(), StoreError> {
        // Names hold a hash of the content, so what is there is the same.
        let seen = "UPDATE app_static_assets SET seen_at = $2 WHERE path = $1";
        if self.database.execute(seen, &[path.into(), now.into()]).await? > 0 {
            return Ok(());
        }
        let Ok(content) = tokio::fs::read(file).await else { return Ok(()) };
        let sql = "INSERT INTO app_static_assets (path, content, seen_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (path) DO UPDATE SET seen_at = excluded.seen_at";
        self.database.execute(sql, &[path.into(), content.into(), now.into()]).await.map(drop)
    }
}

/// The files below a folder that browsers need, with their sizes.
fn files_below(folder: &Path) -> Vec<(String, PathBuf, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            // Links are not followed.
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                folders.push(path);
            } else if metadata.is_file()
                && path.extension().is_none_or(|ending| ending != "map")
                && let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str)
                && found.len() < MOST_FILES
            {
                found.push((name.replace('\\', "/"), path.clone(), metadata.len()));
            }
        }
    }
    found
}

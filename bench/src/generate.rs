//! A seeded catalog: the same number and seed write the same bytes.
//!
//! The mix is in `bench/README.md`: 70 % components, 10 % APIs, 7 % users, 5 % resources, 5 % systems, 2 % groups,
//! 1 % domains; about 35 search rows and 8 relations for each entity.

mod entities;
mod names;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;

use names::Names;

/// Files that one Location names. A company's catalog is many locations, not one with thousands of targets.
const FILES_OF_A_LOCATION: usize = 5;

/// Writes `entities` entities into files of `per_file`, Locations that name five files each, and `all.yaml`, a Location
/// that names those.
pub(crate) fn write(entities: usize, directory: &Path, seed: u64, per_file: usize) -> anyhow::Result<()> {
    anyhow::ensure!(entities >= 100, "a catalog needs at least 100 entities to have every kind");
    anyhow::ensure!(per_file > 0, "--per-file must be at least 1");
    std::fs::create_dir_all(directory).with_context(|| format!("creating {}", directory.display()))?;
    let mut random = StdRng::seed_from_u64(seed);
    let names = Names::new(entities);
    let (mut text, mut targets, mut locations) = (String::new(), Vec::new(), Vec::new());
    let (mut files, mut bytes) = (0, 0);
    for number in 0..entities {
        if !number.is_multiple_of(per_file) {
            text.push_str("---\n");
        }
        entities::write(&mut text, &names, number, &mut random);
        let last = number + 1 == entities;
        if last || (number + 1).is_multiple_of(per_file) {
            let name = format!("entities-{files:05}.yaml");
            std::fs::write(directory.join(&name), &text).with_context(|| format!("writing {name}"))?;
            targets.push(name);
            bytes += text.len();
            files += 1;
            text.clear();
        }
        if targets.len() == FILES_OF_A_LOCATION || (last && !targets.is_empty()) {
            let name = format!("part-{:05}", locations.len());
            let file = format!("{name}.yaml");
            std::fs::write(directory.join(&file), location(&name, &targets))?;
            locations.push(file);
            targets.clear();
        }
    }
    std::fs::write(directory.join("all.yaml"), location("all", &locations))?;
    // The Location of the configuration and `all` are entities too.
    summary(entities, files, bytes, entities + locations.len() + 2);
    Ok(())
}

fn location(name: &str, targets: &[String]) -> String {
    let mut text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: {name}\nspec:\n  type: file\n  targets:\n"
    );
    for target in targets {
        // Writing to a String can't fail.
        let _ = writeln!(text, "    - ./{target}");
    }
    text
}

#[expect(clippy::print_stdout, reason = "the outcome of a command")]
fn summary(entities: usize, files: usize, bytes: usize, visible: usize) {
    println!("{entities} entities in {files} files, {bytes} bytes; {visible} will be visible");
}

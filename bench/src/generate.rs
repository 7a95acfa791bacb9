//! A seeded catalog: the same number and seed write the same bytes.
//!
//! The mix is in `bench/README.md`: 70 % components, 10 % APIs, 7 % users, 5 % resources, 5 % systems, 2 % groups,
//! 1 % domains; about 23 search rows and 8 relations for each entity.

mod entities;
mod names;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;

use names::Names;

/// Writes `entities` entities into files of `per_file`, and `all.yaml`, a Location that names them.
pub(crate) fn write(entities: usize, directory: &Path, seed: u64, per_file: usize) -> anyhow::Result<()> {
    anyhow::ensure!(entities >= 100, "a catalog needs at least 100 entities to have every kind");
    anyhow::ensure!(per_file > 0, "--per-file must be at least 1");
    std::fs::create_dir_all(directory).with_context(|| format!("creating {}", directory.display()))?;
    let mut random = StdRng::seed_from_u64(seed);
    let names = Names::new(entities);
    let mut location = String::from(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: generated\nspec:\n  type: file\n  targets:\n",
    );
    let mut text = String::new();
    let (mut file, mut bytes) = (0, 0);
    for number in 0..entities {
        if !number.is_multiple_of(per_file) {
            text.push_str("---\n");
        }
        entities::write(&mut text, &names, number, &mut random);
        if (number + 1).is_multiple_of(per_file) || number + 1 == entities {
            let name = format!("entities-{file:05}.yaml");
            std::fs::write(directory.join(&name), &text).with_context(|| format!("writing {name}"))?;
            writeln!(location, "    - ./{name}")?;
            bytes += text.len();
            file += 1;
            text.clear();
        }
    }
    std::fs::write(directory.join("all.yaml"), location)?;
    println_summary(entities, file, bytes);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the outcome of a command")]
fn println_summary(entities: usize, files: usize, bytes: usize) {
    println!("{entities} entities in {files} files, {bytes} bytes");
}

//! Ten thousand damaged catalog files: whatever they say, an outcome and no panic, and nothing grows without bound.

use std::path::Path;

use callboard_plugin_catalog::processing::ProcessingInput;

use super::support::{Answer, World, component};

/// How many files are damaged.
const ROUNDS: u64 = 10_000;

/// A small generator of numbers, so that a failure can be repeated from its round.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

const PIECES: [&str; 18] = [
    "---\n",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "&a ",
    "*a ",
    "!!binary ",
    "\t",
    "\u{feff}",
    "|\n",
    "$text: ./x\n",
    "\0",
    "? ",
    "- ",
    "'",
    "kind: Location\n",
];

fn damage(text: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(5) {
            0 => {
                let end = (at + dice.roll(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            1 => {
                let piece = PIECES[dice.roll(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            2 if at < bytes.len() => bytes[at] = dice.roll(256) as u8,
            3 => {
                let end = (at + dice.roll(200)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

fn seeds() -> Vec<String> {
    let mut seeds = vec![
        component("a"),
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec: {targets: [./a, ../b]}\n"
            .to_owned(),
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: p, tags: [x], links: [{url: 'https://e.com'}]}\n\
         spec: {type: openapi, lifecycle: x, owner: o, definition: {$openapi: ./api.yaml}}\n"
            .to_owned(),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/catalog");
    for file in ["org.yaml", "components.yaml", "limits.yaml", "template/template.yaml"] {
        seeds.extend(std::fs::read_to_string(folder.join(file)).ok());
    }
    seeds
}

#[tokio::test]
async fn damaged_catalog_files_give_outcomes_and_never_a_panic() {
    let seeds = seeds();
    let world =
        World::new().text("https://github.com/acme/app/tree/main/api.yaml", "a: {$ref: './api.yaml#/b'}\n");
    let url = "https://github.com/acme/app/blob/main/catalog-info.yaml";
    let (mut good, mut bad) = (0, 0);
    for round in 0..ROUNDS {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (round + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
        let seed = &seeds[dice.roll(seeds.len())];
        world.urls.set(url, Answer::Bytes(damage(seed, &mut dice)));
        let outcome = world.read("url", url).await;
        assert!(outcome.errors.len() + outcome.deferred.len() < 10_000, "round {round}");
        for child in outcome.deferred {
            let input = ProcessingInput { entity: child.entity, location_key: None, cache: None };
            let child = world.orchestrator.process(input).await;
            assert_eq!(child.ok, child.completed.is_some(), "round {round}");
            assert_eq!(child.ok, child.errors.is_empty(), "round {round}");
            if child.ok { good += 1 } else { bad += 1 }
        }
    }
    assert!(good > 1000 && bad > 100, "the damage is neither total nor harmless: {good} good, {bad} bad");
}

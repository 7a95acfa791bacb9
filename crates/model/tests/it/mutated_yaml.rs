//! Broken files: ten thousand seeded mutations of ordinary ones are read, or refused, and nothing else happens.

use callboard_model::entity::Entity;
use callboard_model::yaml::{Limits, parse_documents};
use callboard_model::{kinds, policy, relations, search_rows};

const ENTITY: &str = r#"apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: artist-web # trailing
  title: "Artist \"Web\" \u00e9"
  description: >-
    folded text
    over lines

      indented
  labels: {tier: gold, 'a b': "c"}
  annotations:
    backstage.io/techdocs-ref: dir:.
    example.com/x: 'it''s'
  tags: [java, web,
    data]
  links:
    - url: https://admin.example.com
      title: Admin
spec:
  type: website
  lifecycle: production
  owner: &owner team-a
  again: *owner
  numbers: [1, 0x1F, 0o7, 1.5, .inf, ~, true]
  definition: |
    openapi: "3.0.0"

    paths: {}
  ? complex
  : value
  dependsOn: ["resource:db", component:other]
"#;

const TEMPLATE: &str = "apiVersion: scaffolder.backstage.io/v1beta3\r\nkind: Template\r\nmetadata: {name: t}\r\nspec:\r\n  type: service\r\n  steps:\r\n  - id:\ta\r\n    action: debug:log\r\n    if: ${{ parameters.x === 'y' }}\r\n    input: {message: \"${{ parameters.name }}\"}\r\n---\r\n- é\r\n- - 日本\r\n...\r\n--- |\r\n text\r\n";

const INSERTS: &[&str] = &[
    "\t", " ", "\n", ":", ": ", "- ", "#", "{", "}", "[", "]", ",", "\"", "'", "|", ">", "&a ", "*a", "!x ",
    "!!int ", "%", "{%", "@", "?", "---\n", "...\n", "\r\n", "\r", "<<: *a\n", "\\", "é", "\u{2028}",
    "\u{feff}", "{{ x }}", "\u{0}", "[[[[[[[[", "- - - - ",
];

/// A small generator of numbers, so that every run sees the same files.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (bound.max(1) as u64)).unwrap()
    }
}

fn mutate(text: &str, numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(chars.len() + 1);
        match numbers.below(5) {
            0 | 1 => {
                let insert = INSERTS[numbers.below(INSERTS.len())];
                chars.splice(at..at, insert.chars());
            }
            2 => {
                let end = (at + 1 + numbers.below(6)).min(chars.len());
                chars.drain(at.min(end)..end);
            }
            3 => {
                let from = numbers.below(chars.len() + 1);
                let part: Vec<char> = chars[from..].iter().take(40).copied().collect();
                chars.splice(at..at, part);
            }
            _ => chars.truncate(chars.len() - chars.len().min(numbers.below(30))),
        }
    }
    chars.into_iter().collect()
}

#[test]
fn ten_thousand_mutated_files_are_read_or_refused() {
    let limits = Limits { max_alias_bytes: 1 << 20, ..Limits::default() };
    let mut numbers = Numbers(0x5eed_cafe);
    let (mut read, mut refused) = (0, 0);
    for round in 0..10_000 {
        let text = mutate(if round % 2 == 0 { ENTITY } else { TEMPLATE }, &mut numbers);
        let lines = text.lines().count().max(1);
        for document in parse_documents(&text, &limits) {
            let document = match document {
                Ok(document) => document,
                Err(error) => {
                    assert!((1..=lines).contains(&error.position.line), "{error} in {text:?}");
                    refused += 1;
                    continue;
                }
            };
            read += 1;
            assert!(
                document.position(&text, "/spec/owner").is_some() || document.value.is_null(),
                "{text:?}"
            );
            let _ = search_rows::rows(&document.value);
            if let Ok(mut entity) = Entity::from_value(document.value) {
                kinds::sort_references(&mut entity);
                let _ = policy::apply(&mut entity);
                let _ = kinds::validate(&entity);
                let _ = relations::emit(&entity);
            }
        }
    }
    assert!(read > 1_000 && refused > 1_000, "{read} read, {refused} refused");
}

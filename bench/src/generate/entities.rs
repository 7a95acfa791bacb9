//! Writes the n-th entity of a catalog as YAML.

use std::fmt::Write as _;

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::names::Names;

const WORDS: [&str; 16] = [
    "keeps", "orders", "prices", "events", "for", "every", "region", "and", "sends", "them", "to",
    "partners", "with", "retries", "in", "time",
];
const TAGS: [&str; 20] = [
    "rust", "go", "java", "kotlin", "python", "react", "graphql", "grpc", "kafka", "postgres", "redis",
    "aws", "gcp", "k8s", "tier-1", "tier-2", "tier-3", "pci", "internal", "legacy",
];
const COMPONENT_TYPES: [&str; 10] = [
    "service",
    "service",
    "service",
    "service",
    "service",
    "service",
    "library",
    "library",
    "website",
    "data-pipeline",
];
const LIFECYCLES: [&str; 10] = [
    "production",
    "production",
    "production",
    "production",
    "production",
    "production",
    "production",
    "production",
    "experimental",
    "deprecated",
];

/// Writes entity `number` of the catalog that `names` describes.
pub(crate) fn write(out: &mut String, names: &Names, number: usize, random: &mut StdRng) {
    let mut n = number;
    let kinds = [
        (names.groups, group as fn(&mut String, &Names, usize, &mut StdRng)),
        (names.users, user),
        (names.domains, domain),
        (names.systems, system),
        (names.apis, api),
        (names.resources, resource),
    ];
    for (count, write) in kinds {
        if n < count {
            return write(out, names, n, random);
        }
        n -= count;
    }
    component(out, names, n, random);
}

/// Writing to a String can't fail.
fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
    out.push('\n');
}

fn sentence(random: &mut StdRng) -> String {
    let count = random.random_range(8..20);
    (0..count).filter_map(|_| WORDS.choose(random)).copied().collect::<Vec<_>>().join(" ")
}

fn pick<'a>(items: &[&'a str], random: &mut StdRng) -> &'a str {
    items.choose(random).copied().unwrap_or_default()
}

fn head(out: &mut String, kind: &str, name: &str, title: Option<&str>, random: &mut StdRng) {
    line(out, format_args!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}"));
    if let Some(title) = title {
        line(out, format_args!("  title: {title}"));
    }
    line(out, format_args!("  description: {}", sentence(random)));
}

fn labels(out: &mut String, random: &mut StdRng) {
    line(
        out,
        format_args!("  labels:\n    example.com/tier: {}", pick(&["gold", "silver", "bronze"], random)),
    );
    line(out, format_args!("    example.com/region: {}", pick(&["eu", "us", "apac"], random)));
    line(out, format_args!("  tags:"));
    let mut tags: Vec<&str> = TAGS.choose_multiple(random, 3).copied().collect();
    tags.sort_unstable();
    for tag in tags {
        line(out, format_args!("    - {tag}"));
    }
}

fn cost_center(out: &mut String, random: &mut StdRng) {
    line(
        out,
        format_args!("  annotations:\n    example.com/cost-center: cc-{}", random.random_range(100..999)),
    );
}

fn owner(names: &Names, random: &mut StdRng) -> String {
    Names::group(random.random_range(0..names.groups))
}

fn group(out: &mut String, _names: &Names, n: usize, random: &mut StdRng) {
    head(out, "Group", &Names::group(n), None, random);
    cost_center(out, random);
    let kind = if n == 0 { "organization" } else { "team" };
    line(out, format_args!("spec:\n  type: {kind}\n  profile:\n    displayName: Team {n}"));
    if n > 0 {
        line(out, format_args!("  parent: {}", Names::group((n - 1) / 4)));
    }
    line(out, format_args!("  children: []"));
}

fn user(out: &mut String, names: &Names, n: usize, random: &mut StdRng) {
    let name = Names::user(n);
    head(out, "User", &name, None, random);
    cost_center(out, random);
    line(out, format_args!("spec:\n  profile:\n    displayName: Person {n}\n    email: {name}@example.com"));
    line(out, format_args!("  memberOf:\n    - {}", owner(names, random)));
}

fn domain(out: &mut String, names: &Names, n: usize, random: &mut StdRng) {
    head(out, "Domain", &Names::domain(n), None, random);
    labels(out, random);
    line(out, format_args!("spec:\n  owner: {}", owner(names, random)));
    if n > 0 && random.random_bool(0.3) {
        line(out, format_args!("  subdomainOf: {}", Names::domain(random.random_range(0..n))));
    }
}

fn system(out: &mut String, names: &Names, n: usize, random: &mut StdRng) {
    head(out, "System", &Names::system(n), Some(&format!("System {n}")), random);
    labels(out, random);
    cost_center(out, random);
    let domain = Names::domain(random.random_range(0..names.domains));
    line(out, format_args!("spec:\n  owner: {}\n  domain: {domain}", owner(names, random)));
}

fn api(out: &mut String, names: &Names, n: usize, random: &mut StdRng) {
    let name = Names::api(n);
    head(out, "API", &name, None, random);
    labels(out, random);
    cost_center(out, random);
    let system = Names::system(random.random_range(0..names.systems));
    let lifecycle = pick(&LIFECYCLES, random);
    let owner = owner(names, random);
    line(out, format_args!("spec:\n  lifecycle: {lifecycle}\n  owner: {owner}\n  system: {system}"));
    if n.is_multiple_of(2) {
        line(
            out,
            format_args!(
                "  type: openapi\n  definition: |\n    openapi: 3.0.0\n    info:\n      title: {name}"
            ),
        );
        line(out, format_args!("      version: 1.0.0\n    paths:"));
        for path in 0..random.random_range(2..7) {
            line(
                out,
                format_args!("      /v1/things{path}:\n        get:\n          operationId: list{path}"),
            );
            line(out, format_args!("          summary: {}", sentence(random)));
            line(
                out,
                format_args!("          responses:\n            '200':\n              description: Done"),
            );
        }
    } else {
        line(
            out,
            format_args!(
                "  type: grpc\n  definition: |\n    syntax = \"proto3\";\n    service S {{ rpc Get (R) returns (R); }}"
            ),
        );
        line(out, format_args!("    message R {{ string id = 1; }}"));
    }
}

fn resource(out: &mut String, names: &Names, n: usize, random: &mut StdRng) {
    head(out, "Resource", &Names::resource(n), None, random);
    labels(out, random);
    cost_center(out, random);
    let kind = pick(&["database", "s3-bucket", "queue", "cache"], random);
    let system = Names::system(random.random_range(0..names.systems));
    let owner = owner(names, random);
    line(out, format_args!("spec:\n  type: {kind}\n  owner: {owner}\n  system: {system}"));
}

fn component(out: &mut String, names: &Names, n: usize, random: &mut StdRng) {
    let name = Names::component(n);
    let title = format!("Component {n}");
    head(out, "Component", &name, random.random_bool(0.3).then_some(title.as_str()), random);
    labels(out, random);
    cost_center(out, random);
    line(
        out,
        format_args!("    backstage.io/techdocs-ref: dir:.\n    github.com/project-slug: example/{name}"),
    );
    if random.random_bool(0.4) {
        line(out, format_args!("    backstage.io/kubernetes-id: {name}"));
    }
    if random.random_bool(0.3) {
        line(
            out,
            format_args!(
                "  links:\n    - url: https://dashboards.example.com/{name}\n      title: Dashboard"
            ),
        );
    }
    let (kind, lifecycle) = (pick(&COMPONENT_TYPES, random), pick(&LIFECYCLES, random));
    let system = Names::system(random.random_range(0..names.systems));
    let owner = owner(names, random);
    line(
        out,
        format_args!("spec:\n  type: {kind}\n  lifecycle: {lifecycle}\n  owner: {owner}\n  system: {system}"),
    );
    line(out, format_args!("  dependsOn:"));
    line(out, format_args!("    - resource:{}", Names::resource(random.random_range(0..names.resources))));
    if names.components > 1 {
        let other = (n + random.random_range(1..names.components)) % names.components;
        line(out, format_args!("    - component:{}", Names::component(other)));
    }
    let apis = random.random_range(0..3);
    if apis > 0 {
        line(out, format_args!("  consumesApis:"));
        for _ in 0..apis {
            line(out, format_args!("    - {}", Names::api(random.random_range(0..names.apis))));
        }
    }
    if random.random_bool(0.15) {
        line(out, format_args!("  providesApis:\n    - {}", Names::api(random.random_range(0..names.apis))));
    }
}

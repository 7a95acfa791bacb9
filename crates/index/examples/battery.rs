//! The query battery against a synthetic catalog: `cargo run --release -p callboard-index --example battery -- 740000`.
//! Prints what the index holds, the resident memory and the time of each query.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::{Duration, Instant};

use callboard_index::{FullText, Index, Loader, Options, Order, PageRequest, Selection};
use callboard_model::filter::Filter;
use uuid::Uuid;

fn main() {
    let count: u64 = std::env::args().nth(1).map_or(740_000, |text| text.parse().unwrap());
    let (index, took) = timed(|| load(count));
    println!("loaded {} entities in {took:?}; resident {} MB", index.len(), resident_mb());
    println!("{:#?}", index.stats());

    let component = Filter::equals("kind", "component");
    let by_name = Some(Order { key: "metadata.name".into(), descending: false });
    let sorted =
        |filter: &Filter| Selection { filter: filter.clone(), full_text: None, order: by_name.clone() };
    let page = |selection: &Selection, limit: usize| {
        let request = PageRequest { selection, from: None, backwards: false, offset: 0, limit };
        let mut body = Vec::new();
        for row in index.page(&request) {
            index.append_to(row.slot, &mut body);
        }
        body.len()
    };
    let plain = Selection { filter: Filter::everything(), full_text: None, order: None };
    let template = Filter::equals("kind", "template");
    let text = Selection {
        full_text: Some(FullText { term: "player".into(), keys: vec!["metadata.name".into()] }),
        ..sorted(&component)
    };
    let two_branches = Filter::Any(vec![
        Filter::equals("relations.ownedby", "group:default/team-17"),
        Filter::equals("spec.system", "system-21"),
    ]);
    let both = Filter::All(vec![component.clone(), Filter::equals("spec.type", "service")]);
    let deep = |selection: &Selection| {
        let request = PageRequest { selection, from: None, backwards: false, offset: 30_000, limit: 20 };
        index.page(&request).len()
    };
    let refs: Vec<String> = (0..100).map(|n| reference(n * 97 % count)).collect();
    let keys = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();

    report("1 components by name, 20", || page(&sorted(&component), 20));
    report("1b templates by name, 20", || page(&sorted(&template), 20));
    report("1c two filters by name, 20", || page(&sorted(&both), 20));
    report("1d components by name, offset 30,000", || deep(&sorted(&component)));
    report("2 count of components", || index.count(&sorted(&component)) as usize);
    report("3 unfiltered page of 20", || page(&plain, 20));
    report("4 facets of templates", || {
        index.facets(&keys(&["kind", "spec.type"]), &template, None, None).len()
    });
    report("5 facets spec.type of components", || {
        index.facets(&keys(&["spec.type"]), &component, None, None).len()
    });
    report("5b facets relations.ownedBy of components", || {
        index.facets(&keys(&["relations.ownedBy"]), &component, None, None)[0].len()
    });
    report("5c facets metadata.tags of all", || {
        index.facets(&keys(&["metadata.tags"]), &Filter::everything(), None, None)[0].len()
    });
    report("6 entity by reference", || index.bytes(index.by_ref(&reference(count / 3)).unwrap()).len());
    report("7 name holds 'player', 20", || page(&text, 20));
    report("7b name holds 'player', total", || index.count(&text) as usize);
    report("10 unfiltered count", || index.count(&plain) as usize);
    report("12 two branches by name, 2,000", || page(&sorted(&two_branches), 2_000));
    report("12b total of it", || index.count(&sorted(&two_branches)) as usize);
    report("by-refs of 100", || {
        let slots = index.by_refs(&refs, &Filter::everything());
        slots.into_iter().flatten().map(|slot| index.bytes(slot).len()).sum()
    });
    println!("resident {} MB", resident_mb());
}

fn report(name: &str, mut query: impl FnMut() -> usize) {
    let result = query();
    let mut times: Vec<Duration> = (0..9).map(|_| timed(&mut query).1).collect();
    times.sort();
    println!("{name:45} {:>10.1?} median of 9   ({result})", times[4]);
}

fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// The share of each kind follows the largest catalog that has published figures.
fn kind(n: u64, count: u64) -> &'static str {
    match n * 740_000 / count {
        0..14 => "Template",
        14..46_050 => "Component",
        46_050..248_754 => "API",
        248_754..505_818 => "Subcomponent",
        505_818..600_000 => "Resource",
        600_000..730_000 => "User",
        _ => "Group",
    }
}

fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn name(n: u64) -> String {
    const WORDS: [&str; 16] = [
        "payment", "ledger", "order", "cart", "search", "profile", "player", "catalog", "pricing", "voucher",
        "report", "metric", "audit", "gateway", "stream", "ticket",
    ];
    format!("{}-{}-{n}", WORDS[mixed(n) as usize % 16], WORDS[mixed(n + 1) as usize % 16])
}

fn reference(n: u64) -> String {
    format!("component:default/{}", name(n))
}

fn entity(n: u64, count: u64) -> String {
    let random = mixed(n);
    let (kind, name, team) = (kind(n, count), name(n), random % 10_000);
    let system = random % 37_000;
    let other = |k: u64| self::name(mixed(n * 8 + k) % count);
    let tag = ["java", "go", "python", "rust", "kafka", "grpc", "redis", "tier-1"][random as usize % 8];
    let relations: Vec<String> =
        ["dependsOn", "providesApi", "consumesApi", "hasPart", "dependencyOf", "childOf"]
            .iter()
            .zip(0..)
            .map(|(relation, k)| {
                format!(r#"{{"type":"{relation}","targetRef":"component:default/{}"}}"#, other(k))
            })
            .collect();
    format!(
        r#"{{"apiVersion":"backstage.io/v1alpha1","kind":"{kind}","metadata":{{"namespace":"default","name":"{name}","title":"{} {n}","description":"Handles requests of {name} and forwards events to {}","labels":{{"example.com/tier":"gold"}},"tags":["{tag}"],"annotations":{{"backstage.io/managed-by-location":"url:https://github.com/example/{name}/blob/main/catalog-info.yaml","backstage.io/managed-by-origin-location":"url:https://github.com/example/{name}/blob/main/catalog-info.yaml","backstage.io/view-url":"https://github.com/example/{name}/blob/main/catalog-info.yaml","github.com/project-slug":"example/{name}"}},"uid":"{}","etag":"{:040x}"}},"spec":{{"type":"{}","lifecycle":"production","owner":"team-{team}","system":"system-{system}"}},"relations":[{{"type":"ownedBy","targetRef":"group:default/team-{team}"}},{{"type":"partOf","targetRef":"system:default/system-{system}"}},{}]}}"#,
        name.to_uppercase(),
        other(9),
        uid(n),
        u128::from(random) << 32,
        ["service", "website", "library", "openapi", "grpc", "documentation"][(random >> 8) as usize % 6],
        relations.join(","),
    )
}

fn uid(n: u64) -> Uuid {
    Uuid::from_u64_pair(mixed(n), mixed(n ^ 0xffff))
}

fn load(count: u64) -> Index {
    let mut loader = Loader::new(Options::default());
    let mut making = Duration::ZERO;
    for start in (0..count).step_by(10_000) {
        let numbers = start..count.min(start + 10_000);
        let (entities, made) =
            timed(|| numbers.map(|n| (uid(n), reference(n), entity(n, count).into())).collect());
        making += made;
        assert!(loader.push_many(entities).is_empty());
    }
    println!("of the loading time {making:?} went into making the entities");
    loader.finish(0)
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default() / 1024
}

//! Who is in the catalog: numbers of each kind, and the name of the n-th of a kind.

const ADJECTIVES: [&str; 20] = [
    "able", "brisk", "calm", "daring", "early", "fair", "grand", "humble", "inner", "jolly", "keen", "light",
    "modern", "northern", "open", "prime", "quick", "royal", "steady", "tidy",
];
const NOUNS: [&str; 20] = [
    "player", "basket", "cargo", "docket", "engine", "folio", "garage", "harbor", "index", "journal",
    "kiosk", "locker", "market", "notice", "outlet", "parcel", "quota", "roster", "signal", "tariff",
];
const FIRST: [&str; 20] = [
    "anna", "bela", "carla", "dana", "emil", "farid", "gina", "hugo", "ines", "jan", "kofi", "lena", "milo",
    "nadia", "otto", "petra", "rosa", "sven", "tara", "uma",
];
const LAST: [&str; 15] = [
    "ahlberg", "baker", "costa", "diaz", "ekman", "fischer", "gomez", "haas", "ito", "jansen", "kim",
    "lopez", "marx", "nowak", "olsen",
];

/// How many of each kind, in the order in which they are numbered.
pub(crate) struct Names {
    pub(crate) groups: usize,
    pub(crate) users: usize,
    pub(crate) domains: usize,
    pub(crate) systems: usize,
    pub(crate) apis: usize,
    pub(crate) resources: usize,
    pub(crate) components: usize,
}

impl Names {
    /// The mix for so many entities.
    pub(crate) fn new(entities: usize) -> Self {
        let part = |percent: usize| (entities * percent / 100).max(1);
        let (groups, users, domains) = (part(2), part(7), part(1));
        let (systems, apis, resources) = (part(5), part(10), part(5));
        let components = entities - groups - users - domains - systems - apis - resources;
        Self { groups, users, domains, systems, apis, resources, components }
    }

    pub(crate) fn group(n: usize) -> String {
        format!("team-{}-{n}", NOUNS[n % 20])
    }

    pub(crate) fn user(n: usize) -> String {
        format!("{}.{}{n}", FIRST[n % 20], LAST[n / 20 % 15])
    }

    pub(crate) fn domain(n: usize) -> String {
        format!("domain-{}-{n}", NOUNS[n % 20])
    }

    pub(crate) fn system(n: usize) -> String {
        format!("{}-{}-system-{n}", ADJECTIVES[n % 20], NOUNS[n / 20 % 20])
    }

    pub(crate) fn api(n: usize) -> String {
        format!("{}-{}-api-{n}", ADJECTIVES[n % 20], NOUNS[n / 20 % 20])
    }

    pub(crate) fn resource(n: usize) -> String {
        format!("{}-{}-store-{n}", ADJECTIVES[n % 20], NOUNS[n / 20 % 20])
    }

    pub(crate) fn component(n: usize) -> String {
        format!("{}-{}-{n}", ADJECTIVES[n % 20], NOUNS[n / 20 % 20])
    }
}

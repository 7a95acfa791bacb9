//! How fast templates are parsed and rendered: `cargo run --release -p callboard-template --example speed [inputs.json]`.
//!
//! One thread, parsing and rendering in memory; a skeleton of 1,000 files with the disk beside it. The inputs are those
//! of `bench/templates/inputs.json`, which `bench/templates/nunjitsu.mjs` runs through the reference.

#![allow(clippy::print_stdout, reason = "it is a program for a terminal")]

use std::time::{Duration, Instant};

use callboard_template::{Context, Mode, NoHost, Options, Template};
use serde_json::Value;

/// The allocator that the binary has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LONG: Duration = Duration::from_secs(3);

/// How often a second something can be done.
fn rate(mut work: impl FnMut() -> usize) -> f64 {
    work();
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < LONG {
        count += work();
    }
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / start.elapsed().as_secs_f64()
}

fn render(template: &str, options: &Options, context: &Value) -> String {
    let context = Context::new(context).expect("a context");
    let template = Template::parse(template, options).expect("a template");
    template.render_text(context, &NoHost).expect("a text")
}

fn main() {
    let path = std::env::args().nth(1).unwrap_or_else(|| "bench/templates/inputs.json".to_owned());
    let text = std::fs::read_to_string(&path).expect(&path);
    let inputs: Value = serde_json::from_str(&text).expect("JSON");
    let options = Options::new(Mode::Skeleton);
    let context = &inputs["context"];
    let small: Vec<&str> =
        inputs["small"].as_array().expect("small").iter().filter_map(Value::as_str).collect();
    let small_rate = rate(|| {
        small.iter().map(|template| render(template, &options, context).len()).sum::<usize>();
        small.len()
    });
    println!("small templates: {small_rate:.0} renders/s");
    let file = inputs["file"].as_str().expect("file");
    let file_rate = rate(|| {
        std::hint::black_box(render(file, &options, context));
        1
    });
    println!("files of {} bytes: {file_rate:.0} files/s", file.len());
    let root = std::env::temp_dir().join(format!("callboard-speed-{}", std::process::id()));
    let (from, to) = (root.join("from"), root.join("to"));
    for folder in [&from, &to] {
        std::fs::create_dir_all(folder).expect("a folder");
    }
    for index in 0..1000 {
        std::fs::write(from.join(format!("file{index}.txt")), file).expect("a file");
    }
    let disk = rate(|| {
        for index in 0..1000 {
            let name = format!("file{index}.txt");
            let text = std::fs::read_to_string(from.join(&name)).expect("a file");
            std::fs::write(to.join(&name), render(&text, &options, context)).expect("a file");
        }
        1000
    });
    println!("a skeleton of 1,000 files, read and written: {disk:.0} files/s");
    let _ = std::fs::remove_dir_all(&root);
}

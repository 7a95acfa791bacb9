//! CPU time of processes, as the kernel accounts it: what a request costs, also on a machine where others work too.

use std::time::Duration;

use anyhow::Context;

/// CPU time that all threads of a process have used so far.
pub(crate) fn time_of(pid: u32) -> anyhow::Result<Duration> {
    let mut nanoseconds = 0;
    let tasks = format!("/proc/{pid}/task");
    for task in std::fs::read_dir(&tasks).with_context(|| format!("reading {tasks}"))? {
        // A thread may end while its list is read.
        let Ok(text) = std::fs::read_to_string(task?.path().join("schedstat")) else { continue };
        let own = text.split_whitespace().next().and_then(|field| field.parse::<u64>().ok());
        nanoseconds += own.context("no CPU time in schedstat")?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

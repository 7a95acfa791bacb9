//! What a program may use. The limits are set by the shell that starts it (`ulimit`), which every system has: it needs no
//! privilege, no further program, and no unsafe code between fork and exec.

use callboard_config::{Config, ConfigError};

const MIB: u64 = 1024 * 1024;

/// Limits of one program; those of memory and files hold for each of its processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Bytes of what it prints as its output.
    pub(super) output_bytes: u64,
    /// Bytes of data that a process may allocate (`RLIMIT_DATA`).
    memory_bytes: u64,
    /// Seconds of processor time (`RLIMIT_CPU`).
    cpu_seconds: u64,
    /// Bytes of a file that it writes (`RLIMIT_FSIZE`).
    file_bytes: u64,
    /// Files that it may have open (`RLIMIT_NOFILE`).
    open_files: u64,
    /// Processes of the user it runs as (`RLIMIT_NPROC`); all processes of that user count, so there is no default.
    processes: Option<u64>,
}

impl Limits {
    /// Reads `limits` of an action.
    pub(super) fn read(section: &Config) -> Result<Self, ConfigError> {
        let number = |name: &str, missing: u64| -> Result<u64, ConfigError> {
            let key = format!("limits.{name}");
            match section.opt_u64(&key)? {
                Some(0) => Err(section.error(&key, "must be more than 0")),
                found => Ok(found.unwrap_or(missing)),
            }
        };
        Ok(Self {
            output_bytes: number("outputBytes", MIB)?,
            memory_bytes: number("memoryBytes", 1024 * MIB)?,
            cpu_seconds: number("cpuSeconds", 600)?,
            file_bytes: number("fileBytes", 1024 * MIB)?,
            open_files: number("openFiles", 1024)?,
            processes: match section.has("limits.processes") {
                true => Some(number("processes", 1)?),
                false => None,
            },
        })
    }

    /// The script that sets them and becomes the program, whose path and arguments are the script's. It has nothing in it
    /// but numbers.
    pub(super) fn script(&self) -> String {
        // Blocks of 512 bytes for files (POSIX), of 1024 for memory; bash counts both in 1024 unless it is in POSIX mode,
        // which is then only twice as generous.
        let mut script = String::from("ulimit -c 0 || exit 125\n");
        // The signal that says why comes at the soft limit, and a plain kill at the hard one.
        script.push_str(&format!(
            "ulimit -S -t {} && ulimit -H -t {} || exit 125\n",
            self.cpu_seconds,
            self.cpu_seconds.saturating_add(5)
        ));
        for (letter, value) in [
            ("f", self.file_bytes.div_ceil(512)),
            ("d", self.memory_bytes.div_ceil(1024)),
            ("n", self.open_files),
        ] {
            script.push_str(&format!("ulimit -{letter} {value} || exit 125\n"));
        }
        if let Some(processes) = self.processes {
            // dash and busybox say -p, bash says -u.
            script.push_str(&format!(
                "ulimit -u {processes} 2>/dev/null || ulimit -p {processes} 2>/dev/null || exit 125\n"
            ));
        }
        script.push_str("exec \"$@\"\n");
        script
    }
}

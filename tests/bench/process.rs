//! What Linux says of processes: processor time, memory, the machine.

use std::fs;
use std::time::Duration;

/// Ticks per second of `/proc/*/stat`; 100 on every Linux that Treetop runs on.
const TICKS: f64 = 100.0;

/// The machine, in one line.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("")
        .trim_start_matches([' ', '\t', ':']);
    format!("machine: {cores} cores, {model}")
}

/// Processor time used so far, user and system.
pub fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold spaces; the fields after it don't.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    Duration::from_secs_f64((ticks(11) + ticks(12)) / TICKS)
}

/// The most memory the process ever had, in megabytes.
pub fn peak_megabytes(pid: u32) -> f64 {
    status(pid, "VmHWM:")
}

/// The memory the process has now, in megabytes.
pub fn megabytes(pid: u32) -> f64 {
    status(pid, "VmRSS:")
}

fn status(pid: u32, name: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) * 1024.0 / 1e6
}

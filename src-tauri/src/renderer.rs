//! Chooses how WebKitGTK draws where there is no graphics device.
//!
//! Its default renderer emulates one then, at several times the cost in processor time and memory. The
//! choice is an environment variable that must be there before the process starts its first thread, so
//! the program replaces itself once with the variable set.

/// Sets the plain renderer where there is no graphics device. Returns if nothing is to be done.
#[cfg(target_os = "linux")]
pub fn choose() {
    use std::os::unix::process::CommandExt;
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(VARIABLE).is_some() || std::path::Path::new("/dev/dri").exists() {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let error = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(VARIABLE, "1")
        .exec();
    eprintln!("treetop: going on with the default renderer: {error}");
}

/// Other systems draw with what they have.
#[cfg(not(target_os = "linux"))]
pub fn choose() {}

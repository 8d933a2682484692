//! What makes files outlive a power cut.

use super::GitError;
use std::fs::File;
use std::io;
use std::path::Path;

/// Names what was being done when the system refused.
pub(super) fn io_error(context: impl Into<String>) -> impl FnOnce(io::Error) -> GitError {
    let context = context.into();
    move |source| GitError::Io { context, source }
}

/// Flushes a directory, so that the names in it last.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Flushes everything on the file systems that hold these directories.
///
/// Only this held in measured power cuts: flushing files and directories one by one, as git
/// does at most, left refs to objects that were not there.
#[cfg(target_os = "linux")]
pub(super) fn sync_file_system(directories: &[&Path]) -> Result<(), GitError> {
    use std::os::unix::fs::MetadataExt as _;
    let mut devices = Vec::new();
    for path in directories {
        let context = || io_error(format!("flushing {}", path.display()));
        let directory = File::open(path).map_err(context())?;
        let device = directory.metadata().map_err(context())?.dev();
        if !devices.contains(&device) {
            rustix::fs::syncfs(&directory).map_err(|errno| context()(errno.into()))?;
            devices.push(device);
        }
    }
    Ok(())
}

/// Flushes everything: where single file systems cannot be flushed, all are.
#[cfg(not(target_os = "linux"))]
pub(super) fn sync_file_system(_directories: &[&Path]) -> Result<(), GitError> {
    rustix::fs::sync();
    Ok(())
}

//! The secret of a repository that never leaves the machine.

use super::durable::sync_directory;
use crate::model::Failpoint;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

const NAME: &str = "key";

/// Reads the key in a directory, or makes it. Whoever makes it first wins, also among
/// processes at the same time; a damaged key is replaced.
pub(super) fn read_or_make(directory: &Path) -> io::Result<[u8; 32]> {
    let path = directory.join(NAME);
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    fs::create_dir_all(directory)?;
    let _lock = super::lock::RepositoryLock::wait(directory, "key.lock")?;
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    let key: [u8; 32] = rand::random();
    // A temporary file is made with O_EXCL and mode 0600.
    let mut file = tempfile::Builder::new().prefix("tmp_key-").tempfile_in(directory)?;
    file.write_all(&key)?;
    file.as_file().sync_all()?;
    Failpoint::KeyWritten.reach();
    file.persist(&path).map_err(|error| error.error)?;
    sync_directory(directory)?;
    Ok(key)
}

/// `None`: missing, or not 32 bytes that only the owner can read.
fn read(path: &Path) -> io::Result<Option<[u8; 32]>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut content = Vec::new();
    (&mut file).take(33).read_to_end(&mut content)?;
    let is_private = is_private(&file.metadata()?);
    Ok(content.try_into().ok().filter(|_| is_private))
}

fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.is_file() && metadata.permissions().mode() & 0o077 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stays_and_a_damaged_one_is_replaced() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir()?;
        let directory = home.path().join("git-store");
        let key = read_or_make(&directory)?;
        assert_eq!(read_or_make(&directory)?, key);
        assert_eq!(fs::metadata(directory.join(NAME))?.permissions().mode() & 0o777, 0o600);
        fs::write(directory.join(NAME), b"short")?;
        let next = read_or_make(&directory)?;
        assert_ne!(next, key);
        assert_eq!(read_or_make(&directory)?, next);
        fs::set_permissions(directory.join(NAME), fs::Permissions::from_mode(0o644))?;
        assert_ne!(read_or_make(&directory)?, next, "others may have read it");
        Ok(())
    }

    #[test]
    fn all_who_ask_at_once_get_the_same_key() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let keys: Vec<_> = std::thread::scope(|scope| {
            let ask = || read_or_make(home.path()).expect("a key");
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        Ok(())
    }
}

//! Blocking work beside the asynchronous program, without asking which runtime that is.

use crate::store::StoreError;

/// Runs `job` on a thread of its own. It runs to its end even if nobody waits any more.
///
/// # Errors
/// When no thread can be had, or the job panicked.
pub(super) async fn on_thread<T: Send + 'static>(
    job: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("file store".to_owned());
    thread
        .spawn(move || drop(sender.send(job())))
        .map_err(|source| StoreError::Io { context: "cannot start a thread".to_owned(), source })?;
    receiver.await.map_err(|_| StoreError::Io {
        context: "reading or writing the directory".to_owned(),
        source: std::io::Error::other("the thread panicked"),
    })
}

//! Store URLs, identities, and which refs belong to a store.

use super::key::Key;
use super::layout::Profile;
use super::path::TreePath;
use super::path::{self, PathError};
use serde::Serialize;
use std::fmt;

/// A service that a state store can live in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// A directory.
    File,
    /// Memory, shared within the process.
    Memfs,
    /// Amazon S3 and whatever speaks it.
    S3,
    /// DigitalOcean Spaces, by S3.
    Do,
    /// Scaleway Object Storage, by S3.
    Scw,
    /// Hetzner Object Storage, by S3.
    Hos,
    /// Linode Object Storage, by S3.
    Linode,
    /// Google Cloud Storage.
    Gs,
    /// Azure Blob Storage.
    Azureblob,
    /// OpenStack Swift.
    Swift,
}

impl Scheme {
    /// Every scheme with its name in URLs.
    pub const ALL: &[(Scheme, &str)] = &[
        (Scheme::File, "file"),
        (Scheme::Memfs, "memfs"),
        (Scheme::S3, "s3"),
        (Scheme::Do, "do"),
        (Scheme::Scw, "scw"),
        (Scheme::Hos, "hos"),
        (Scheme::Linode, "linode"),
        (Scheme::Gs, "gs"),
        (Scheme::Azureblob, "azureblob"),
        (Scheme::Swift, "swift"),
    ];

    /// What a service that speaks S3 is called, where it is not Amazon's own and has to be named
    /// by an endpoint; with an example of one.
    pub fn s3_service(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Do => Some(("DigitalOcean Spaces", "https://nyc3.digitaloceanspaces.com")),
            Self::Scw => Some(("Scaleway Object Storage", "https://s3.fr-par.scw.cloud")),
            Self::Hos => Some(("Hetzner Object Storage", "https://fsn1.your-objectstorage.com")),
            Self::Linode => Some(("Linode Object Storage", "https://us-east-1.linodeobjects.com")),
            _ => None,
        }
    }

    /// The name in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Memfs => "memfs",
            Self::S3 => "s3",
            Self::Do => "do",
            Self::Scw => "scw",
            Self::Hos => "hos",
            Self::Linode => "linode",
            Self::Gs => "gs",
            Self::Azureblob => "azureblob",
            Self::Swift => "swift",
        }
    }
}

/// A store's URL, taken apart: `scheme://host/prefix`.
///
/// For `file` the host is empty and the prefix is the absolute path without its leading `/`.
/// For `azureblob` the host is the account and the prefix begins with the container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreUrl {
    /// The service.
    pub scheme: Scheme,
    /// The bucket, the account, or the name of a memory store.
    pub host: String,
    /// The prefix of every key, without slashes at either end; may be empty.
    pub prefix: String,
}

/// Why a text is no store URL. Each message says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreUrlError {
    /// kops takes such a value for a local directory and writes private keys there.
    #[error("'{0}' has no scheme")]
    NoScheme(String),
    /// The scheme is not one of ours.
    #[error("'{0}' is no kind of store that this build knows: {known}", known = known_schemes())]
    UnknownScheme(String),
    /// No bucket.
    #[error("'{0}' names no bucket")]
    NoHost(String, &'static str),
    /// No container below the account.
    #[error("'{0}' names no container")]
    NoContainer(String),
    /// A directory store needs an absolute path.
    #[error("'{0}' is not an absolute path")]
    NotAbsolute(String),
    /// User names, ports, queries and fragments have no meaning in a store URL.
    #[error("a store URL holds no '{1}': '{0}'")]
    Surplus(String, char),
    /// A component that cannot be part of a prefix.
    #[error("'{0}' has an empty, '.' or '..' component in its prefix")]
    BadPrefix(String),
    /// Nothing at all.
    #[error("the store URL is empty")]
    Empty,
}

fn known_schemes() -> String {
    let names: Vec<String> = Scheme::ALL.iter().map(|(_, name)| format!("{name}://")).collect();
    names.join(", ")
}

impl StoreUrl {
    /// Parses a store URL as kops spells them.
    ///
    /// # Errors
    /// [`StoreUrlError`] for everything that kops would misread or that names no store.
    pub fn parse(text: &str) -> Result<Self, StoreUrlError> {
        let text = text.strip_prefix("store::").unwrap_or(text);
        if text.is_empty() {
            return Err(StoreUrlError::Empty);
        }
        let shown = || text.to_owned();
        let (scheme, rest) =
            text.split_once("://").ok_or_else(|| StoreUrlError::NoScheme(redact(text)))?;
        let scheme = Scheme::ALL
            .iter()
            .find(|(_, name)| *name == scheme)
            .map(|(scheme, _)| *scheme)
            .ok_or_else(|| StoreUrlError::UnknownScheme(format!("{scheme}://")))?;
        if scheme == Scheme::File {
            return parse_file(rest);
        }
        let (host, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() {
            return Err(StoreUrlError::NoHost(shown(), scheme.name()));
        }
        if let Some(surplus) = rest.chars().find(|c| "@?#:".contains(*c) || c.is_control()) {
            return Err(StoreUrlError::Surplus(redact(text), surplus));
        }
        let prefix = checked_prefix(prefix, text)?;
        if scheme == Scheme::Azureblob && prefix.is_empty() {
            return Err(StoreUrlError::NoContainer(shown()));
        }
        Ok(Self { scheme, host: host.into(), prefix })
    }
}

fn parse_file(rest: &str) -> Result<StoreUrl, StoreUrlError> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let absolute = path
        .strip_prefix('/')
        .ok_or_else(|| StoreUrlError::NotAbsolute(format!("file://{rest}")))?;
    let prefix = checked_prefix(absolute, &format!("file://{rest}"))?;
    Ok(StoreUrl { scheme: Scheme::File, host: String::new(), prefix })
}

fn checked_prefix(prefix: &str, text: &str) -> Result<String, StoreUrlError> {
    let trimmed = prefix.trim_end_matches('/');
    let is_bad = |component: &str| matches!(component, "" | "." | "..");
    if !trimmed.is_empty() && trimmed.split('/').any(is_bad) {
        return Err(StoreUrlError::BadPrefix(text.to_owned()));
    }
    Ok(trimmed.to_owned())
}

/// Takes a password out of something that was meant to be a URL.
fn redact(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, rest)) => format!("***@{rest}"),
        None => text.to_owned(),
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.prefix.is_empty() && self.scheme != Scheme::File { "" } else { "/" };
        write!(f, "{}://{}{slash}{}", self.scheme.name(), self.host, self.prefix)
    }
}

/// Which store it is, however it is reached: what a tracking ref is bound to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Identity {
    /// The store's URL.
    pub url: String,
    /// The endpoint's host, where the service has several; empty otherwise.
    pub endpoint: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)?;
        if self.endpoint.is_empty() { Ok(()) } else { write!(f, " at {}", self.endpoint) }
    }
}

/// One store mirrored into one directory of one repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The store's name, which is the name of its git remote.
    pub name: String,
    /// The branch that is pushed to the store, such as `main`.
    pub branch: String,
    /// The directory of the tree that mirrors the store; empty for the top.
    pub directory: String,
    /// The layout of the store.
    pub profile: Profile,
    /// Whether people clone the repository and push to it, as a bare one. Then the tracking
    /// ref is a branch, so that they get it and can merge it.
    pub is_shared: bool,
}

impl Target {
    /// The ref that remembers what the store was last seen to hold.
    pub fn tracking_ref(&self) -> String {
        if self.is_shared {
            return format!("refs/heads/store/{}", self.name);
        }
        format!("refs/remotes/{}/{}", self.name, self.branch)
    }

    /// The tracking ref as people type it, such as `store/main`.
    pub fn tracking_name(&self) -> String {
        let name = self.tracking_ref();
        let short = ["refs/remotes/", "refs/heads/"].iter().find_map(|top| name.strip_prefix(top));
        short.unwrap_or(&name).to_owned()
    }

    /// The ref of the manifest.
    pub fn manifest_ref(&self) -> String {
        format!("refs/store/{}/manifest", self.name)
    }

    /// The ref of the journal.
    pub fn journal_ref(&self) -> String {
        format!("refs/store/{}/journal", self.name)
    }

    /// The full name of the branch that is pushed.
    pub fn branch_ref(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    /// Where a key lies in the tree. `has_children` as for [`path::encode`].
    pub fn path_of(&self, key: &Key, has_children: bool) -> TreePath {
        path::encode(key, has_children).below(&self.directory)
    }

    /// The key that a path of the tree stands for.
    ///
    /// `None`: the path is the repository's own (outside the directory, or a dot name at the
    /// top of it) and has nothing to do with the store.
    ///
    /// # Errors
    /// [`PathError`] when the path lies in the store's part of the tree but names no key.
    pub fn key_of(&self, tree_path: &TreePath) -> Result<Option<Key>, PathError> {
        let Some(inner) = self.inner_path(tree_path) else {
            return Ok(None);
        };
        if inner.as_bytes().first() == Some(&b'.') {
            return Ok(None);
        }
        path::decode(&inner).map(Some)
    }

    fn inner_path(&self, tree_path: &TreePath) -> Option<TreePath> {
        if self.directory.is_empty() {
            return Some(tree_path.clone());
        }
        let rest = tree_path.as_bytes().strip_prefix(self.directory.as_bytes())?;
        rest.strip_prefix(b"/").map(TreePath::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_as_kops_spells_them() {
        let cases = [
            ("s3://bucket", "s3://bucket"),
            ("s3://bucket/", "s3://bucket"),
            ("s3://bucket/a/b/", "s3://bucket/a/b"),
            ("store::s3://bucket/a", "s3://bucket/a"),
            ("file:///srv/state", "file:///srv/state"),
            ("file://localhost/srv/state/", "file:///srv/state"),
            ("memfs://name/x", "memfs://name/x"),
            ("azureblob://account/container/a/", "azureblob://account/container/a"),
        ];
        for (text, shown) in cases {
            assert_eq!(
                StoreUrl::parse(text).map(|url| url.to_string()),
                Ok(shown.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_kops_would_misread_is_refused() {
        use StoreUrlError::{
            BadPrefix, Empty, NoContainer, NoHost, NoScheme, NotAbsolute, Surplus, UnknownScheme,
        };
        type Expected = fn(&StoreUrlError) -> bool;
        let cases: &[(&str, Expected)] = &[
            ("", |e| matches!(e, Empty)),
            ("bucket", |e| matches!(e, NoScheme(_))),
            ("s3:/bucket", |e| matches!(e, NoScheme(_))),
            ("user:secret@bucket", |e| matches!(e, NoScheme(text) if !text.contains("secret"))),
            ("s3://", |e| matches!(e, NoHost(..))),
            ("s3:///prefix", |e| matches!(e, NoHost(..))),
            ("vault://x", |e| matches!(e, UnknownScheme(_))),
            (
                "s3://key:secret@bucket/a",
                |e| matches!(e, Surplus(text, _) if !text.contains("secret")),
            ),
            ("s3://bucket/a?x=1", |e| matches!(e, Surplus(_, '?'))),
            ("s3://bucket/a//b", |e| matches!(e, BadPrefix(_))),
            ("s3://bucket/../b", |e| matches!(e, BadPrefix(_))),
            ("azureblob://container", |e| matches!(e, NoContainer(_))),
            ("azureblob://container/", |e| matches!(e, NoContainer(_))),
            ("file://relative/path", |e| matches!(e, NotAbsolute(_))),
        ];
        for (text, expected) in cases {
            let error = StoreUrl::parse(text).expect_err(text);
            assert!(expected(&error), "{text}: {error:?}");
        }
    }

    #[test]
    fn paths_outside_the_directory_are_the_repositorys_own() {
        let target = Target {
            name: "store".into(),
            branch: "main".into(),
            directory: "state".into(),
            profile: Profile::Kops,
            is_shared: false,
        };
        let key = |path: &str| target.key_of(&TreePath::from(path));
        assert_eq!(key("README.md"), Ok(None));
        assert_eq!(key("statement"), Ok(None));
        assert_eq!(key("state/.gitattributes"), Ok(None));
        assert_eq!(key("state/a/config"), Ok(Some(Key::from("a/config"))));
        assert_eq!(key("state/%2Ehidden"), Ok(Some(Key::from(".hidden"))));
        assert_eq!(key(".git-store/policy.yaml"), Ok(None));
        assert!(key("state/%zz").is_err());
    }

    #[test]
    fn the_repositorys_policies_are_no_keys_and_keys_of_that_name_are_not_in_their_way() {
        let target = Target {
            name: "store".into(),
            branch: "main".into(),
            directory: String::new(),
            profile: Profile::Kops,
            is_shared: false,
        };
        let own = TreePath::from(".git-store/policy.yaml");
        assert_eq!(target.key_of(&own), Ok(None));
        let key = Key::from(".git-store/policy.yaml");
        let path = target.path_of(&key, false);
        assert_eq!(path.to_string(), "%2Egit-store/policy.yaml");
        assert_eq!(target.key_of(&path), Ok(Some(key)));
    }
}

//! Arguments of the commands that change or compare configuration.

use clap::Args;
use std::path::PathBuf;

/// How an edit ends, for `set` and `apply`.
#[derive(Debug, Clone, Default, Args)]
pub struct EditArgs {
    /// Show the difference and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Change the files, but make no commit.
    #[arg(long, conflicts_with = "dry_run")]
    pub no_commit: bool,
    /// The message of the commit.
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,
}

/// Arguments of `set`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store set prod.example.com spec.kubernetesVersion=1.34.2
  git store set prod.example.com/nodes spec.minSize=3 spec.maxSize=9 -m 'Grow nodes'
  git store set prod.example.com 'spec.etcdClusters[main].etcdMembers[a].instanceGroup=master-a'
  git store set prod.example.com 'spec.sshAccess[+]=10.1.0.0/16' --dry-run
  git store set prod.example.com/nodes --unset spec.maxPrice

An item of a list of objects is chosen by its name, any item by its number; [+] adds one.
Text that kops would take for something else gets quotes; every other byte stays as it is.")]
pub struct SetArgs {
    /// The cluster, or a cluster's instance group.
    #[arg(value_name = "CLUSTER[/GROUP]")]
    pub object: String,
    /// Fields with their new values.
    #[arg(value_name = "PATH=VALUE", required_unless_present = "unset")]
    pub values: Vec<String>,
    /// A field to remove; may be given several times.
    #[arg(long, value_name = "PATH")]
    pub unset: Vec<String>,
    /// How it ends.
    #[command(flatten)]
    pub edit: EditArgs,
}

/// Arguments of `apply`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store apply -f overlay.yaml              objects say themselves where they belong
  git store apply -f limits.yaml prod.example.com/nodes
  git store apply -f - --dry-run < overlay.yaml

Each document is merged into the object that is there: what it does not name stays, lists of named
objects merge by name, other lists are replaced, null removes.")]
pub struct ApplyArgs {
    /// The file with partial objects; - is standard input.
    #[arg(short, long, value_name = "FILE")]
    pub file: PathBuf,
    /// The cluster or instance group, if the file does not say.
    #[arg(value_name = "CLUSTER[/GROUP]")]
    pub object: Option<String>,
    /// How it ends.
    #[command(flatten)]
    pub edit: EditArgs,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store diff                               the store's last known state against the branch
  git store diff --semantic                    the same, by field, without what kops writes anew
  git store diff HEAD~3..HEAD --semantic")]
pub struct DiffArgs {
    /// Two commits, as A..B; the tracking ref and the branch, if not given.
    #[arg(value_name = "A..B")]
    pub range: Option<String>,
    /// Compare fields, not lines: order, quotes, comments and what kops adds by itself are no
    /// difference.
    #[arg(long)]
    pub semantic: bool,
}

/// Arguments of `merge-driver`.
#[derive(Debug, Args)]
pub struct MergeDriverArgs {
    /// The length of conflict markers.
    #[arg(long, default_value_t = 7)]
    pub marker_size: u16,
    /// What the base is called.
    #[arg(long, default_value = "base")]
    pub base_label: String,
    /// What our side is called.
    #[arg(long, default_value = "ours")]
    pub our_label: String,
    /// What their side is called.
    #[arg(long, default_value = "theirs")]
    pub their_label: String,
    /// The base.
    pub base: PathBuf,
    /// Our side; the result goes here.
    pub ours: PathBuf,
    /// Their side.
    pub theirs: PathBuf,
    /// The path in the tree.
    pub path: String,
}

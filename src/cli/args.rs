//! What can be typed. Nothing is done while it is read.

pub mod edit;

use self::edit::{ApplyArgs, DiffArgs, MergeDriverArgs, SetArgs};
use super::output::Color;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Makes a state store a git remote: clone, fetch, plan, push.
///
/// A store is a kops state store or any other set of files under a bucket prefix or in a
/// directory. Its content lies on an ordinary git branch, `store/main`, and `git push` changes
/// it by compare-and-swap.
#[derive(Debug, Parser)]
#[command(name = "git-store", bin_name = "git store", version, propagate_version = true)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  git store clone s3://kops-state clusters     the whole store, as files, with history
  git store plan                               what a push would change
  git store push                               change the store, if nobody else did
  git store pull                               fetch the store's changes and merge them

With git-remote-store on PATH, git alone does it too:
  git clone store::s3://kops-state clusters
  git fetch && git push

`git store COMMAND -h` is short, `git-store COMMAND --help` says more: `git store --help` asks git
for a manual page. Exit codes: docs/exit-codes.md";

/// What holds for every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Run as if started in this directory.
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// The store's remote, where the repository has several.
    #[arg(long, global = true, value_name = "NAME")]
    pub store: Option<String>,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Print results as JSON, with a version field.
    #[arg(long, global = true)]
    pub json: bool,
    /// Print how many requests and bytes it took, and how long.
    #[arg(long, global = true)]
    pub stats: bool,
    /// Print results and errors only.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more; twice: log what the program does.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a repository from a store
    Clone(CloneArgs),
    /// Add a store to this repository
    Init(InitArgs),
    /// Bring the store's changes onto its tracking ref
    Fetch(FetchArgs),
    /// Show where branch, tracking ref and store stand
    ///
    /// Asks the store, and brings what changed there onto the tracking ref, as a fetch does.
    Status,
    /// Show what a push would change
    Plan(PlanArgs),
    /// Change the store to what a commit says
    Push(PushArgs),
    /// Fetch, and merge the store's changes into the branch
    Pull(FetchArgs),
    /// Change fields of a cluster or instance group, as a commit
    Set(SetArgs),
    /// Merge partial objects into the configuration, as a commit
    Apply(ApplyArgs),
    /// Show what differs between two commits, by line or by field
    Diff(DiffArgs),
    /// Copy all objects of one store to another
    Copy(CopyArgs),
    /// Compare the store with a commit, from scratch
    Verify(VerifyArgs),
    /// Find out why something does not work
    Doctor(DoctorArgs),
    /// Check files as kops would read them
    Check(CheckArgs),
    /// Install, remove or show git hooks
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// Run a hook; for the files in hooks/
    #[command(hide = true)]
    Hook(HookArgs),
    /// Merge one file; what git runs
    #[command(hide = true)]
    MergeDriver(MergeDriverArgs),
    /// Print completions for a shell
    #[command(after_help = "Example:
  git-store completions bash > ~/.local/share/bash-completion/completions/git-store")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// How a store is mirrored, for `clone` and `init`.
#[derive(Debug, Clone, Default, Args)]
pub struct TargetArgs {
    /// The name of the remote.
    #[arg(long, default_value = "store", value_name = "NAME")]
    pub name: String,
    /// The branch that is pushed to the store.
    #[arg(long, default_value = "main")]
    pub branch: String,
    /// The directory of the tree that mirrors the store; the top, if not given.
    #[arg(long, value_name = "PATH")]
    pub into: Option<String>,
    /// The layout of the store: kops or generic.
    #[arg(long, default_value = "kops", value_name = "LAYOUT")]
    pub profile: String,
    /// The store, as kops is told; used when no URL is given.
    #[arg(long, value_name = "URL")]
    pub state: Option<String>,
}

/// Arguments of `clone`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store clone s3://kops-state/prefix clusters
  git store clone file:///srv/state
  git store clone --history s3://kops-state       with the bucket's versions as commits
  KOPS_STATE_STORE=s3://kops-state git store clone")]
pub struct CloneArgs {
    /// The store; if not given, the one that kops would use.
    pub url: Option<String>,
    /// Where to; the last part of the URL, if not given.
    pub path: Option<PathBuf>,
    /// Make a commit of each change among the versions that the store keeps.
    #[arg(long)]
    pub history: bool,
    /// How the store is mirrored.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store init s3://kops-state
  git store init s3://kops-state --into state     mirror into a directory of the tree")]
pub struct InitArgs {
    /// The store; if not given, the one that kops would use.
    pub url: Option<String>,
    /// Make a commit of each change among the versions that the store keeps.
    #[arg(long)]
    pub history: bool,
    /// How the store is mirrored.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Arguments of `fetch` and `pull`.
#[derive(Debug, Default, Args)]
#[command(
    after_help = "In a pattern * stays within a component and ** does not: 'old.example.com/**'."
)]
pub struct FetchArgs {
    /// Believe that these keys are gone from the store, although they are many or precious.
    #[arg(long, value_name = "PATTERN")]
    pub allow_delete: Vec<String>,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store plan
  git store plan feature --detailed-exitcode      exits 2 if there is something to do
  git store plan --json | jq .plan.steps")]
pub struct PlanArgs {
    /// What would be pushed; the branch, if not given.
    pub commit: Option<String>,
    /// Exit with 2 if there is something to do.
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Plan these deletions, although they are many or precious.
    #[arg(long, value_name = "PATTERN")]
    pub allow_delete: Vec<String>,
    /// Allow what a rule finds in these files, this once.
    #[arg(long, value_name = "RULE:PATH")]
    pub allow: Vec<String>,
}

/// Arguments of `push`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store push
  git store push --dry-run
  git store push --allow-delete='old.example.com/**'
  git store push --allow change-cidr:prod.example.com/config

The commit must contain what the store was last seen to hold; else the push is refused as a whole.
Every object is written only if nobody has changed it since. In a pattern * stays within a component
and ** does not.")]
pub struct PushArgs {
    /// What is pushed; the branch, if not given.
    pub commit: Option<String>,
    /// Plan and check only.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Delete these keys, although they are many or precious.
    #[arg(long, value_name = "PATTERN")]
    pub allow_delete: Vec<String>,
    /// Allow what a rule finds in these files, this once.
    #[arg(long, value_name = "RULE:PATH")]
    pub allow: Vec<String>,
    /// Write to a store of level C, where what somebody writes in the same moment is lost.
    #[arg(long)]
    pub accept_races: bool,
}

/// Arguments of `copy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store copy s3://old-bucket gs://new-bucket --dry-run
  git store copy s3://old-bucket file:///backup/kops-state

Objects are created, compared with what was read, and never replaced unless --update says so. The
source is only read. Running it again goes on where it stopped. Where both stores are of one service
with different credentials, variables that begin with GIT_STORE_TO_ are those of the target:
GIT_STORE_TO_S3_ENDPOINT, GIT_STORE_TO_AWS_PROFILE.")]
pub struct CopyArgs {
    /// The store to read.
    pub from: String,
    /// The store to write to.
    pub to: String,
    /// Replace objects of the target that have other content.
    #[arg(long)]
    pub update: bool,
    /// Look only.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Write to a store of level C, where what somebody writes in the same moment is lost.
    #[arg(long)]
    pub accept_races: bool,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store verify                             exits 2 if the store differs
  git store verify main --deep

Nothing that is remembered is believed; objects are compared by the store's digests, or with --deep
by their bytes. Of what is kept as a pointer it is asked only whether it exists.")]
pub struct VerifyArgs {
    /// What to compare with; what the store was last seen to hold, if not given.
    pub commit: Option<String>,
    /// Download everything and compare byte by byte.
    #[arg(long)]
    pub deep: bool,
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store doctor                             the store of this repository
  git store doctor s3://kops-state             one that is not cloned yet
  git store doctor --probe                     try what it guarantees")]
pub struct DoctorArgs {
    /// The store; if not given, the one of this repository.
    pub url: Option<String>,
    /// Probe the store with scratch objects, although a result is remembered.
    #[arg(long)]
    pub probe: bool,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people: the line, and what to do.
    #[default]
    Text,
    /// An object with a version and an array of findings.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations for GitHub Actions.
    Github,
    /// A code quality report for GitLab.
    Gitlab,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  git store check                              what differs from the store
  git store check --staged                     what would be committed
  git store check prod.example.com/config      these files
  git store check --range origin/main..HEAD --format sarif
  git store check --policy new.yaml prod.example.com
  git store check --explain yaml-1.1")]
pub struct CheckArgs {
    /// Files to check; what differs from the store, if none are given.
    pub files: Vec<PathBuf>,
    /// Check what would be committed.
    #[arg(long, conflicts_with_all = ["files", "range"])]
    pub staged: bool,
    /// Check what changed between two commits, as A..B.
    #[arg(long, conflicts_with = "files", value_name = "A..B")]
    pub range: Option<String>,
    /// Judge by this policy file instead of the one that counts, to try it out.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Allow what a rule finds in these files, this once.
    #[arg(long, value_name = "RULE:PATH")]
    pub allow: Vec<String>,
    /// How to print findings.
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// Explain a rule; docs/rules has them all.
    #[arg(long, value_name = "RULE", exclusive = true)]
    pub explain: Option<String>,
}

/// Commands about hooks.
#[derive(Debug, Subcommand)]
pub enum HooksCommand {
    /// Install hooks; existing ones are kept and run first
    Install {
        /// Install the hooks of a bare repository that people push to, and its settings.
        #[arg(long)]
        server: bool,
    },
    /// Remove the hooks again, and put back those that were there
    Uninstall,
    /// Show which hooks are installed
    Status,
}

/// Arguments of `hook`.
#[derive(Debug, Args)]
pub struct HookArgs {
    /// The hook's name.
    pub name: String,
    /// What git passes to it.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

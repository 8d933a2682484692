//! The repository as an actor sees it: a port over the shared model, with locks and full disks.

use super::executor::{timestamp, turn};
use super::objects::{Objects, RefState, Tree, diff, missing};
use super::refmoves::{self, Mover};
use super::swarm::Fault;
use super::world::{Shared, World};
use async_trait::async_trait;
use git_store::git::{
    Commit, GitError, NewCommit, Pack, Repository, TreeChange, TreeEdit, TreeEntry,
};
use git_store::model::{ObjectId, RefEdit, TreePath};
use std::sync::Arc;

/// One actor's handle on a repository.
#[derive(Debug)]
pub struct SimRepository {
    shared: Shared,
    index: usize,
}

impl SimRepository {
    /// A handle on the repository with this index.
    pub fn new(shared: Shared, index: usize) -> Self {
        Self { shared, index }
    }

    /// For a mutant: a commit without files and without parents.
    pub fn empty_commit(&self) -> Result<ObjectId, GitError> {
        let tree = Tree::default();
        let mut world = self.shared.world();
        let state = &mut world.repositories[self.index];
        let tree = state.objects.add_tree(tree);
        let message = "nothing\n".to_owned();
        state.add_commit(&NewCommit { tree, parents: Vec::new(), time: timestamp(0), message })
    }

    /// Waits for its turn, then looks.
    async fn look<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        turn(&self.shared).await;
        look(&mut self.shared.world())
    }

    fn disk(world: &mut World) -> Result<(), GitError> {
        if !world.fault(Fault::DiskFull) {
            return Ok(());
        }
        let source = std::io::Error::from(std::io::ErrorKind::StorageFull);
        Err(GitError::Io { context: "writing the simulated repository".into(), source })
    }

    fn tree(world: &World, index: usize, id: Option<ObjectId>) -> Result<Arc<Tree>, GitError> {
        id.map_or_else(|| Ok(Arc::default()), |id| world.repositories[index].tree(id).cloned())
    }
}

/// Moves one ref if it is where it is expected.
pub fn move_ref(
    world: &mut World,
    index: usize,
    edit: &RefEdit,
    mover: Mover<'_>,
) -> Result<(), GitError> {
    let actual = world.repositories[index].tip(&edit.name);
    if actual != edit.expected {
        world.count("ref moved by another");
        let (name, expected) = (edit.name.clone(), edit.expected);
        return Err(GitError::RefMoved { name, expected, actual });
    }
    let heads = refmoves::check(world, index, edit, mover);
    let since = world.next_sequence();
    world
        .event(|| format!("repository {index}: {} := {:?} ({})", edit.name, edit.new, edit.reason));
    let state = RefState { id: edit.new, since };
    world.repositories[index].set_ref(&edit.name, Some(state), heads);
    Ok(())
}

#[async_trait(?Send)]
impl Repository for SimRepository {
    async fn read_ref(&self, name: &str) -> Result<Option<ObjectId>, GitError> {
        Ok(self.look(|world| world.repositories[self.index].tip(name)).await)
    }

    async fn refs_below(&self, prefix: &str) -> Result<Vec<(String, ObjectId)>, GitError> {
        let below = |world: &mut World| {
            let refs = world.repositories[self.index].refs.iter();
            let below = refs.filter(|(name, _)| name.starts_with(prefix));
            below.map(|(name, state)| (name.clone(), state.id)).collect()
        };
        Ok(self.look(below).await)
    }

    async fn update_refs(&self, edits: &[RefEdit]) -> Result<(), GitError> {
        for edit in edits {
            turn(&self.shared).await;
            let mut world = self.shared.world();
            Self::disk(&mut world)?;
            if world.fault(Fault::RefLocked) {
                return Err(GitError::Locked { name: edit.name.clone() });
            }
            move_ref(&mut world, self.index, edit, Mover::Tool)?;
        }
        turn(&self.shared).await;
        Ok(())
    }

    async fn commit(&self, id: ObjectId) -> Result<Commit, GitError> {
        self.shared.world().repositories[self.index].commit(id).cloned()
    }

    async fn files(&self, tree: ObjectId) -> Result<Vec<(TreePath, TreeEntry)>, GitError> {
        let tree = Self::tree(&self.shared.world(), self.index, Some(tree))?;
        Ok(tree.files.iter().map(|(path, entry)| (path.clone(), *entry)).collect())
    }

    async fn diff(
        &self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
    ) -> Result<Vec<TreeChange>, GitError> {
        let world = self.shared.world();
        let tree = |id| Self::tree(&world, self.index, id);
        Ok(if old == new { Vec::new() } else { diff(&*tree(old)?, &*tree(new)?) })
    }

    async fn blob(&self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        let world = self.shared.world();
        let blobs = &world.repositories[self.index].objects.blobs;
        blobs.get(&id).map(|content| content.to_vec()).ok_or_else(|| missing(id))
    }

    async fn contains(&self, id: ObjectId) -> Result<bool, GitError> {
        let world = self.shared.world();
        let objects = &world.repositories[self.index].objects;
        let is_there = objects.blobs.contains_key(&id) || objects.trees.contains_key(&id);
        Ok(is_there || objects.commits.contains_key(&id))
    }

    async fn is_ancestor(
        &self,
        ancestor: ObjectId,
        descendant: ObjectId,
    ) -> Result<bool, GitError> {
        self.shared.world().repositories[self.index].is_ancestor(ancestor, descendant)
    }

    async fn merge_base(
        &self,
        one: ObjectId,
        other: ObjectId,
    ) -> Result<Option<ObjectId>, GitError> {
        self.shared.world().repositories[self.index].merge_base(one, other)
    }

    async fn begin_pack(&self) -> Result<Box<dyn Pack + '_>, GitError> {
        Ok(Box::new(SimPack { repository: self, written: Objects::default(), commits: Vec::new() }))
    }

    async fn barrier(&self) -> Result<(), GitError> {
        self.look(|world| {
            Self::disk(world)?;
            world.repositories[self.index].barrier();
            Ok(())
        })
        .await
    }

    async fn local_secret(&self) -> Result<[u8; 32], GitError> {
        Ok([7; 32])
    }
}

/// Objects that nobody sees yet; all are gone if their author crashes.
struct SimPack<'a> {
    repository: &'a SimRepository,
    written: Objects,
    commits: Vec<NewCommit>,
}

#[async_trait(?Send)]
impl Pack for SimPack<'_> {
    fn blob(&mut self, content: &[u8]) -> Result<ObjectId, GitError> {
        Ok(self.written.add_blob(content))
    }

    fn tree(&mut self, base: Option<ObjectId>, edits: &[TreeEdit]) -> Result<ObjectId, GitError> {
        let own = base.and_then(|id| self.written.trees.get(&id).cloned());
        let world = self.repository.shared.world();
        let base = match own {
            Some(tree) => tree,
            None => SimRepository::tree(&world, self.repository.index, base)?,
        };
        Ok(self.written.add_tree(base.edited(edits)?))
    }

    fn commit(&mut self, commit: &NewCommit) -> Result<ObjectId, GitError> {
        self.commits.push(commit.clone());
        Ok(Objects::commit_id(commit))
    }

    async fn finish(self: Box<Self>) -> Result<(), GitError> {
        let Self { repository, written, commits } = *self;
        repository
            .look(move |world| {
                SimRepository::disk(world)?;
                let state = &mut world.repositories[repository.index];
                state.objects.blobs.extend(written.blobs);
                state.objects.trees.extend(written.trees);
                commits.iter().try_for_each(|commit| state.add_commit(commit).map(|_| ()))
            })
            .await
    }
}

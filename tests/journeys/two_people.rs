//! Two people, and kops, which asks nobody: the one who is late is refused, and nothing is lost.

use super::world::{NODES, OTHER, World, replace};

#[test]
fn the_same_object() {
    let world = World::new();
    let (ann, ben) = (world.clone("ann"), world.clone("ben"));
    world.edit(&ann, NODES, "maxSize: 12", "maxSize: 9");
    world.edit(&ben, NODES, "maxSize: 12", "maxSize: 20");
    world.run(&ann, "git store push").ok();
    let before = world.objects();
    insta::assert_snapshot!(world.run(&ben, "git store push").seen(), @"
    error: the store has changes that <id> does not contain
    hint: type `git store pull` to merge them, then push again
    [ended with 3]
    ");
    assert_eq!(world.objects(), before, "a refused push changes nothing");

    insta::assert_snapshot!(world.run(&ben, "git store pull -q").seen(), @"
    Nothing changed in file://~/state; store/main stays at <id>.
    prod.example.com/instancegroup/nodes: both sides changed spec.maxSize
    Auto-merging prod.example.com/instancegroup/nodes
    CONFLICT (content): Merge conflict in prod.example.com/instancegroup/nodes
    Automatic merge failed; fix conflicts and then commit the result.
    error: the store and the branch changed the same lines
    hint: resolve the conflicts, `git add` and `git commit`, then `git store push`
    hint: `git merge --abort` puts everything back
    [ended with 3]
    ");
    world.sandbox.git(&ben, &["checkout", "-q", "--ours", NODES]);
    world.run(&ben, "git commit -qam resolved").ok();
    world.run(&ben, "git store push").ok();
    assert!(world.stored(NODES).contains("maxSize: 20"), "Ben's decision is in the store");
    let history =
        world.run(&ben, &format!("git log -p --full-history --format= store/main -- {NODES}")).ok();
    assert!(history.contains("+  maxSize: 9"), "what Ann wrote is in history");
    world.run(&ben, "git store verify --deep").ok();
}

#[test]
fn different_objects() {
    let world = World::new();
    let (ann, ben) = (world.clone("ann"), world.clone("ben"));
    world.edit(&ann, NODES, "maxSize: 12", "maxSize: 9");
    world.edit(&ben, OTHER, "maxSize: 4", "maxSize: 6");
    world.run(&ann, "git store push").ok();
    world.run(&ben, "git store push").fails(3);
    world.run(&ben, "git store pull").ok();
    world.run(&ben, "git store push").ok();
    assert!(world.stored(NODES).contains("maxSize: 9"), "Ann's change is there");
    assert!(world.stored(OTHER).contains("maxSize: 6"), "and Ben's");
    world.run(&ann, "git store pull").ok();
    world.run(&ann, "git store verify --deep main").ok();
}

#[test]
fn kops_writes_between_fetch_and_push() {
    let world = World::new();
    let clone = world.git_clone("clone");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone, "git fetch -q").ok();
    world.kops_edits(NODES, "maxSize: 12", "maxSize: 99");
    let refused = world.run(&clone, "git push").fails(1);
    assert!(refused.contains("non-fast-forward"), "{refused}");
    assert!(world.stored(NODES).contains("maxSize: 99"), "what kops wrote stays");
    let seen = world.run(&clone, &format!("git show origin/main:{NODES}")).ok();
    assert!(seen.contains("maxSize: 99"), "and is in history");
}

/// What a push wrote and kops replaced is marked, so that it can be found.
#[test]
fn kops_overwrites_what_was_pushed() {
    let world = World::new();
    let clone = world.clone("clone");
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 9");
    world.run(&clone, "git store push").ok();
    world.kops_edits(NODES, "maxSize: 9", "maxSize: 12");
    insta::assert_snapshot!(world.run(&clone, "git store fetch").seen(), @"
    1 object changed in file://~/state; store/main is now at <id>:
      ~ prod.example.com/instancegroup/nodes
    warning: somebody changed 'prod.example.com/instancegroup/nodes' after it had been pushed
    [ended with 0]
    ");
    let trailer = world.run(&clone, "git log -1 --format=%b store/main").ok();
    assert!(trailer.contains(&format!("Overwrites-Pushed: {NODES}")), "{trailer}");

    world.run(&clone, "git store pull").ok();
    world.edit(&clone, NODES, "maxSize: 12", "maxSize: 7");
    world.run(&clone, "git push -q store main").ok();
    world.kops_edits(NODES, "maxSize: 7", "maxSize: 12");
    let told = world.run(&clone, "git fetch store");
    assert!(told.stderr.contains("after it had been pushed"), "git alone tells it, too: {told:?}");
}

#[test]
fn the_last_pusher_of_many_wins_nothing_unseen() {
    let world = World::new();
    let clones: Vec<_> = (0..4).map(|number| world.clone(&format!("person{number}"))).collect();
    for (number, clone) in clones.iter().enumerate() {
        replace(&clone.join(NODES), "maxSize: 12", &format!("maxSize: {}", 100 + number));
        world.sandbox.git(clone, &["commit", "-qam", "mine"]);
    }
    let codes: Vec<_> = std::thread::scope(|scope| {
        let pushes: Vec<_> = clones
            .iter()
            .map(|clone| scope.spawn(|| world.run(clone, "git store push").code()))
            .collect();
        pushes.into_iter().map(|push| push.join().expect("no panic")).collect()
    });
    let won: Vec<usize> = (0..4).filter(|number| codes[*number] == Some(0)).collect();
    assert_eq!(won.len(), 1, "exactly one push got through: {codes:?}");
    let expected = format!("maxSize: {}", 100 + won[0]);
    assert!(world.stored(NODES).contains(&expected), "the store holds what the winner pushed");
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 3 | 8))), "{codes:?}");
}

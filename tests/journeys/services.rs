//! The same journey on every service: clone, edit, push, fetch what somebody else did, merge,
//! verify.

use super::places::Place;
use super::world::{NODES, OTHER, World, replace};

#[test]
fn clone_push_pull_verify_on_every_service() {
    for place in Place::services() {
        let world = World::new();
        let home = world.sandbox.path("");
        Place::example(&world).copy(&world, &place, "--accept-races").ok();
        for name in ["ann", "bob"] {
            place.run(&world, &home, &format!("git store clone {} {name}", place.url)).ok();
        }
        let (ann, bob) = (world.sandbox.path("ann"), world.sandbox.path("bob"));
        let run = |directory: &std::path::Path, line: &str| place.run(&world, directory, line);
        replace(&ann.join(NODES), "maxSize: 12", "maxSize: 9");
        run(&ann, "git commit -qam fewer").ok();
        run(&ann, "git store push --accept-races").ok();

        replace(&bob.join(OTHER), "maxSize: 4", "maxSize: 5");
        run(&bob, "git commit -qam more").ok();
        run(&bob, "git store push --accept-races").fails(3);
        run(&bob, "git store pull").ok();
        run(&bob, "git store push --accept-races").ok();
        run(&bob, "git store verify --deep main").ok();

        run(&ann, "git store pull").ok();
        let nodes = std::fs::read_to_string(ann.join(OTHER)).expect("a file");
        assert!(nodes.contains("maxSize: 5"), "{}: {nodes}", place.url);
        let nothing = run(&ann, "git store fetch").ok();
        assert!(nothing.contains("Nothing changed"), "{}: {nothing}", place.url);
        const SPOT: &str = "prod.example.com/instancegroup/nodes-spot";
        run(&ann, &format!("git rm -q {SPOT}")).ok();
        run(&ann, "git commit -qm without --no-verify").ok();
        let word = format!("--allow remove-instance-group:{SPOT}");
        run(&ann, &format!("git store push --accept-races {word}")).ok();
        run(&ann, "git store verify --deep main").ok();
    }
}

#[test]
fn what_a_fetch_costs() {
    let world = World::new();
    for place in Place::services() {
        let name = place.url.split("://").next().expect("a scheme");
        let home = world.sandbox.path("");
        let clone = world.sandbox.path(&format!("cost-{}", place.url.len()));
        let line = format!("git store clone {} {}", place.url, clone.display());
        Place::example(&world).copy(&world, &place, "--accept-races").ok();
        place.run(&world, &home, &line).ok();
        let stats = place.run(&world, &clone, "git store fetch --stats --json").raw();
        let last = stats.lines().last().expect("a line");
        let stats: serde_json::Value = serde_json::from_str(last).expect("JSON");
        let requests = stats["stats"]["requests"].as_object().expect("counts");
        let told = requests.iter().filter(|(_, number)| **number != 0);
        let told: Vec<_> = told.map(|(kind, number)| format!("{number} {kind}")).collect();
        // Swift lists up to an empty page, logs in, and looks at each empty object.
        let expected = match name {
            "swift" => "2 list, 1 head, 1 other",
            _ => "1 list",
        };
        assert_eq!(told.join(", "), expected, "{name}");
        std::fs::remove_dir_all(clone).expect("a clone");
    }
}

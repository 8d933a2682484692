//! What kops itself adds to a file and drops from it when it writes it.

use super::tree::{Step, without};
use serde_json::{Value as Json, json};

/// Fields that kops counts or sets on its own.
const COUNTED: &[&[&str]] = &[&["metadata", "creationTimestamp"], &["metadata", "generation"]];

/// An object without what kops adds and drops on its own.
pub(super) fn without_noise(mut value: Json) -> Json {
    for path in COUNTED {
        remove(&mut value, path);
    }
    match value["kind"].as_str() {
        Some("InstanceGroup") => {
            remove(&mut value, &["metadata", "labels", "kops.k8s.io/cluster"]);
            remove_if(&mut value, &["metadata", "labels"], &json!({}));
        }
        Some("Cluster") => {
            remove_if(&mut value, &["spec", "authorization", "rbac"], &json!({}));
            remove_if(&mut value, &["spec", "authorization"], &json!({}));
            remove_if(&mut value, &["spec", "iam", "legacy"], &json!(false));
            remove_if(&mut value, &["spec", "iam"], &json!({}));
            remove_if(&mut value, &["spec", "topology", "dns", "type"], &json!("Public"));
            remove_if(&mut value, &["spec", "topology", "dns"], &json!({}));
            remove_if(&mut value, &["spec", "topology"], &json!({}));
            remove(&mut value, &["spec", "masterInternalName"]);
        }
        _ => {}
    }
    value
}

fn remove(value: &mut Json, path: &[&str]) {
    let steps: Vec<Step> = path.iter().map(|name| Step::Key((*name).to_owned())).collect();
    without(value, &steps);
}

fn remove_if(value: &mut Json, path: &[&str], noise: &Json) {
    if path.iter().try_fold(&*value, |value, name| value.get(name)) == Some(noise) {
        remove(value, path);
    }
}

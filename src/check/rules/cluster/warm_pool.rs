//! `warm-pool`: machines that wait, stopped.

use super::{Check, Cloud, Field, Object, Problem, Rule, Scope, cloud, last_name};
use crate::check::object::{GroupRole, Kind, role};
use crate::model::Severity;

pub(super) static RULE: Rule = Rule {
    id: "warm-pool",
    summary: "a warm pool has sizes that cannot be, or belongs to a group that cannot have one",
    explanation: "\
On AWS a group can hold stopped machines ready. minSize and maxSize are not negative, and minSize is \
not above maxSize; a group takes what it leaves out from the cluster. Only groups of role Node or \
APIServer can have a warm pool, and only without spot instances (maxPrice) and without a \
mixedInstancesPolicy. additionalImages belong to groups.",
    severity: Severity::Error,
    suppressible: false,
    check: Check::Object(check),
};

fn check(object: &Object<'_>, scope: &Scope<'_>) -> Vec<Problem> {
    let Some(pool) = object.field("spec.warmPool") else { return Vec::new() };
    if object.kind == Kind::Cluster {
        let images = pool.field("additionalImages").filter(|images| !images.items().is_empty());
        let images = images
            .map(|images| images.key_problem("'additionalImages' belong into instance groups"));
        return sizes(pool, None).into_iter().chain(images).collect();
    }
    if scope.cluster.and_then(cloud).is_some_and(|cloud| cloud != Cloud::Aws) {
        return vec![pool.key_problem("kops knows warm pools only on AWS")];
    }
    let general = scope.cluster.and_then(|cluster| cluster.field("spec.warmPool"));
    sizes(pool, general).into_iter().chain(out_of_place(object, pool, general)).collect()
}

fn size(pool: Option<Field<'_>>, name: &str) -> Option<i64> {
    pool?.field(name)?.integer()
}

/// The largest size, of the cluster where the group names none.
fn max_size(pool: Field<'_>, general: Option<Field<'_>>) -> Option<i64> {
    size(Some(pool), "maxSize").or_else(|| size(general, "maxSize"))
}

fn sizes(pool: Field<'_>, general: Option<Field<'_>>) -> Vec<Problem> {
    let both = ["minSize", "maxSize"].iter().filter_map(|name| pool.field(name));
    let negative = both.filter(|field| field.integer().is_some_and(|size| size < 0));
    let negative =
        negative.map(|field| field.problem(format!("'{}' cannot be negative", last_name(&field))));
    let own = size(Some(pool), "minSize").filter(|size| *size != 0);
    let min = own.or_else(|| size(general, "minSize")).unwrap_or(0);
    let above = max_size(pool, general).filter(|max| *max >= 0 && min > *max);
    let above = above.map(|max| {
        let place = pool.field("maxSize").or(pool.field("minSize")).unwrap_or(pool);
        place.problem(format!("the pool holds at least {min} machines, but at most {max}"))
    });
    negative.chain(above).collect()
}

/// Why a group cannot have a warm pool that is not empty.
fn out_of_place(
    group: &Object<'_>,
    pool: Field<'_>,
    general: Option<Field<'_>>,
) -> Option<Problem> {
    let message = match () {
        () if max_size(pool, general) == Some(0) => return None,
        () if !matches!(role(group), None | Some(GroupRole::Node | GroupRole::ApiServer)) => {
            "only groups of role Node or APIServer can have a warm pool"
        }
        () if group.field("spec.mixedInstancesPolicy").is_some() => {
            "a group with a 'mixedInstancesPolicy' cannot have a warm pool"
        }
        () if group.field("spec.maxPrice").is_some() => {
            "a group of spot instances ('maxPrice') cannot have a warm pool"
        }
        () => return None,
    };
    Some(pool.key_problem(message))
}

//! Rules about DNS, the API's load balancer and security groups.

use super::{ON_GCE, ON_HETZNER, added, edited, findings};

#[test]
fn dns_type() {
    for good in ["Public", "Private", "None"] {
        added(&format!("  topology: {{dns: {{type: {good}}}}}\n"), &[]);
    }
    for bad in ["public", "none", "Route53"] {
        let lines = format!("  topology: {{dns: {{type: {bad}}}}}\n");
        added(&lines, &["dns-type error 12:20 spec.topology.dns.type"]);
    }
    added("  topology: {dns: {type: ''}}\n", &["dns-type warning 12:26 spec.topology.dns.type"]);
    let public = ("type: None", "type: Public");
    edited(&[ON_HETZNER, &[public]].concat(), &["dns-type error 7:20 spec.topology.dns.type"]);
    let missing = ("topology: {dns: {type: None}}", "topology: {dns: {}}");
    edited(&[ON_HETZNER, &[missing]].concat(), &["dns-type error 7:14 spec.topology.dns"]);
    let scaleway = ("hetzner", "scaleway");
    edited(&[ON_HETZNER, &[scaleway, public]].concat(), &[]);
    edited(
        &[ON_HETZNER, &[scaleway, ("type: None", "type: Private")]].concat(),
        &["dns-type error 7:20 spec.topology.dns.type"],
    );
}

/// Adds a load balancer of the API, and asserts what is found.
#[track_caller]
fn balancer(settings: &str, expected: &[&str]) {
    added(&format!("  api: {{loadBalancer: {{{settings}}}}}\n"), expected);
}

#[test]
fn api_load_balancer() {
    balancer("class: Network, type: Public, sslCertificate: 'arn:aws:acm:x', sslPolicy: p", &[]);
    balancer("type: Public", &[]);
    let class = ["api-load-balancer error 12:24 spec.api.loadBalancer.class"];
    for bad in ["Classic", "network", "Gateway"] {
        balancer(&format!("class: {bad}"), &class);
    }
    let cases = [
        ("type: Internal", "type"),
        ("sslCertificate: c", "sslCertificate"),
        ("sslPolicy: p, class: Network", "sslPolicy"),
        ("sslPolicy: p, sslCertificate: c", "sslPolicy"),
    ];
    for (settings, field) in cases {
        let found = format!("api-load-balancer error 12:24 spec.api.loadBalancer.{field}");
        balancer(settings, &[&found]);
    }
    let no_dns = ("", "  topology: {dns: {type: None}}\n");
    let found = ["api-load-balancer error 12:9 spec.api.loadBalancer"];
    edited(&[("", "  api: {loadBalancer: {type: Public}}\n"), no_dns], &found);
    edited(&[("", "  api: {loadBalancer: {class: Network}}\n"), no_dns], &[]);
    let foreign = "  api: {loadBalancer: {class: Network, sslPolicy: '', sslCertificate: '', type: Public}}\n";
    edited(
        &[ON_HETZNER, &[("", foreign)]].concat(),
        &[
            "api-load-balancer error 12:24 spec.api.loadBalancer.class",
            "api-load-balancer error 12:40 spec.api.loadBalancer.sslPolicy",
        ],
    );
}

#[test]
fn internal_api_load_balancer() {
    let private = [("type: Public", "type: Private"), ("name: a", "name: a, egress: tgw-1")];
    let edit = |settings: &str, expected: &[&str]| {
        let lines =
            format!("  api: {{loadBalancer: {{class: Network, type: Internal, {settings}}}}}\n");
        edited(&[&private[..], &[("", &lines)]].concat(), expected);
    };
    edit("subnets: [{name: a, privateIPv4Address: 172.20.32.10}]", &[]);
    let field = "spec.api.loadBalancer.useForInternalApi";
    edit("useForInternalApi: true", &[&format!("api-load-balancer error 12:56 {field}")]);
    for bad in ["10.9.9.9", "abc", "''", "'::1'"] {
        edit(
            &format!("subnets: [{{name: a, privateIPv4Address: {bad}}}]"),
            &[
                "api-load-balancer-subnet error 12:96 spec.api.loadBalancer.subnets[0].privateIPv4Address",
            ],
        );
    }
    edit(
        "subnets: [{name: a, allocationId: eipalloc-1}]",
        &["api-load-balancer-subnet error 12:90 spec.api.loadBalancer.subnets[0].allocationId"],
    );
}

#[test]
fn api_load_balancer_subnet() {
    balancer("class: Network, subnets: [{name: a, allocationId: eipalloc-1}]", &[]);
    let name = "api-load-balancer-subnet error 12:51 spec.api.loadBalancer.subnets[0].name";
    balancer("class: Network, subnets: [{name: other}]", &[name]);
    let item = "api-load-balancer-subnet error 12:50 spec.api.loadBalancer.subnets[0]";
    balancer("class: Network, subnets: [{}]", &[item]);
    balancer("class: Network, subnets: [null]", &[item]);
    balancer(
        "class: Network, subnets: [{name: a, allocationId: ''}]",
        &["api-load-balancer-subnet error 12:74 spec.api.loadBalancer.subnets[0].allocationId"],
    );
    balancer(
        "class: Network, subnets: [{name: a, privateIPv4Address: 172.20.32.10}]",
        &[
            "api-load-balancer-subnet error 12:80 spec.api.loadBalancer.subnets[0].privateIPv4Address",
        ],
    );
}

#[test]
fn security_group() {
    balancer("securityGroupOverride: sg-1, additionalSecurityGroups: [sg-1, sg-2]", &[]);
    balancer(
        "securityGroupOverride: '', additionalSecurityGroups: [sg-1, sg-1, '', SG-1]",
        &[
            "security-group error 12:47 spec.api.loadBalancer.securityGroupOverride",
            "security-group error 12:84 spec.api.loadBalancer.additionalSecurityGroups[1]",
            "security-group error 12:90 spec.api.loadBalancer.additionalSecurityGroups[2]",
            "security-group error 12:94 spec.api.loadBalancer.additionalSecurityGroups[3]",
        ],
    );
    let group = "---\napiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata: {name: g}\n";
    let group = format!("{group}spec: {{additionalSecurityGroups: [default]}}\n");
    let found = ["security-group error 16:35 spec.additionalSecurityGroups[0]"];
    edited(&[("", &group)], &found);
    edited(&[ON_GCE, &[("", &group)]].concat(), &[]);
    assert!(findings(&group).is_empty());
}

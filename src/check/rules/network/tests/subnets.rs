//! Rules about subnets, and what stands in them.

use super::{IPV6, ON_GCE, ON_HETZNER, added, edited};

const SUBNET: &str = "  - {name: a, cidr: 172.20.32.0/19, type: Public, zone: us-test-1a}\n";

/// Puts a subnet in place of the only one, and asserts what is found.
#[track_caller]
fn subnet(fields: &str, expected: &[&str]) {
    edited(&[(SUBNET, &format!("  - {{{fields}}}\n"))], expected);
}

#[test]
fn subnets_are_there() {
    let none = ["subnets error 10:3 spec.subnets"];
    edited(&[(SUBNET, "")], &["subnets error 5:1 spec"]);
    edited(&[("subnets:\n", "subnets: []\n"), (SUBNET, "")], &none);
    edited(&[ON_HETZNER, &[("subnets:\n", "subnets: []\n"), (SUBNET, "")]].concat(), &[]);
    edited(&[("subnets:\n", "subnets: 5\n"), (SUBNET, "")], &[]);
    edited(
        &[(SUBNET, "  - null\n")],
        &[
            "subnet-region warning 11:5 spec.subnets[0]",
            "subnet-type error 11:5 spec.subnets[0]",
            "subnets error 11:5 spec.subnets[0]",
        ],
    );
    subnet("cidr: 172.20.32.0/19, type: Public, zone: z", &["subnets error 11:5 spec.subnets[0]"]);
    let second = "  - {name: NAME, cidr: 172.20.64.0/19, type: Public, zone: us-test-1b}\n";
    added(second, &[]);
    added(&second.replace("NAME", "a"), &["subnets error 12:6 spec.subnets[1].name"]);
    added(&second.replace("NAME", "''"), &["subnets error 12:6 spec.subnets[1].name"]);
    let with_id = second.replace("NAME", "b, id: subnet-2");
    added(&with_id, &["subnets error 12:15 spec.subnets[1].id"]);
    edited(
        &[("name: a", "name: a, id: subnet-1"), ("", second), ("", "  networkID: vpc-1\n")],
        &["subnets error 12:5 spec.subnets[1]"],
    );
    let shared = ("name: a", "name: a, id: subnet-1");
    edited(&[shared, ("", "  networkID: vpc-1\n")], &[]);
    edited(&[shared], &["subnets warning 11:19 spec.subnets[0].id"]);
}

#[test]
fn subnet_cidr() {
    let found = ["subnet-cidr error 11:21 spec.subnets[0].cidr"];
    for bad in ["x", "172.20.33.0/19", "172.20.32.0", "10.1.0.0/19", "172.16.0.0/12"] {
        edited(&[("172.20.32.0/19", bad)], &found);
    }
    edited(&[("172.20.32.0/19", "172.20.0.0/16")], &[]);
    edited(&[("cidr: 172.20.32.0/19, ", "")], &[]);
    let elsewhere = ("172.20.32.0/19", "10.1.0.0/19");
    edited(&[elsewhere, ("", "  additionalNetworkCIDRs: [10.1.0.0/16]\n")], &[]);
    let pods = [("100.64.0.0/10", "172.16.0.0/12"), ("", "  podCIDR: 172.20.32.0/20\n")];
    edited(&[&pods[..], &[("cni", "amazonvpc")]].concat(), &[]);
    edited(&pods, &["non-masquerade-cidr error 9:22 spec.nonMasqueradeCIDR", found[0]]);
    added("  serviceClusterIPRange: 172.20.32.0/20\n", &found);
}

#[test]
fn subnet_ipv6_cidr() {
    let found = ["subnet-cidr error 11:34 spec.subnets[0].ipv6CIDR"];
    let ipv6 = |value: &str| format!("name: a, zone: z, ipv6CIDR: {value}, type: Public");
    for good in ["'2001:db8:0:111::/64'", "/64#1f", "/0#0"] {
        subnet(&ipv6(good), &[]);
    }
    let bad =
        ["'2001:db8::1/64'", "10.0.0.0/8", "'/64'", "/x#1", "/64#zz", "/64#", "/129#0", "/-1#0"];
    for bad in bad {
        subnet(&ipv6(bad), &found);
    }
    let services = ("", "  serviceClusterIPRange: '2001:db8::/64'\n");
    let range = "{name: a, zone: z, ipv6CIDR: '2001:db8::/64', type: Public}\n";
    edited(&[IPV6, (&SUBNET[4..], range), services], &found);
    let on_hetzner = &[("zone: us-test-1a", "ipv6CIDR: '2001:db8::/64'")];
    edited(
        &[ON_HETZNER, on_hetzner].concat(),
        &["subnet-cidr error 11:51 spec.subnets[0].ipv6CIDR"],
    );
}

#[test]
fn subnet_overlap() {
    let second = "  - {name: b, cidr: CIDR, type: Public, zone: us-test-1b}\n";
    added(&second.replace("CIDR", "172.20.64.0/19"), &[]);
    let found = ["subnet-overlap warning 12:21 spec.subnets[1].cidr"];
    added(&second.replace("CIDR", "172.20.32.0/19"), &found);
    added(&second.replace("CIDR", "172.20.40.0/24"), &found);
    let around = ["subnet-overlap warning 11:21 spec.subnets[0].cidr"];
    added(&second.replace("CIDR", "172.20.0.0/16"), &around);
}

#[test]
fn subnet_type() {
    for bad in ["public", "''", "isolated", "DualStack"] {
        edited(
            &[("type: Public", &format!("type: {bad}"))],
            &["subnet-type error 11:37 spec.subnets[0].type"],
        );
    }
    subnet("name: a, zone: z", &["subnet-type error 11:5 spec.subnets[0]"]);
    edited(&[("type: Public", "type: true")], &[]);
    edited(&[IPV6, ("type: Public", "type: DualStack")], &[]);
    let openstack = ("cloudProvider: aws", "cloudProvider: openstack");
    edited(&[openstack], &["subnet-type error 11:37 spec.subnets[0].type"]);
    edited(&[openstack, ("type: Public", "type: Private")], &[]);
    let config = "  cloudConfig: {openstack: {router: {externalNetwork: n}}}\n";
    edited(&[openstack, ("", config)], &[]);
}

#[test]
fn subnets_that_cannot_be_built() {
    let all_utility = ["subnet-type warning 10:3 spec.subnets"];
    edited(&[("type: Public", "type: Utility")], &all_utility);
    let found = ["subnet-type warning 11:37 spec.subnets[0].type"];
    let private = ("type: Public", "type: Private");
    let other = "  - {name: b, type: Utility, zone: us-test-1b}\n";
    edited(&[private], &found);
    edited(&[private, ("", other)], &found);
    edited(&[private, ("", &other.replace("1b", "1a"))], &[]);
    edited(&[private, ("name: a", "name: a, egress: tgw-1")], &[]);
    edited(&[ON_GCE, &[private]].concat(), &[]);
}

#[test]
fn subnet_egress() {
    let egress = |is: &str, of: &str| format!("name: a, zone: z, egress: {is}, type: {of}, id: ''");
    for good in ["nat-0123", "eipalloc-1", "i-1", "tgw-1", "External"] {
        subnet(&egress(good, "Private"), &[]);
    }
    subnet(&egress("External", "Public"), &[]);
    let found = ["subnet-egress error 11:32 spec.subnets[0].egress"];
    for bad in ["vpn-1", "external", "igw-1", "NAT-1"] {
        subnet(&egress(bad, "Private"), &found);
    }
    subnet(&egress("nat", "Private"), &["subnet-egress warning 11:32 spec.subnets[0].egress"]);
    subnet(&egress("nat-1", "Public"), &["subnet-egress error 11:24 spec.subnets[0].egress"]);
    subnet(&egress("nat-1", "Public, ipv6CIDR: /64#1"), &[]);
}

#[test]
fn subnet_region() {
    subnet("name: a, type: Public", &["subnet-region warning 11:5 spec.subnets[0]"]);
    let zone = ("region: us-test1", "region: us-test1, zone: us-test1-a");
    edited(&[ON_GCE, &[zone]].concat(), &["subnet-region error 11:69 spec.subnets[0].zone"]);
    let none = (", region: us-test1", "");
    edited(&[ON_GCE, &[none]].concat(), &["subnet-region error 11:5 spec.subnets[0]"]);
    let second = "  - {name: b, type: Public, region: REGION}\n";
    edited(&[ON_GCE, &[("", &second.replace("REGION", "us-test1"))]].concat(), &[]);
    edited(
        &[ON_GCE, &[("", &second.replace("REGION", "eu-test1"))]].concat(),
        &["subnet-region error 12:29 spec.subnets[1].region"],
    );
}

#[test]
fn additional_routes() {
    let routes = |routes: &str| {
        format!("name: a, egress: tgw-1, zone: z, type: Private, additionalRoutes: {routes}")
    };
    for target in ["pcx-1", "i-1", "nat-1", "tgw-1", "igw-1", "eigw-1"] {
        subnet(&routes(&format!("[{{cidr: 192.168.1.10/32, target: {target}}}]")), &[]);
    }
    let target = "additional-routes error 11:96 spec.subnets[0].additionalRoutes[0].target";
    let cidr = "additional-routes error 11:80 spec.subnets[0].additionalRoutes[0].cidr";
    subnet(&routes("[{cidr: 192.168.1.0/24, target: vgw-1}]"), &[target]);
    subnet(&routes("[{cidr: 192.168.1.0/24, target: ''}]"), &[target]);
    subnet(&routes("[{cidr: 172.20.5.10/32, target: tgw-1}]"), &[target]);
    subnet(&routes("[{cidr: 172.20.5.10/32, target: i-1}]"), &[]);
    subnet(&routes("[{cidr: 172.20.0.0/16, target: i-1}]"), &[cidr]);
    subnet(&routes("[{cidr: 192.168.1.10/24, target: i-1}]"), &[cidr]);
    subnet(
        &routes("[{cidr: 192.168.1.0/24, target: i-1}, {cidr: 192.168.1.0/24, target: i-2}]"),
        &["additional-routes error 11:117 spec.subnets[0].additionalRoutes[1].cidr"],
    );
    subnet(
        &routes("[null]"),
        &["additional-routes error 11:73 spec.subnets[0].additionalRoutes[0]"],
    );
}

#[test]
fn additional_routes_elsewhere() {
    let place = "11:62 spec.subnets[0].additionalRoutes";
    let routes =
        "{name: a, egress: External, zone: z, type: Public, id: '', additionalRoutes: []}\n";
    edited(
        &[(&SUBNET[4..], routes)],
        &[&format!("additional-routes error {}", place.replace("62", "64"))],
    );
    let shared = routes.replace("Public, id: ''", "Private, id: s").replace("/19", "/20");
    edited(
        &[(&SUBNET[4..], &shared), ("", "  networkID: vpc-1\n")],
        &["additional-routes error 11:64 spec.subnets[0].additionalRoutes"],
    );
    let foreign = [("zone: us-test-1a", "additionalRoutes: [{cidr: x, target: y}]")];
    edited(
        &[ON_HETZNER, &foreign].concat(),
        &["additional-routes warning 11:51 spec.subnets[0].additionalRoutes"],
    );
}

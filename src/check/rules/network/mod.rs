//! One cluster: networking and access.

use super::{Check, Problem, Rule, limited};

mod access_cidr;
mod additional_routes;
mod api_load_balancer;
mod api_load_balancer_subnet;
mod calico;
mod calico_autodetection;
mod cilium;
mod cilium_version;
mod dns_type;
mod kube_proxy;
mod network_cidr;
mod network_plugin;
mod network_setting;
mod non_masquerade_cidr;
mod pod_cidr;
mod ranges;
mod security_group;
mod service_range;
mod subnet_cidr;
mod subnet_egress;
mod subnet_overlap;
mod subnet_region;
mod subnet_type;
mod subnets;

#[cfg(test)]
mod tests;

/// The rules of this group, by name.
pub(super) static RULES: &[&Rule] = &[
    &access_cidr::RULE,
    &additional_routes::RULE,
    &api_load_balancer::RULE,
    &api_load_balancer_subnet::RULE,
    &calico::RULE,
    &calico_autodetection::RULE,
    &cilium::RULE,
    &cilium_version::RULE,
    &dns_type::RULE,
    &kube_proxy::RULE,
    &network_cidr::RULE,
    &network_plugin::RULE,
    &network_setting::RULE,
    &non_masquerade_cidr::RULE,
    &pod_cidr::RULE,
    &security_group::RULE,
    &service_range::RULE,
    &subnet_cidr::RULE,
    &subnet_egress::RULE,
    &subnet_overlap::RULE,
    &subnet_region::RULE,
    &subnet_type::RULE,
    &subnets::RULE,
];

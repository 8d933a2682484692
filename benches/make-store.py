#!/usr/bin/env python3
"""Writes a state store of realistic shape and size into a directory, the same for the same seed.

    make-store.py OUTDIR [--clusters N] [--objects-per-cluster M] [--seed S]

The default is 20 clusters of 99 objects: 1,980. What is left after the parts that every cluster has
becomes instance groups, two objects each. Nothing in it is a real key, secret or certificate.
"""

import argparse
import base64
import hashlib
import json
import os
import random
import re
import sys

KOPS = "1.34.1"
KUBERNETES = "1.34.2"
ETCD = "3.6.5"
BUCKET = "example-state-store"
ZONES = ("a", "b", "c")
TOKENS = (
    "admin",
    "kube",
    "kube-proxy",
    "kubelet",
    "system:controller_manager",
    "system:dns",
    "system:logging",
    "system:monitoring",
    "system:scheduler",
)
KEYSETS = (
    "apiserver-aggregator-ca",
    "etcd-clients-ca",
    "etcd-manager-ca-events",
    "etcd-manager-ca-main",
    "etcd-peers-ca-events",
    "etcd-peers-ca-main",
    "kubernetes-ca",
    "service-account",
)
# name, file, rough number of workload containers: between 0.3 and 32 KB, as in real stores
ADDONS = (
    ("aws-cloud-controller.addons.k8s.io", "k8s-1.18", 2),
    ("aws-ebs-csi-driver.addons.k8s.io", "k8s-1.17", 14),
    ("aws-load-balancer-controller.addons.k8s.io", "k8s-1.19", 10),
    ("certmanager.io", "k8s-1.16", 16),
    ("cluster-autoscaler.addons.k8s.io", "k8s-1.15", 4),
    ("coredns.addons.k8s.io", "k8s-1.12", 3),
    ("dns-controller.addons.k8s.io", "k8s-1.12", 1),
    ("kops-controller.addons.k8s.io", "k8s-1.16", 2),
    ("metrics-server.addons.k8s.io", "k8s-1.11", 3),
    ("networking.cilium.io", "k8s-1.16-v1.15", 12),
    ("node-termination-handler.aws", "k8s-1.11", 3),
    ("kubelet-api.rbac.addons.k8s.io", "k8s-1.9", 0),
    ("limit-range.addons.k8s.io", "v1.5.0", 0),
)


# --- YAML as kops writes it: keys sorted, sequences not indented under their key, YAML 1.1 quoting

# What a YAML 1.1 reader takes for something else than a string.
TYPED = re.compile(
    r"""(?ix) (?: y|n|yes|no|on|off|true|false|null|~|
    [-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)? | [-+]?\.[0-9_]+(?:e[-+]?[0-9]+)? |
    0x[0-9a-f_]+ | 0o?[0-7_]+ | 0b[01_]+ | [-+]?\.inf | \.nan |
    [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)? |
    [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\ ].*)? | = | << )?"""
)
PLAIN = re.compile(
    r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[-?:](?=\S))(?:[^:#\n]|:(?=\S)|(?<=\S)#)*(?<!\s)"
)


def scalar(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if TYPED.fullmatch(value):
        return json.dumps(value)
    if PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("'", "''") + "'"


def lines(value, indent):
    """The lines of a map or a sequence."""
    space = "  " * indent
    if isinstance(value, dict):
        for key in sorted(value):
            yield from entry(f"{space}{scalar(key)}:", value[key], indent)
    else:
        for item in value:
            if isinstance(item, (dict, list)) and item:
                first, *rest = lines(item, indent + 1)
                yield f"{space}- {first.lstrip()}"
                yield from rest
            else:
                yield from entry(f"{space}-", item, indent)


def entry(head, value, indent):
    if isinstance(value, dict) and value:
        yield head
        yield from lines(value, indent + 1)
    elif isinstance(value, list) and value:
        yield head
        yield from lines(value, indent)
    elif isinstance(value, (dict, list)):
        yield head + (" {}" if isinstance(value, dict) else " []")
    elif isinstance(value, str) and "\n" in value:
        yield head + (" |" if value.endswith("\n") else " |-")
        yield from (
            "  " * (indent + 1) + line if line else "" for line in value.rstrip("\n").split("\n")
        )
    else:
        yield f"{head} {scalar(value)}"


def yaml(value):
    return "\n".join(lines(value, 0)) + "\n"


def documents(values):
    """Several documents in one file, the last without a newline, as in kops' addons."""
    return "\n---\n\n".join(yaml(value) for value in values).rstrip("\n")


# --- What a person writes


def cluster(name, zone_base, network, created, store):
    members = [
        {"encryptedVolume": True, "instanceGroup": f"control-plane-{zone_base}{z}", "name": z}
        for z in ZONES
    ]
    return {
        "apiVersion": "kops.k8s.io/v1alpha2",
        "kind": "Cluster",
        "metadata": {"creationTimestamp": created, "generation": 3, "name": name},
        "spec": {
            "api": {"loadBalancer": {"class": "Network", "type": "Public"}},
            "authorization": {"rbac": {}},
            "awsLoadBalancerController": {"enabled": True},
            "certManager": {"enabled": True},
            "channel": "stable",
            "cloudLabels": {"Environment": name.split(".")[0], "Owner": "platform"},
            "cloudProvider": "aws",
            "clusterAutoscaler": {"enabled": True, "expander": "least-waste"},
            "configBase": f"{store}/{name}",
            "etcdClusters": [
                {
                    "cpuRequest": cpu,
                    "etcdMembers": members,
                    "manager": {"backupRetentionDays": 90},
                    "memoryRequest": "100Mi",
                    "name": kind,
                }
                for kind, cpu in (("main", "200m"), ("events", "100m"))
            ],
            "iam": {"allowContainerRegistry": True, "legacy": False},
            "kubeProxy": {"enabled": False},
            "kubelet": {"anonymousAuth": False},
            "kubernetesApiAccess": ["203.0.113.0/24"],
            "kubernetesVersion": KUBERNETES,
            "masterPublicName": f"api.{name}",
            "metricsServer": {"enabled": True},
            "networkCIDR": f"{network}.0.0/16",
            "networking": {"cilium": {"enableNodePort": True}},
            "nonMasqueradeCIDR": "100.64.0.0/10",
            "sshAccess": ["203.0.113.0/24"],
            "subnets": [
                {
                    "cidr": f"{network}.{i * 32}.0/19",
                    "name": zone_base + z,
                    "type": "Private",
                    "zone": zone_base + z,
                }
                for i, z in enumerate(ZONES, 1)
            ]
            + [
                {
                    "cidr": f"{network}.{i * 4}.0/22",
                    "name": f"utility-{zone_base}{z}",
                    "type": "Utility",
                    "zone": zone_base + z,
                }
                for i, z in enumerate(ZONES)
            ],
            "topology": {"dns": {"type": "Public"}},
        },
    }


def group(cluster_name, name, role, machine, low, high, subnets, created):
    return {
        "apiVersion": "kops.k8s.io/v1alpha2",
        "kind": "InstanceGroup",
        "metadata": {
            "creationTimestamp": created,
            "labels": {"kops.k8s.io/cluster": cluster_name},
            "name": name,
        },
        "spec": {
            "image": "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260601",
            "instanceMetadata": {"httpPutResponseHopLimit": 1, "httpTokens": "required"},
            "machineType": machine,
            "maxSize": high,
            "minSize": low,
            "nodeLabels": {"kops.k8s.io/instancegroup": name},
            "role": role,
            "rootVolumeSize": 64,
            "rootVolumeType": "gp3",
            "subnets": subnets,
        },
    }


def groups(name, zone_base, count, created, rng):
    """Three control planes, a bastion, then node groups of one zone each."""
    made = [
        group(
            name,
            f"control-plane-{zone_base}{z}",
            "Master",
            "m6i.large",
            1,
            1,
            [zone_base + z],
            created,
        )
        for z in ZONES
    ]
    made.append(
        group(name, "bastions", "Bastion", "t3.micro", 1, 1, [f"utility-{zone_base}a"], created)
    )
    for i in range(count - len(made)):
        zone = zone_base + ZONES[i % 3]
        machine = (
            rng.choice(("m6i", "c6i", "r6i")) + "." + rng.choice(("large", "xlarge", "2xlarge"))
        )
        low = rng.randrange(1, 6)
        made.append(
            group(name, f"nodes-{i // 3}-{zone}", "Node", machine, low, low * 3, [zone], created)
        )
    return made[:count]


# --- What kops generates from it


def labels(addon):
    return {
        "addon.kops.k8s.io/name": addon,
        "app.kubernetes.io/managed-by": "kops",
        "k8s-addon": addon,
    }


def metadata(addon, name, namespace="kube-system"):
    data = {"labels": labels(addon), "name": name}
    return data | {"namespace": namespace} if namespace else data


def container(name, i):
    short = name.split(".")[0]
    own = short if i == 0 else f"{short}-{i}"
    return {
        "args": [
            f"--v={i % 3 + 1}",
            "--logtostderr=true",
            "--leader-election=true",
            f"--metrics-bind-address=:{8080 + i}",
            "--kubeconfig=/var/lib/kubelet/kubeconfig",
        ],
        "env": [
            {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            {
                "name": "POD_NAMESPACE",
                "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}},
            },
        ],
        "image": f"registry.example.com/{short}/{own}:v1.{i}.0",
        "imagePullPolicy": "IfNotPresent",
        "livenessProbe": {
            "failureThreshold": 3,
            "httpGet": {"path": "/healthz", "port": 8080 + i},
            "initialDelaySeconds": 15,
            "timeoutSeconds": 5,
        },
        "name": own,
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True},
        "volumeMounts": [{"mountPath": "/var/lib/kubelet", "name": "kubelet", "readOnly": True}],
    }


def addon(name, containers):
    """A service account, its rights, and workloads of four containers each."""
    short = name.split(".")[0]
    if short == "limit-range":
        limits = {"limits": [{"defaultRequest": {"cpu": "100m"}, "type": "Container"}]}
        return [
            {
                "apiVersion": "v1",
                "kind": "LimitRange",
                "metadata": metadata(name, "limits", "default"),
                "spec": limits,
            }
        ]
    rbac = "rbac.authorization.k8s.io"
    binding = {
        "apiVersion": f"{rbac}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": metadata(name, f"kops:{short}", None),
        "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": f"kops:{short}"},
        "subjects": [{"kind": "ServiceAccount", "name": short, "namespace": "kube-system"}],
    }
    if not containers:
        return [binding]
    resources = ["configmaps", "endpoints", "events", "nodes", "pods", "secrets", "services"]
    docs = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(name, short)},
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "ClusterRole",
            "metadata": metadata(name, f"kops:{short}", None),
            "rules": [
                {"apiGroups": [""], "resources": [each], "verbs": ["get", "list", "watch"]}
                for each in resources[: containers + 1]
            ]
            + [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["*"]}],
        },
        binding,
    ]
    for first in range(0, containers, 4):
        last = min(first + 4, containers)
        labelled = {"k8s-app": short if first == 0 else f"{short}-{first}"}
        docs.append(
            {
                "apiVersion": "apps/v1",
                "kind": "DaemonSet" if first == 0 else "Deployment",
                "metadata": metadata(name, labelled["k8s-app"]),
                "spec": {
                    "selector": {"matchLabels": labelled},
                    "template": {
                        "metadata": {"labels": labelled | {"kops.k8s.io/managed-by": "kops"}},
                        "spec": {
                            "containers": [container(name, i) for i in range(first, last)],
                            "priorityClassName": "system-cluster-critical",
                            "serviceAccountName": short,
                            "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
                            "volumes": [
                                {"hostPath": {"path": "/var/lib/kubelet"}, "name": "kubelet"}
                            ],
                        },
                    },
                },
            }
        )
    return docs


def bootstrap_channel(files):
    """Names every addon with the sha256 of its file."""

    def item(name, file, content):
        made = {
            "manifest": f"{name}/{file}.yaml",
            "manifestHash": hashlib.sha256(content.encode()).hexdigest(),
            "name": name,
            "selector": {"k8s-addon": name},
        }
        return made | {"id": file} if file.startswith("k8s-") else made

    return {
        "kind": "Addons",
        "metadata": {"name": "bootstrap"},
        "spec": {"addons": [item(*each) for each in files]},
    }


def etcd_pod(name, kind, store, env=()):
    main = kind == "main"
    suffix = "" if main else f"-{kind}"
    versions = [f"3.5.{i}" for i in range(0, 22, 3)] + [f"3.6.{i}" for i in range(6)]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "labels": {"k8s-app": f"etcd-manager-{kind}"},
            "name": f"etcd-manager-{kind}",
            "namespace": "kube-system",
        },
        "spec": {
            "containers": [
                {
                    "args": [
                        "--log-file=/var/log/etcd.log",
                        "--also-stdout",
                        f"--backup-store={store}/{name}/backups/etcd/{kind}",
                        f"--client-urls=https://__name__:{4001 if main else 4002}",
                        f"--cluster-name=etcd{suffix}",
                        "--containerized=true",
                        f"--dns-suffix=.internal.{name}",
                        f"--grpc-port={3996 if main else 3997}",
                        f"--peer-urls=https://__name__:{2380 if main else 2381}",
                        "--v=6",
                        "--volume-provider=aws",
                        f"--volume-tag=k8s.io/etcd/{kind}",
                        f"--volume-tag=kubernetes.io/cluster/{name}=owned",
                    ],
                    "command": ["/go-runner"],
                    "env": [
                        *env,
                        {"name": "ETCD_MANAGER_DAILY_BACKUPS_RETENTION", "value": "90d"},
                    ],
                    "image": "registry.example.com/etcd-manager/etcd-manager-slim:v3.0.20260601",
                    "name": "etcd-manager",
                    "resources": {
                        "requests": {"cpu": "200m" if main else "100m", "memory": "100Mi"}
                    },
                    "securityContext": {"privileged": True},
                    "volumeMounts": [
                        {"mountPath": "/rootfs", "name": "rootfs"},
                        {"mountPath": "/run", "name": "run"},
                        {"mountPath": "/etc/kubernetes/pki/etcd-manager", "name": "pki"},
                    ]
                    + [
                        {"mountPath": f"/opt/etcd-v{v}", "name": f"etcd-v{v.replace('.', '-')}"}
                        for v in versions
                    ],
                }
            ],
            "hostNetwork": True,
            "hostPID": True,
            "priorityClassName": "system-cluster-critical",
            "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
            "volumes": [
                {"hostPath": {"path": "/", "type": "Directory"}, "name": "rootfs"},
                {"hostPath": {"path": "/run", "type": "DirectoryOrCreate"}, "name": "run"},
                {
                    "hostPath": {
                        "path": f"/etc/kubernetes/pki/etcd-manager{suffix}",
                        "type": "DirectoryOrCreate",
                    },
                    "name": "pki",
                },
            ]
            + [
                {
                    "image": {
                        "pullPolicy": "IfNotPresent",
                        "reference": f"registry.example.com/etcd:v{v}",
                    },
                    "name": f"etcd-v{v.replace('.', '-')}",
                }
                for v in versions
            ],
        },
        "status": {},
    }


def channels_pod(name, store):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "labels": {"k8s-app": "kops-channels"},
            "name": "kops-channels",
            "namespace": "kube-system",
        },
        "spec": {
            "containers": [
                {
                    "args": [
                        "apply",
                        "channel",
                        "--v=4",
                        "--yes",
                        "--interval=1m0s",
                        f"{store}/{name}/addons/bootstrap-channel.yaml",
                    ],
                    "env": [{"name": "KUBECONFIG", "value": "/var/lib/kops/kubeconfig"}],
                    "image": f"registry.example.com/kops/channels:{KOPS}",
                    "name": "kops-channels",
                    "resources": {"requests": {"cpu": "50m", "memory": "50Mi"}},
                    "volumeMounts": [
                        {
                            "mountPath": "/var/lib/kops/kubeconfig",
                            "name": "kubeconfig",
                            "readOnly": True,
                        }
                    ],
                }
            ],
            "hostNetwork": True,
            "priorityClassName": "system-node-critical",
            "volumes": [
                {
                    "hostPath": {"path": "/var/lib/kops/kubeconfig", "type": "File"},
                    "name": "kubeconfig",
                }
            ],
        },
        "status": {},
    }


def healthcheck_pod():
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {},
        "spec": {
            "containers": [
                {
                    "args": [
                        "--ca-cert=/secrets/ca.crt",
                        "--client-cert=/secrets/client.crt",
                        "--client-key=/secrets/client.key",
                    ],
                    "image": f"registry.example.com/kops/kube-apiserver-healthcheck:{KOPS}",
                    "livenessProbe": {
                        "httpGet": {
                            "host": "127.0.0.1",
                            "path": "/.kube-apiserver-healthcheck/healthz",
                            "port": 3990,
                        },
                        "initialDelaySeconds": 5,
                        "timeoutSeconds": 5,
                    },
                    "name": "healthcheck",
                    "resources": {},
                    "securityContext": {"runAsNonRoot": True, "runAsUser": 10012},
                    "volumeMounts": [
                        {"mountPath": "/secrets", "name": "healthcheck-secrets", "readOnly": True}
                    ],
                }
            ],
            "volumes": [
                {
                    "hostPath": {
                        "path": "/etc/kubernetes/kube-apiserver-healthcheck/secrets",
                        "type": "Directory",
                    },
                    "name": "healthcheck-secrets",
                }
            ],
        },
        "status": {},
    }


def completed(config, store):
    """The cluster with defaults filled in."""
    name, spec = config["metadata"]["name"], config["spec"]
    filled = {
        "cloudConfig": {"awsEBSCSIDriver": {"enabled": True}, "manageStorageClasses": True},
        "clusterDNSDomain": "cluster.local",
        "containerd": {"logLevel": "info", "version": "2.1.4"},
        "etcdClusters": [
            each
            | {
                "backups": {"backupStore": f"{store}/{name}/backups/etcd/{each['name']}"},
                "version": ETCD,
            }
            for each in spec["etcdClusters"]
        ],
        "keyStore": f"{store}/{name}/pki",
        "kubeAPIServer": spec.get("kubeAPIServer", {})
        | {
            "allowPrivileged": True,
            "anonymousAuth": False,
            "apiServerCount": len(spec["etcdClusters"][0]["etcdMembers"]),
            "authorizationMode": "Node,RBAC",
            "bindAddress": "0.0.0.0",
            "cloudProvider": "external",
            "etcdServers": ["https://127.0.0.1:4001"],
            "etcdServersOverrides": ["/events#https://127.0.0.1:4002"],
            "image": f"registry.example.com/kube-apiserver:v{spec['kubernetesVersion']}",
            "logLevel": 2,
            "securePort": 443,
            "serviceAccountIssuer": f"https://api.internal.{name}",
            "serviceClusterIPRange": "100.64.0.0/13",
            "storageBackend": "etcd3",
        },
        "kubeControllerManager": {
            "allocateNodeCIDRs": True,
            "clusterCIDR": "100.96.0.0/11",
            "clusterName": name,
            "image": f"registry.example.com/kube-controller-manager:v{spec['kubernetesVersion']}",
            "leaderElection": {"leaderElect": True},
            "logLevel": 2,
        },
        "kubeDNS": {"domain": "cluster.local", "provider": "CoreDNS", "serverIP": "100.64.0.10"},
        "kubeScheduler": {
            "image": f"registry.example.com/kube-scheduler:v{spec['kubernetesVersion']}",
            "leaderElection": {"leaderElect": True},
            "logLevel": 2,
        },
        "podCIDR": "100.96.0.0/11",
        "secretStore": f"{store}/{name}/secrets",
        "serviceClusterIPRange": "100.64.0.0/13",
    }
    return config | {"spec": spec | filled}


def nodeup(config, instance_group, store, certificate):
    """The configuration that the machines of a group read; `certificate` gives a CA's text."""
    name, spec = config["metadata"]["name"], config["spec"]
    version, role = spec["kubernetesVersion"], instance_group["spec"]["role"]

    def asset(arch, binary):
        url = f"https://downloads.example.com/v{version}/bin/linux/{arch}/{binary}"
        return f"{hashlib.sha256(url.encode()).hexdigest()}@{url}"

    binaries = (
        "kubelet",
        "kubectl",
        "ecr-credential-provider",
        "cni-plugins.tgz",
        "containerd.tar.gz",
        "runc",
    )

    made = {
        "Assets": {arch: [asset(arch, each) for each in binaries] for arch in ("amd64", "arm64")},
        "CAs": {},
        "ClusterName": name,
        "KeypairIDs": {"kubernetes-ca": keypair_id(name, "kubernetes-ca")},
        "KubeletConfig": {
            "anonymousAuth": False,
            "cgroupDriver": "systemd",
            "cgroupRoot": "/",
            "cloudProvider": "external",
            "clusterDNS": "100.64.0.10",
            "clusterDomain": "cluster.local",
            "evictionHard": "memory.available<100Mi,nodefs.available<10%,imagefs.available<10%",
            "kubeconfigPath": "/var/lib/kubelet/kubeconfig",
            "nodeLabels": instance_group["spec"].get("nodeLabels", {}),
            "podManifestPath": "/etc/kubernetes/manifests",
        },
        "KubernetesVersion": version,
        "Networking": {
            "nonMasqueradeCIDR": "100.64.0.0/10",
            "serviceClusterIPRange": "100.64.0.0/13",
        },
        "UpdatePolicy": "automatic",
        "containerdConfig": {"logLevel": "info", "version": "2.1.4"},
        "usesNoneDNS": False,
    }
    if role == "Master":
        made |= {
            "APIServerConfig": {
                "API": {"publicName": f"api.{name}"},
                "ClusterDNSDomain": "cluster.local",
                "KubeAPIServer": completed(config, store)["spec"]["kubeAPIServer"],
            },
            "CAs": {each: certificate(each) for each in KEYSETS if each != "service-account"},
            "EtcdClusterNames": ["main", "events"],
            "KeypairIDs": {each: keypair_id(name, each) for each in KEYSETS},
            "channelsManifest": f"{store}/{name}/manifests/channels/kops-channels.yaml",
            "configStore": {
                "keypairs": f"{store}/{name}/pki",
                "secrets": f"{store}/{name}/secrets",
            },
            "etcdManifests": [
                f"{store}/{name}/manifests/etcd/{kind}-{instance_group['metadata']['name']}.yaml"
                for kind in ("main", "events")
            ],
            "staticManifests": [
                {
                    "key": "kube-apiserver-healthcheck",
                    "path": "manifests/static/kube-apiserver-healthcheck.yaml",
                }
            ],
        }
    return made


# --- Keys, secrets, backups


def keypair_id(cluster_name, keyset):
    digest = hashlib.sha256(f"{cluster_name}/{keyset}".encode()).digest()
    return str(7 * 10**27 + int.from_bytes(digest[:11], "big"))


def keyset(cluster_name, name, private, public):
    key = keypair_id(cluster_name, name)
    return {
        "apiVersion": "kops.k8s.io/v1alpha2",
        "kind": "Keyset",
        "metadata": {"creationTimestamp": None, "name": name},
        "spec": {
            "keys": [
                {
                    "id": key,
                    "privateMaterial": base64.b64encode(private).decode(),
                    "publicMaterial": base64.b64encode(public).decode(),
                }
            ],
            "primaryId": key,
            "type": "Keypair",
        },
    }


def secret(content):
    return json.dumps({"Data": base64.b64encode(content).decode()}, separators=(",", ":"))


def ssh_key(seed):
    """A public key line of the right shape that belongs to nobody, and its fingerprint."""

    def part(data):
        return len(data).to_bytes(4, "big") + data

    blob = part(b"ssh-ed25519") + part(hashlib.sha256(seed.encode()).digest())
    line = f"ssh-ed25519 {base64.b64encode(blob).decode()} example-only\n"
    return hashlib.md5(blob).hexdigest(), line


def etcd_spec(members):
    return json.dumps({"memberCount": members, "etcdVersion": ETCD}, indent=2)


def directory_of(role):
    return {"Master": "control-plane", "Bastion": "bastion"}.get(role, "node")


# --- The store


def objects(number, count, seed):
    """The files of one cluster: pairs of path and content, `count` of them."""
    rng = random.Random(f"{seed}/{number}")
    name, zone_base = (
        f"cluster-{number:03}.example.com",
        rng.choice(("eu-central-1", "us-east-1", "eu-west-1")),
    )
    store = f"s3://{BUCKET}"
    created = f"2026-0{rng.randrange(1, 10)}-{rng.randrange(10, 28)}T{rng.randrange(10, 24)}:00:00Z"

    def certificate(name):
        body = base64.encodebytes(random.Random(f"{seed}/{number}/{name}").randbytes(840)).decode()
        return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"

    config = cluster(name, zone_base, f"10.{number % 250}", created, store)
    addons = [(each, file, documents(addon(each, size))) for each, file, size in ADDONS]
    files = {
        "config": yaml(config),
        "clusteraddons/default": "",
        "cluster-completed.spec": yaml(completed(config, store)),
        "kops-version.txt": KOPS,
        "addons/bootstrap-channel.yaml": yaml(bootstrap_channel(addons)),
        "manifests/channels/kops-channels.yaml": yaml(channels_pod(name, store)),
        "manifests/static/kube-apiserver-healthcheck.yaml": yaml(healthcheck_pod()),
    }
    for each, file, content in addons:
        files[f"addons/{each}/{file}.yaml"] = content
    for kind in ("main", "events"):
        for zone in ZONES:
            pod = etcd_pod(name, kind, store, [{"name": "AWS_REGION", "value": zone_base}])
            files[f"manifests/etcd/{kind}-control-plane-{zone_base}{zone}.yaml"] = yaml(pod)
        files[f"backups/etcd/{kind}/control/etcd-cluster-spec"] = etcd_spec(3)
        for hour in ("06", "12"):
            folder = f"backups/etcd/{kind}/{created[:10]}T{hour}:00:00Z-000001"
            files[f"{folder}/etcd.backup.gz"] = rng.randbytes(rng.randrange(20_000, 40_000))
            files[f"{folder}/_etcd_backup.meta"] = json.dumps(
                {"etcdVersion": ETCD, "timestamp": hour}
            )
    for each in KEYSETS:
        private, public = (
            b"example only, not a key\n" + rng.randbytes(1650),
            certificate(each).encode(),
        )
        files[f"pki/private/{each}/keyset.yaml"] = yaml(keyset(name, each, private, public))
    fingerprint, line = ssh_key(f"{seed}/{number}")
    files[f"pki/ssh/public/admin/{fingerprint}"] = line
    for each in TOKENS:
        files[f"secrets/{each}"] = secret(base64.b64encode(rng.randbytes(24)))
    files["secrets/dockerconfig"] = secret(
        b'{"auths":{"registry.example.com":{"auth":"ZXhhbXBsZQ=="}}}'
    )

    if count < len(files) + 8:
        sys.exit(f"a cluster has at least {len(files) + 8} objects")
    if (count - len(files)) % 2:
        fingerprint, line = ssh_key(f"{seed}/{number}/2")
        files[f"pki/ssh/public/admin/{fingerprint}"] = line
    for each in groups(name, zone_base, (count - len(files)) // 2, created, rng):
        group_name, role = each["metadata"]["name"], directory_of(each["spec"]["role"])
        files[f"instancegroup/{group_name}"] = yaml(each)
        files[f"igconfig/{role}/{group_name}/nodeupconfig.yaml"] = yaml(
            nodeup(config, each, store, certificate)
        )
    return [(f"{name}/{path}", content) for path, content in files.items()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("outdir")
    parser.add_argument("--clusters", type=int, default=20, metavar="N")
    parser.add_argument("--objects-per-cluster", type=int, default=99, metavar="M")
    parser.add_argument("--seed", default="1", metavar="S")
    args = parser.parse_args()

    count = size = 0
    for number in range(args.clusters):
        for path, content in objects(number, args.objects_per_cluster, args.seed):
            data = content if isinstance(content, bytes) else content.encode()
            target = os.path.join(args.outdir, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as stream:
                stream.write(data)
            count, size = count + 1, size + len(data)
    print(f"{count} objects, {size} bytes, {args.clusters} clusters")


if __name__ == "__main__":
    main()

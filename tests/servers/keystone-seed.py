#!/usr/bin/env python3
"""Gives a fresh Keystone the users, the project and the catalog of the tests.

keystone-seed.py KEYSTONE_URL SWIFT_URL
"""

import json
import sys
import urllib.request

KEYSTONE, SWIFT = sys.argv[1:]


def ask(method, path, body=None, token=None):
    """A request; returns the reply's body and headers."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["X-Auth-Token"] = token
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(KEYSTONE + path, data, headers, method=method)
    with urllib.request.urlopen(request) as reply:
        text = reply.read()
        return (json.loads(text) if text else None), reply.headers


def log_in(name, password, project):
    domain = {"id": "default"}
    user = {"name": name, "domain": domain, "password": password}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"name": project, "domain": domain}}
    body = {"auth": {"identity": identity, "scope": scope}}
    return ask("POST", "/auth/tokens", body)[1]["X-Subject-Token"]


ADMIN = log_in("admin", "adminpass", "admin")


def make(kind, **values):
    """Makes something; returns its id."""
    return ask("POST", f"/{kind}s", {kind: values}, ADMIN)[0][kind]["id"]


def project(name):
    return make("project", name=name, domain_id="default")


def user(name, password, project_id, *its_roles):
    user_id = make("user", name=name, password=password, domain_id="default")
    for role in its_roles:
        ask("PUT", f"/projects/{project_id}/users/{user_id}/roles/{roles[role]}", token=ADMIN)
    return user_id


roles = {role["name"]: role["id"] for role in ask("GET", "/roles", token=ADMIN)[0]["roles"]}
if "service" not in roles:
    roles["service"] = make("role", name="service")
user("swift", "swiftpass", project("service"), "admin", "service")
demo = project("demo")
demo_user = user("demo", "demopass", demo, "member")
user("reader", "readerpass", demo, "reader")

service = make("service", type="object-store", name="swift")
for interface in ("public", "internal"):
    url = SWIFT + "/v1/AUTH_%(project_id)s"
    make("endpoint", service_id=service, interface=interface, region_id="RegionOne", url=url)

credential = {"application_credential": {"name": "ac", "secret": "acsecret"}}
path = f"/users/{demo_user}/application_credentials"
ask("POST", path, credential, log_in("demo", "demopass", "demo"))

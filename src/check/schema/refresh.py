#!/usr/bin/env python3
"""Refreshes kops.txt from the CRDs of a kops release, or from a table of fields.

  refresh.py k8s/crds/*.yaml        CRDs of a checkout of kubernetes/kops; needs PyYAML
  refresh.py fields.tsv             lines of kind, version, path, type and constraints

Names and types come from the source. What no CRD says stays as it is in kops.txt: the finer types
of FINER, and the marks. Of fields that are in kops.txt alone, those with the mark unknown stay, and
those of the kind Object. What came and went is printed, for somebody to read.
"""
import os
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kops.txt")
FINER = ("duration", "int16", "uint32")
PLAIN = {"string": "text", "boolean": "boolean", "object(open)": "object"}


def main(sources):
    comments, old = known()
    new = {}
    for source in sources:
        new.update(table(source) if source.endswith(".tsv") else crd(source))
    for key, (kind, marks) in old.items():
        if key in new:
            new[key] = (kind if kind in FINER else new[key][0], marks)
        elif "unknown" in marks or key.startswith("Object "):
            new[key] = (kind, marks)
    for sign, keys in (("+", new.keys() - old.keys()), ("-", old.keys() - new.keys())):
        for key in sorted(keys):
            print(sign, key)
    with open(HERE, "w", encoding="utf-8") as out:
        out.writelines(comments)
        for key, (kind, marks) in sorted(new.items()):
            out.write(" ".join([key, kind] + marks) + "\n")


def known():
    """The comments of kops.txt, and its fields: kind and path, with type and marks."""
    comments, fields = [], {}
    if os.path.exists(HERE):
        for line in open(HERE, encoding="utf-8"):
            if line.startswith("#"):
                comments.append(line)
            else:
                kind, path, own, *marks = line.split()
                fields[kind + " " + path] = (own, marks)
    return comments, fields


def table(source):
    for line in open(source, encoding="utf-8"):
        kind, _, path, own, constraints = line.rstrip("\n").split("\t")
        if kind[0] != "#" and "*" not in path:
            yield kind + " " + path, (type_of(own, constraints), [])


def crd(source):
    import yaml

    spec = yaml.safe_load(open(source, encoding="utf-8"))["spec"]
    for version in spec["versions"]:
        yield from below(spec["names"]["kind"], "", version["schema"]["openAPIV3Schema"])


def below(kind, path, schema):
    while schema.get("type") == "array":
        path, schema = path + "[]", schema["items"]
    for name, field in schema.get("properties", {}).items():
        own = f"{path}.{name}" if path else name
        yield f"{kind} {own}", (schema_type(field), [])
        yield from below(kind, own, field)


def schema_type(field):
    if field.get("type") == "array":
        return "[" + schema_type(field["items"]) + "]"
    if isinstance(field.get("additionalProperties"), dict):
        return "{" + schema_type(field["additionalProperties"]) + "}"
    own = "int-or-string" if field.get("x-kubernetes-int-or-string") else field["type"]
    constraints = "format=" + field.get("format", "")
    return type_of(own, constraints + (";@QTY" if "pattern" in field else ""))


def type_of(own, constraints):
    if own.startswith("array<"):
        return "[" + type_of(own[6:-1], "") + "]"
    if own == "map<string,array>":
        return "{[text]}"
    if own.startswith("map<string,"):
        return "{" + type_of(own[11:-1], "") + "}"
    if own == "int-or-string" and "@QTY" in constraints:
        return "quantity"
    if own == "integer":
        return next((form for form in ("int32", "int64") if form in constraints), "int64")
    if own == "string" and "format=byte" in constraints:
        return "base64"
    if own == "string" and "format=date-time" in constraints:
        return "time"
    return PLAIN.get(own, own)


if __name__ == "__main__":
    main(sys.argv[1:])

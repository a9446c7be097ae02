#!/usr/bin/env python3
"""Writes the part of OpenAI's specification that Attune's tests compare the API with.

Kept: the operations of files, uploads, fine-tuning, models, chat completions and completions, the webhooks of
fine-tuning, and the schemas that they use. Left out: all prose, examples and vendor extensions. The script replaces
OpenAPI 3.0's own keywords (`nullable`, boolean exclusive bounds) by those of JSON Schema 2020-12.

    normalise_openapi.py INPUT OUTPUT
"""

import pathlib
import sys

import yaml

KEPT_PATHS = ("/files", "/uploads", "/fine_tuning", "/models", "/chat/completions", "/completions")
KEPT_WEBHOOKS = ("fine_tuning",)
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PROSE = {"description", "summary", "title", "example", "examples", "externalDocs"}
# the keys of these objects are names, not keywords
NAMED = {"properties", "patternProperties", "schemas", "responses", "paths", "webhooks", "content", "headers", "parameters"}
HEADER = """\
# The facts of OpenAI's public API specification, version 2.3.0 (MIT licence), for files, uploads, fine-tuning, models
# and completions. tools/normalise_openapi.py makes this file. Do not edit it by hand. It contains no prose and no
# examples. The source already had `paused` among the statuses of a job. overlay.yaml has the parts that Attune adds or
# widens.
"""


def kept(name, prefixes):
    return any(name == prefix or name.startswith(prefix + "/") for prefix in prefixes)


def without_prose(node, names=False):
    """The node without prose. `names` says that its keys are names."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_prose(value, not names and key in NAMED and isinstance(value, dict))
        for key, value in node.items()
        if names or not (key in PROSE or str(key).startswith("x-"))
    }


def clean_schema(node):
    """Replaces OpenAPI 3.0's own keywords by those of JSON Schema 2020-12."""
    if isinstance(node, list):
        return [clean_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: clean_schema(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and "type" not in node and "$ref" not in node["properties"]:
        node = {"type": "object", **node}
    if node.pop("nullable", False) is True:
        if isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
            if "enum" in node and None not in node["enum"]:
                node["enum"] = [*node["enum"], None]
        else:
            node = {"anyOf": [node, {"type": "null"}]}
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(node.get(exclusive), bool):
            if node.pop(exclusive):
                node[exclusive] = node.pop(bound)
    # `allOf` with one schema and remarks is the same as that schema
    parts = [part for part in node.get("allOf", []) if part]
    if len(node) == 1 and len(parts) == 1:
        return parts[0]
    return node


def with_descriptions(document):
    """Adds the description that OpenAPI requires for every answer."""
    for group in ("paths", "webhooks"):
        for item in document[group].values():
            for method in METHODS:
                for answer in item.get(method, {}).get("responses", {}).values():
                    if "$ref" not in answer:
                        answer["description"] = "OK"
    for answer in document["components"].get("responses", {}).values():
        answer["description"] = "Refused"


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def used(document):
    """The document with only those components that its operations use."""
    components, found = document.pop("components"), {}
    waiting = list(references(document))
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name not in found.setdefault(kind, {}):
            found[kind][name] = components[kind][name]
            waiting += references(components[kind][name])
    document["components"] = {kind: dict(sorted(named.items())) for kind, named in sorted(found.items())}
    return document


def normalise(source):
    document = {
        "openapi": "3.1.0",
        "info": {"title": "OpenAI's fine-tuning API", "version": source["info"]["version"]},
        "paths": {path: item for path, item in sorted(source["paths"].items()) if kept(path, KEPT_PATHS)},
        "webhooks": {
            name: item for name, item in sorted(source.get("webhooks", {}).items()) if name.startswith(KEPT_WEBHOOKS)
        },
        "components": {kind: source["components"][kind] for kind in ("responses", "schemas") if kind in source["components"]},
    }
    info = document.pop("info")
    document = used(clean_schema(without_prose(document)))
    with_descriptions(document)
    return {"openapi": document.pop("openapi"), "info": info, **document}


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def main(source, target):
    document = normalise(yaml.safe_load(source.read_text(encoding="utf-8")))
    text = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)
    target.write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))

"""Writes the part of Google's discovery document of Compute Engine that the test server speaks: compute.json.

python3 cut.py DOCUMENT, which is googleapiclient/discovery_cache/documents/compute.v1.json of PyPI's
google-api-python-client (Apache-2.0). Prose is left out. A call is added to the test server by adding it here first.
"""

import json
import sys
from pathlib import Path

METHODS = {
    "acceleratorTypes": ["get"],
    "addresses": ["get"],
    "disks": ["delete", "get", "insert", "list", "setLabels"],
    "diskTypes": ["get"],
    "globalOperations": ["get", "wait"],
    "images": ["delete", "deprecate", "get", "getFromFamily", "insert", "list", "setLabels"],
    "instances": ["attachDisk", "delete", "detachDisk", "get", "getGuestAttributes", "getSerialPortOutput", "insert",
                  "list", "reset", "setDiskAutoDelete", "setLabels", "setMetadata", "start", "stop"],
    "licenses": ["get"],
    "machineTypes": ["get"],
    "networks": ["get", "list"],
    "projects": ["get"],
    "regionDisks": ["delete", "get", "insert"],
    "regionOperations": ["get", "wait"],
    "regions": ["get"],
    "snapshots": ["get"],
    "subnetworks": ["get"],
    "zoneOperations": ["get", "wait"],
    "zones": ["get", "list"],
}

PROSE = {"description", "enumDescriptions", "enumDeprecated", "deprecated", "scopes", "parameterOrder", "flatPath"}


def cut(value):
    if isinstance(value, list):
        return [cut(each) for each in value]
    if not isinstance(value, dict):
        return value
    # A property may be named "description", whose value then is a schema.
    return {name: cut(inner) for name, inner in value.items() if name not in PROSE or isinstance(inner, dict)}


def references(value):
    if isinstance(value, list):
        return set().union(*map(references, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found = set().union(*map(references, value.values())) if value else set()
    return found | ({value["$ref"]} if isinstance(value.get("$ref"), str) else set())


def closure(schemas, names):
    known = set()
    while names:
        known |= names
        names = set().union(*(references(schemas[name]) for name in names)) - known
    return known


document = json.loads(Path(sys.argv[1]).read_text())
methods = {
    method["id"].removeprefix("compute."): cut(method)
    for resource, names in METHODS.items()
    for method in (document["resources"][resource]["methods"][name] for name in names)
}
schemas = document["schemas"]
used = closure(schemas, references(methods))
result = {
    "revision": document["revision"],
    "parameters": cut(document["parameters"]),
    "methods": methods,
    "schemas": {name: cut(schemas[name]) for name in sorted(used)},
}
target = Path(__file__).with_name("compute.json")
target.write_text(json.dumps(result, separators=(",", ":"), sort_keys=True) + "\n")

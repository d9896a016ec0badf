"""Writes what the real services' own code demands of requests: compute.json, volume.json, identity.json,
image.json, network.json.

/usr/bin/python3 record-schemas.py, with Debian's python3-nova, python3-keystone and python3-neutron installed, CINDER naming
a directory with the unpacked python3-cinder, and OS_TOKEN and IMAGE_URL of a Glance that runs. Each service is read in a
process of its own: they share no configuration.
Schemas are lists of [first microversion, schema], the oldest first.
"""

import json
import os
import subprocess
import sys
import urllib.request


def versions(module, **names):
    """{"create": ["2.1 create", "2.19 create_v219"]} to pairs of version and schema."""
    return {
        name: [[entry.split()[0], getattr(module, entry.split()[1])] for entry in entries]
        for name, entries in names.items()
    }


def compute():
    from nova.api.openstack.compute.schemas import (
        attach_interfaces, console_output, keypairs, server_metadata, server_tags, servers, volumes)

    def later(name, *numbers):
        return ["2.1 " + name] + ["2.%d %s_v2%d" % (number, name, number) for number in numbers]

    return {
        **versions(
            servers,
            createServer=later("create", 19, 32, 33, 37, 42, 52, 57, 63, 67, 74, 90),
            updateServer=later("update", 19, 90),
            createImage=["2.1 create_image"],
            rebootServer=["2.1 reboot"],
            listServers=["2.1 query_params_v21", "2.26 query_params_v226", "2.66 query_params_v266",
                         "2.73 query_params_v273", "2.75 query_params_v275"],
        ),
        **versions(keypairs, createKeypair=["2.1 create", "2.2 create_v22", "2.10 create_v210", "2.92 create_v292"]),
        **versions(console_output, getConsoleOutput=["2.1 get_console_output"]),
        **versions(server_metadata, createMetadata=["2.1 create"], replaceMetadata=["2.1 update_all"],
                   updateMetadata=["2.1 update"]),
        **versions(server_tags, replaceTags=["2.26 update_all"], addTag=["2.26 update"]),
        **versions(attach_interfaces, attachInterface=["2.1 create", "2.49 create_v249"]),
        **versions(volumes, attachVolume=["2.1 create_volume_attachment", "2.49 create_volume_attachment_v249",
                                          "2.79 create_volume_attachment_v279"]),
    }


def volume():
    sys.path.insert(0, os.environ["CINDER"])
    from cinder.api.schemas import snapshots, volume_actions, volume_image_metadata, volume_metadata, volumes

    return {
        **versions(volumes, createVolume=["3.0 create", "3.13 create_volume_v313", "3.47 create_volume_v347",
                                          "3.53 create_volume_v353"], updateVolume=["3.0 update"]),
        **versions(volume_actions, uploadImage=["3.0 volume_upload_image", "3.1 volume_upload_image_v31"],
                   extendVolume=["3.0 extend"], setBootable=["3.0 set_bootable"],
                   attachVolume=["3.0 attach"], detachVolume=["3.0 detach"]),
        **versions(volume_image_metadata, setImageMetadata=["3.0 set_image_metadata"],
                   unsetImageMetadata=["3.0 unset_image_metadata"]),
        **versions(volume_metadata, createMetadata=["3.0 create"]),
        **versions(snapshots, createSnapshot=["3.0 create"], updateSnapshot=["3.0 update"]),
    }


def identity():
    from keystone.application_credential import schema as credentials
    from keystone.auth import schema as auth

    def named(name, inner):
        return {"type": "object", "properties": {name: inner}, "required": [name]}

    return {
        "createToken": [["3", named("auth", auth.token_issue)]],
        "createApplicationCredential": [["3", named("application_credential",
                                                    credentials.application_credential_create)]],
    }


def network():
    """Neutron has no schemas but tables of attributes; [may be in POST, in PUT, required, the kinds of value]."""
    from neutron_lib.api import converters
    from neutron_lib.api.definitions import (
        dns, external_net, l3, network, port, port_security, portbindings, provider_net, subnet)
    from neutron.extensions import allowedaddresspairs, extra_dhcp_opt, securitygroup

    found = {}

    def take(table):
        for resource, attributes in table.items():
            into = found.setdefault(resource, {})
            for name, facts in attributes.items():
                kinds = {kind: limit for kind, limit in facts.get("validate", {}).items()
                         if isinstance(limit, (str, int, float, list, tuple, type(None)))}
                if facts.get("convert_to") in (converters.convert_to_boolean,
                                               converters.convert_to_boolean_if_not_none):
                    kinds["type:boolean"] = None
                into[name] = {
                    "post": facts["allow_post"],
                    "put": facts["allow_put"],
                    "required": facts["allow_post"] and "default" not in facts
                    and name not in ("tenant_id", "project_id"),
                    "kinds": kinds,
                }

    take(network.RESOURCE_ATTRIBUTE_MAP)
    take(subnet.RESOURCE_ATTRIBUTE_MAP)
    take(port.RESOURCE_ATTRIBUTE_MAP)
    take({"floatingips": l3.RESOURCE_ATTRIBUTE_MAP["floatingips"]})
    take({name: securitygroup.RESOURCE_ATTRIBUTE_MAP[name] for name in ("security_groups", "security_group_rules")})
    for module in (external_net, port_security, portbindings, provider_net, dns, extra_dhcp_opt, allowedaddresspairs):
        table = getattr(module, "RESOURCE_ATTRIBUTE_MAP", None) or getattr(module, "EXTENDED_ATTRIBUTES_2_0", {})
        take({name: table[name] for name in table if name in found})
    take({"ports": securitygroup.EXTENDED_ATTRIBUTES_2_0["ports"]})
    for resource in found:
        take({resource: {"description": {"allow_post": True, "allow_put": True, "default": "",
                                         "validate": {"type:string": 255}}}})
    return found


def image():
    """Glance tells its schema to whoever asks: OS_TOKEN and IMAGE_URL say whom."""
    request = urllib.request.Request(os.environ["IMAGE_URL"] + "/v2/schemas/image",
                                     headers={"X-Auth-Token": os.environ["OS_TOKEN"]})
    return {"createImage": [["2", json.load(urllib.request.urlopen(request))]]}


if len(sys.argv) > 1:
    # A line an entry: small, and what changed can be seen.
    entries = globals()[sys.argv[1]]()
    lines = [json.dumps(name) + ":" + json.dumps(entries[name], separators=(",", ":")) for name in sorted(entries)]
    print("{\n" + ",\n".join(lines) + "\n}")
else:
    here = os.path.dirname(os.path.abspath(__file__))
    for service in ("compute", "volume", "identity", "image", "network"):
        answer = subprocess.run([sys.executable, __file__, service], capture_output=True, text=True)
        if answer.returncode != 0:
            sys.exit("%s: %s" % (service, answer.stderr.strip().splitlines()[-3:]))
        with open(os.path.join(here, service + ".json"), "w") as file:
            file.write(answer.stdout[answer.stdout.index("{\n"):])

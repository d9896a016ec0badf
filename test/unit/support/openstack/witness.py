"""What openstacksdk, an independent client, makes and finds at the test OpenStack: one bake, step by step, as JSON."""

import json
import sys
import tempfile

import openstack

cloud = openstack.connect()
said = {}


def wait(server, status):
    # Virtual time passes with each call; no pause is needed.
    return cloud.compute.wait_for_server(server, status=status, interval=0.01, wait=60)


flavor = cloud.compute.find_flavor("m1.small", ignore_missing=False)
source = cloud.image.find_image(sys.argv[1], ignore_missing=False)
network = cloud.network.find_network("private", ignore_missing=False)
external = cloud.network.find_network("public", ignore_missing=False)

keypair = cloud.compute.create_keypair(name="witness")
said["key"] = keypair.private_key.splitlines()[0]
group = cloud.network.create_security_group(name="witness", description="")
cloud.network.create_security_group_rule(security_group_id=group.id, direction="ingress", protocol="tcp",
                                         port_range_min=22, port_range_max=22)
port = cloud.network.create_port(network_id=network.id, name="witness", security_groups=[group.id])
cloud.network.set_tags(port, ["one", "two"])
said["port"] = [each.name for each in cloud.network.ports(tags="one,two")]

server = cloud.compute.create_server(name="witness", flavor_id=flavor.id, image_id=source.id, key_name="witness",
                                     networks=[{"port": port.id}], metadata={"a": "b"}, config_drive=True)
server = wait(server, "ACTIVE")
said["server"] = [server.status, server.vm_state, server.metadata, server.has_config_drive]
address = cloud.network.create_ip(floating_network_id=external.id)
address = cloud.network.update_ip(address, port_id=port.id)
said["floating"] = address.status
found = cloud.compute.get_server(server.id).addresses["private"]
said["addresses"] = sorted(each["OS-EXT-IPS:type"] for each in found)
said["console"] = "output" in cloud.compute.get_server_console_output(server)
cloud.compute.stop_server(server)
server = wait(server, "SHUTOFF")

image = cloud.compute.create_server_image(server, "baked", metadata={"c": "d"}, wait=True, timeout=60)
while cloud.compute.get_server(server.id).task_state is not None:
    pass
# Not by update_image, which asks for a property "stores" to be removed, and is refused by the real Glance, too.
changes = [{"op": "replace", "path": "/visibility", "value": "shared"}, {"op": "add", "path": "/e", "value": "f"}]
patch = {"Content-Type": "application/openstack-images-v2.1-json-patch"}
said["patched"] = cloud.image.patch("/images/" + image.id, json=changes, headers=patch).status_code
cloud.image.add_tag(image, "baked")
cloud.image.add_member(image, member="another")
image = cloud.image.get_image(image.id)
said["image"] = [image.status, image.visibility, image.tags, image.properties.get("c"), image.properties.get("e")]
said["members"] = [each.member_id for each in cloud.image.members(image)]
with tempfile.NamedTemporaryFile() as file:
    cloud.image.download_image(image, output=file.name)
    file.seek(0)
    said["content"] = file.read().decode()

volume = cloud.block_storage.create_volume(size=20, name="witness", image_id=image.id)
volume = cloud.block_storage.wait_for_status(volume, "available", interval=0.01, wait=60)
said["volume"] = [volume.status, volume.is_bootable, volume.volume_image_metadata["image_name"]]
snapshot = cloud.block_storage.create_snapshot(volume_id=volume.id, name="witness")
said["snapshot"] = cloud.block_storage.wait_for_status(snapshot, "available", interval=0.01, wait=60).status

with tempfile.NamedTemporaryFile() as file:
    file.write(b"x" * 100_000)
    file.flush()
    uploaded = cloud.create_image("uploaded", filename=file.name, disk_format="raw", container_format="bare", wait=True)
said["uploaded"] = [uploaded.status, uploaded.size]

cloud.block_storage.delete_snapshot(snapshot)
cloud.block_storage.wait_for_delete(snapshot, interval=0.01, wait=60)
cloud.block_storage.delete_volume(volume)
cloud.block_storage.wait_for_delete(volume, interval=0.01, wait=60)
cloud.compute.delete_server(server)
cloud.compute.wait_for_delete(server, interval=0.01, wait=60)
cloud.network.delete_ip(address)
cloud.network.delete_port(port)
cloud.network.delete_security_group(group)
cloud.compute.delete_keypair(keypair)
for each in (image, uploaded):
    cloud.image.delete_image(each)
print(json.dumps(said))

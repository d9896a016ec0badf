"""A whole image build with botocore, which shares no code with the AWS SDK for JavaScript.

witness.py ENDPOINT [--short]: prints one JSON object, for each call the element paths of the reply's XML.
--short leaves out what moto does not have.
"""
import json
import re
import sys
import xml.etree.ElementTree as tree

import botocore.session

endpoint, short = sys.argv[1], "--short" in sys.argv
session = botocore.session.get_session()
session.set_credentials("AKIATESTEC2000000001", "test-ec2-secret/with+signs")
shapes = {}


def paths(element, above=""):
    here = above + "/" + re.sub(r"\{.*\}", "", element.tag)
    found = {here}
    for child in element:
        found |= paths(child, here)
    return found


def note(http_response, parsed, model, **_):
    if http_response.status_code == 200 and model.service_model.service_name == "ec2":
        shapes.setdefault(model.name, set()).update(paths(tree.fromstring(http_response.content)))


def client(service, region="us-east-1"):
    made = session.create_client(service, region_name=region, endpoint_url=endpoint)
    made.meta.events.register("after-call.*", note)
    return made


ec2 = client("ec2")


def wait(name, on=ec2, **what):
    on.get_waiter(name).wait(WaiterConfig={"Delay": 0.01, "MaxAttempts": 400}, **what)


assert client("sts").get_caller_identity()["Account"] == "123456789012"
assert any(region["RegionName"] == "eu-west-1" for region in ec2.describe_regions()["Regions"])
assert ec2.describe_availability_zones()["AvailabilityZones"]
images = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"]
image = sorted(images, key=lambda each: each["CreationDate"])[-1]
vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"][0]["SubnetId"]
key = ec2.create_key_pair(KeyName="witness", KeyType="rsa")
assert key["KeyMaterial"].startswith("-----BEGIN RSA PRIVATE KEY-----")
tags = [{"Key": "run", "Value": "a <b> & \u00e4"}]
group = ec2.create_security_group(GroupName="witness", Description="for a build", VpcId=vpc)["GroupId"]
ec2.authorize_security_group_ingress(
    GroupId=group,
    IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
)
ec2.describe_security_groups(GroupIds=[group])
run = ec2.run_instances(
    ImageId=image["ImageId"],
    InstanceType="t2.micro",
    MinCount=1,
    MaxCount=1,
    KeyName="witness",
    SubnetId=subnet,
    SecurityGroupIds=[group],
    UserData="#!/bin/sh\n",
    TagSpecifications=[{"ResourceType": kind, "Tags": tags} for kind in ("instance", "volume")],
    BlockDeviceMappings=[{"DeviceName": image["RootDeviceName"], "Ebs": {"VolumeSize": 30}}],
)
instance = run["Instances"][0]["InstanceId"]
wait("instance_running", InstanceIds=[instance])
wait("instance_status_ok", InstanceIds=[instance])
shown = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
assert shown["Tags"] == tags
ec2.stop_instances(InstanceIds=[instance])
wait("instance_stopped", InstanceIds=[instance])
made = ec2.create_image(InstanceId=instance, Name="witness image", Description="made by botocore")["ImageId"]
wait("image_available", ImageIds=[made])
devices = ec2.describe_images(ImageIds=[made])["Images"][0]["BlockDeviceMappings"]
snapshots = [device["Ebs"]["SnapshotId"] for device in devices]
ec2.describe_snapshots(SnapshotIds=snapshots)
wait("snapshot_completed", SnapshotIds=snapshots)
ec2.create_tags(Resources=[made, *snapshots], Tags=tags)
ec2.modify_image_attribute(ImageId=made, LaunchPermission={"Add": [{"UserId": "111122223333"}]})
permissions = ec2.describe_image_attribute(ImageId=made, Attribute="launchPermission")["LaunchPermissions"]
assert permissions == [{"UserId": "111122223333"}]
volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
wait("volume_available", VolumeIds=[volume])
ec2.delete_volume(VolumeId=volume)
ec2.terminate_instances(InstanceIds=[instance])
wait("instance_terminated", InstanceIds=[instance])

if not short:
    ireland = client("ec2", "eu-west-1")
    copy = ireland.copy_image(SourceRegion="us-east-1", SourceImageId=made, Name="copied", Encrypted=True)["ImageId"]
    wait("image_available", on=ireland, ImageIds=[copy])
    template = ec2.create_launch_template(LaunchTemplateName="witness", LaunchTemplateData={"ImageId": made})
    ec2.delete_launch_template(LaunchTemplateId=template["LaunchTemplate"]["LaunchTemplateId"])
    ebs = client("ebs")
    started = ebs.start_snapshot(VolumeSize=1)
    ebs.complete_snapshot(SnapshotId=started["SnapshotId"], ChangedBlocksCount=0)
    wait("snapshot_completed", SnapshotIds=[started["SnapshotId"]])
    ec2.delete_snapshot(SnapshotId=started["SnapshotId"])
    ireland.deregister_image(ImageId=copy, DeleteAssociatedSnapshots=True)

ec2.deregister_image(ImageId=made)
for snapshot in snapshots:
    ec2.delete_snapshot(SnapshotId=snapshot)
ec2.delete_security_group(GroupId=group)
ec2.delete_key_pair(KeyName="witness")
print(json.dumps({name: sorted(found) for name, found in shapes.items()}))

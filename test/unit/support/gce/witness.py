"""Bakes by hand with Google's own Python client, which knows the whole discovery document: python witness.py ENDPOINT TOKEN.
Says in JSON what came of each step."""

import json
import sys
import uuid

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

endpoint, token = sys.argv[1:3]
compute = build("compute", "v1", credentials=Credentials(token), static_discovery=True,
                client_options={"api_endpoint": endpoint + "/compute/v1/"})
P, Z = "bakery", "us-central1-a"
said = {}


def refusal(request):
    try:
        request.execute()
    except HttpError as error:
        first = error.error_details[0] if isinstance(error.error_details, list) and error.error_details else {}
        return [error.status_code, first.get("reason", ""), error.reason]
    return None


def finish(operation):
    """Waits as Google's samples do, by zone, region or globally."""
    name = operation["name"]
    if "zone" in operation:
        done = compute.zoneOperations().wait(project=P, zone=Z, operation=name).execute()
    else:
        done = compute.globalOperations().wait(project=P, operation=name).execute()
    return [done["status"], done.get("error", {}).get("errors", [{}])[0].get("code")]


image = compute.images().getFromFamily(project="debian-cloud", family="debian-12").execute()
said["family"] = image["name"]
disk = {"boot": True, "autoDelete": True, "initializeParams": {"sourceImage": image["selfLink"]}}
body = {"name": "by-hand", "machineType": "zones/%s/machineTypes/e2-small" % Z, "disks": [disk],
        "networkInterfaces": [{"network": "global/networks/default", "accessConfigs": [{"type": "ONE_TO_ONE_NAT"}]}],
        "labels": {"team": "bakery"}}
request_id = str(uuid.uuid4())
insert = compute.instances().insert(project=P, zone=Z, requestId=request_id, body=body)
first, again = insert.execute(), insert.execute()
said["insert"] = [finish(first), first["name"] == again["name"]]
said["again"] = refusal(compute.instances().insert(project=P, zone=Z, body=body))
said["unknown field"] = refusal(compute.instances().insert(project=P, zone=Z, body={**body, "colour": "red"}))
said["mistyped"] = refusal(compute.instances().insert(project=P, zone=Z, body={**body, "name": "x", "canIpForward": "yes"}))
said["bad name"] = refusal(compute.instances().insert(project=P, zone=Z, body={**body, "name": "By_Hand"}))
said["missing"] = refusal(compute.instances().get(project=P, zone=Z, instance="nobody"))
said["listed"] = [each["name"] for each in compute.instances().list(
    project=P, zone=Z, filter='labels.team=bakery').execute().get("items", [])]
while compute.instances().get(project=P, zone=Z, instance="by-hand").execute()["status"] != "RUNNING":
    pass
source = "projects/%s/zones/%s/disks/by-hand" % (P, Z)
said["in use"] = refusal(compute.images().insert(project=P, body={"name": "mine", "sourceDisk": source}))
said["stop"] = finish(compute.instances().stop(project=P, zone=Z, instance="by-hand").execute())
said["image"] = finish(compute.images().insert(project=P, body={"name": "mine", "sourceDisk": source}).execute())
said["status"] = compute.images().get(project=P, image="mine").execute()["status"]
said["deprecate"] = finish(compute.images().deprecate(
    project=P, image="mine", body={"state": "OBSOLETE", "obsolete": "2030-01-01T00:00:00Z"}).execute())
said["serial"] = compute.instances().getSerialPortOutput(project=P, zone=Z, instance="by-hand").execute()["contents"][:1]
said["delete"] = finish(compute.instances().delete(project=P, zone=Z, instance="by-hand").execute())
said["delete image"] = finish(compute.images().delete(project=P, image="mine").execute())
print(json.dumps(said))

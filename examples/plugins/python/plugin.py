#!/usr/bin/env python3
"""A plugin of Kiln with a component of each kind. Its cloud is a directory, whose servers and images are files."""

import json
import os
import uuid
from pathlib import Path

import kiln_plugin
from kiln_plugin import complaint


@kiln_plugin.provisioner("motd")
def provision(run, config):
    path = config["path"]
    run.say(f"Writing {path}")
    run.write(config["text"] + "\n", path, mode=0o644)
    if config["show"]:
        run.exec(f"cat {path}")


@kiln_plugin.prepare("builder", "cloudlet")
def check(config):
    if Path(config["cloud"]).is_dir():
        return []
    return [complaint("CLOUDLET_CLOUD", "/cloud", f"there is no directory {config['cloud']}", "make it")]


def make(cloud, what, **facts):
    """Makes a thing of the cloud, marked with a token; its id is the path of its file."""
    path = Path(cloud).resolve() / f"{what}-{uuid.uuid4().hex[:8]}.json"
    path.write_text(json.dumps(facts))
    return str(path)


def find(what):
    def found(token, cloud):
        return [str(path) for path in Path(cloud).glob(f"{what}-*.json") if json.loads(path.read_text())["token"] == token]

    return found


def release(path, cloud):
    Path(path).unlink(missing_ok=True)


kiln_plugin.resource("cloudlet:server", find("server"), release)
kiln_plugin.resource("cloudlet:image", find("image"), release)


@kiln_plugin.builder("cloudlet")
def build(run, config):
    cloud = str(Path(config["cloud"]).resolve())
    token, server = run.step(
        "start server",
        lambda: run.acquire("server", f"server of {config['image']}", cloud, lambda token: make(cloud, "server", token=token)),
    )
    run.call("checkpoint", state={"server": server})
    return bake(run, config, server)


@kiln_plugin.resume("cloudlet")
def go_on(run, config, state):
    run.call("resource.adopt", resource="server", id=state["server"])
    return bake(run, config, state["server"])


def bake(run, config, server):
    """Has the server provisioned and makes an image of it."""
    cloud = os.path.dirname(server)
    run.call("guest.provision", guest={"by": "none"}, data={"Server": os.path.basename(server)})
    token, image = run.step(
        "make image",
        lambda: run.acquire(
            "image", f"image {config['image']}", cloud, lambda token: make(cloud, "image", token=token, name=config["image"])
        ),
    )
    run.call("resource.keep", tokens=[token])
    return {
        "builderId": "example.cloudlet",
        "id": Path(image).stem,
        "description": f"The image {config['image']} in {cloud}",
        "files": [],
        "properties": {"path": image},
    }


@kiln_plugin.data_source("cloudlet-images")
def newest(config):
    images = sorted(Path(config["cloud"]).glob("image-*.json"), key=lambda path: path.stat().st_mtime)
    if not images:
        raise kiln_plugin.Failure(f"there is no image in {config['cloud']}", code="CLOUDLET_NO_IMAGE", pointer="/cloud")
    return {"id": images[-1].stem, "count": len(images)}


@kiln_plugin.lookup("cloudlet_secret")
def secret(cloud, name):
    return (Path(cloud) / name).read_text().strip()


@kiln_plugin.discard("cloudlet")
def give_up(artifact):
    release(artifact["properties"]["path"], None)


@kiln_plugin.post_processor("notes")
def take_notes(run, config, artifact):
    stage = run.call("stage.open", path=config["output"])
    lines = [f"build: {run.context['buildName']}", f"id: {artifact['id']}", artifact["description"], *artifact["files"]]
    Path(stage["path"]).write_text("".join(f"{line}\n" for line in lines))
    path = run.call("stage.publish", stage=stage["stage"])["path"]
    notes = {
        "builderId": "example.notes",
        "id": artifact["id"],
        "description": f"Notes on {artifact['id']}: {path}",
        "files": [path],
        "properties": {},
    }
    return {"artifact": notes, "input": "keep"}


kiln_plugin.main()

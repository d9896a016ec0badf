#!/usr/bin/env python3
"""A plugin of Kiln: the provisioner "example"."""

import kiln_plugin
from kiln_plugin import complaint


@kiln_plugin.prepare("provisioner", "example")
def check(config):
    if config["path"].startswith("/"):
        return []
    return [complaint("EXAMPLE_PATH", "/path", f"{config['path']} is not absolute", "begin it with /")]


@kiln_plugin.provisioner("example")
def provision(run, config):
    run.say(f"Writing {config['path']}")
    run.write(config["text"] + "\n", config["path"], mode=0o644)


kiln_plugin.main()

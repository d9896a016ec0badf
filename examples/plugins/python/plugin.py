#!/usr/bin/env python3
"""A provisioner that writes the message of the day."""

import kiln_plugin


@kiln_plugin.provisioner("motd")
def provision(run, config):
    path = config.get("path", "/etc/motd")
    run.say(f"Writing {path}")
    run.write(config["text"] + "\n", path, mode=0o644)
    if config.get("show"):
        run.exec(f"cat {path}")


kiln_plugin.main()

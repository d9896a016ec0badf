"""Runs commands by pywinrm: arguments are the URL, the transport and the password; prints JSON."""

import json
import sys

import winrm

url, transport, password = sys.argv[1:4]
protocol = winrm.protocol.Protocol(
    endpoint=url,
    transport=transport,
    username="Administrator",
    password=password,
    server_cert_validation="ignore",
)
results = []
for line in ["echo hello; echo wrong >&2; exit 3", "sleep 1; echo late"]:
    shell = protocol.open_shell()
    command = protocol.run_command(shell, line)
    out, err, status = protocol.get_command_output(shell, command)
    results.append([out.decode(), err.decode(), status])
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
shell = protocol.open_shell()
command = protocol.run_command(shell, "wc -c")
for part in range(3):
    protocol.send_command_input(shell, command, b"x" * 50000, end=part == 2)
out, err, status = protocol.get_command_output(shell, command)
results.append([out.decode().strip(), err.decode(), status])
protocol.close_shell(shell)
print(json.dumps(results))

"""Counts what a command puts out, and asks for little things many times."""

import hashlib
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../examples/plugins/python"))
import kiln_plugin


@kiln_plugin.provisioner("reader")
def read(run, config):
    stream = run.stream()
    worker = threading.Thread(target=run.exec, args=(config["command"],), kwargs={"stdout": {"stream": stream.number}})
    started, used = time.perf_counter(), time.process_time()
    worker.start()
    total = sum(len(piece) for piece in stream)
    worker.join()
    run.say(f"read {total} bytes in {time.perf_counter() - started} s, {time.process_time() - used} s of processor time")


@kiln_plugin.provisioner("writer")
def write(run, config):
    stream = run.stream()
    block = os.urandom(1 << 20)
    worker = threading.Thread(target=run.exec, args=(config["command"],), kwargs={"stdin": {"stream": stream.number}})
    started = time.perf_counter()
    worker.start()
    for _ in range(config["mebibytes"]):
        stream.write(block)
    stream.end()
    worker.join()
    run.say(f"wrote {config['mebibytes'] << 20} bytes in {time.perf_counter() - started} s")


@kiln_plugin.provisioner("asker")
def ask(run, config):
    took = []
    for _ in range(config["times"]):
        started = time.perf_counter()
        run.call("temporaryDirectory") if config["real"] else run.call("render", text="x", data={})
        took.append(time.perf_counter() - started)
    run.say(f"median {sorted(took)[len(took) // 2] * 1000} ms")


kiln_plugin.main()

"""Speaks Kiln's plugin protocol (docs/plugin-protocol.md), version 1. The standard library only; Python 3.8 or newer.

    import kiln_plugin

    @kiln_plugin.provisioner("motd")
    def provision(run, config):
        run.exec("cat >/etc/motd", stdin=config["text"])

    kiln_plugin.main()
"""

import itertools
import json
import sys
import threading
import traceback

PROTOCOL = 1
WINDOW = 4 * 1024 * 1024
FAILED, CANCELLED, NO_METHOD, WRONG_PARAMS = -32000, -32800, -32601, -32602


class Failure(Exception):
    """What goes wrong, as the user is told of it: `raise Failure("the disk is full", hint="free some space")`."""

    def __init__(self, message, number=FAILED, **data):
        super().__init__(message)
        self.wire = {"code": number, "message": message, "data": data}


class _Wire:
    """Writes and reads messages, one a line; raw bytes may stand behind a line."""

    def __init__(self, source, sink):
        self.source, self.sink, self.lock = source, sink, threading.Lock()

    def send(self, message, raw=b""):
        line = json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"
        with self.lock:
            self.sink.write(line + raw if len(raw) < 65536 else line)
            if len(raw) >= 65536:
                self.sink.write(raw)
            self.sink.flush()

    def read(self):
        line = self.source.readline()
        return json.loads(line) if line else None


class _Answer:
    def __init__(self):
        self.there, self.message = threading.Event(), None


class Stream:
    """Bytes that come from Kiln (`for piece in stream`) or go there (`stream.write`)."""

    def __init__(self, peer, number):
        self.peer, self.number = peer, number
        self.changed, self.pieces, self.credit, self.ended = threading.Condition(), [], WINDOW, False

    def __iter__(self):
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.pieces or self.ended)
                pieces, self.pieces = self.pieces, []
            if not pieces:
                return
            yield from pieces
            self.peer.notify("stream.more", stream=self.number, bytes=sum(map(len, pieces)))

    def lines(self):
        """The bytes as lines of text, without their ends."""
        rest = b""
        for piece in self:
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield line.decode(errors="replace")
        if rest:
            yield rest.decode(errors="replace")

    def write(self, data):
        view = memoryview(data)
        while view:
            with self.changed:
                self.changed.wait_for(lambda: self.credit > 0 or self.ended)
                if self.ended:
                    return
                piece = view[: min(self.credit, 1 << 18)]
                self.credit -= len(piece)
            self.peer.wire.send(
                {"method": "stream.data", "params": {"stream": self.number, "bytes": len(piece)}}, bytes(piece)
            )
            view = view[len(piece) :]

    def end(self):
        self.peer.notify("stream.end", stream=self.number)

    def take(self, method, count, raw):
        with self.changed:
            if method == "stream.data":
                self.pieces.append(raw)
            elif method == "stream.more":
                self.credit += count
            else:
                self.ended = True
            self.changed.notify_all()


class Run:
    """A component at work: its build, and what it may ask of Kiln."""

    def __init__(self, peer, params):
        self._peer, self._handle = peer, params["run"]
        self.context = params["context"]
        self.cancelled = threading.Event()

    def call(self, method, **params):
        """Calls a method of the protocol for this run; None stands for an option that is not given."""
        if self.cancelled.is_set() and method.startswith("guest."):
            raise Failure("cancelled", CANCELLED)
        given = {name: value for name, value in params.items() if value is not None}
        return self._peer.ask(method, run=self._handle, **given)

    def note(self, method, **params):
        self._peer.notify(method, run=self._handle, **params)

    def say(self, text):
        self.note("say", text=text)

    def warn(self, text):
        self.note("warn", text=text)

    def progress(self, what, done, total):
        self.note("progress", what=what, done=done, total=total)

    def exec(self, command, check=True, **options):
        """Runs a command in the guest; `stdout="text"` puts its output into the result."""
        result = self.call("guest.exec", command=command, **options)
        if check and result.get("exitStatus") != 0:
            how = f"ended with status {result.get('exitStatus')}"
            raise Failure(f"{command} {how}", code="PLUGIN_COMMAND_FAILED", outputTail=result["outputTail"])
        return result

    def stream(self):
        """For `stdin`, `stdout` and `stderr` of a command that another thread runs: {"stream": stream.number}."""
        return self._peer.open_stream()

    def upload(self, source, destination, mode=None):
        self.call("guest.upload", source=source, destination=destination, mode=mode)

    def write(self, content, destination, mode=None):
        self.call("guest.upload", content=content, destination=destination, mode=mode)

    def download(self, source, destination):
        self.call("guest.download", source=source, destination=destination)

    def step(self, name, body):
        """Runs a function as a step of the build; Kiln shows and times it, and may want it again."""
        step = self.call("step.start", name=name)["step"]
        while True:
            failure = None
            try:
                result = body()
            except Exception as error:
                failure = error
            told = None if failure is None else _wire_error(failure)
            if not self.call("step.end", step=step, error=told)["again"]:
                break
        if failure is not None:
            raise failure
        return result

    def acquire(self, resource, describe, locator, create):
        """Makes an outside thing, marked with the token that `create` is given; `create` returns its id."""
        token = self.call("resource.acquire", resource=resource, describe=describe, locator=locator)["token"]
        try:
            made = create(token)
        except Exception as error:
            self.call("resource.failed", token=token, message=str(error) or type(error).__name__)
            raise
        self.call("resource.made", token=token, id=made)
        return token, made

    def temporary_directory(self):
        return self.call("temporaryDirectory")["path"]


def _wire_error(error):
    if isinstance(error, Failure):
        return error.wire
    traceback.print_exception(type(error), error, error.__traceback__)
    return {"code": FAILED, "message": f"{type(error).__name__}: {error}"}


class _Peer:
    def __init__(self, wire):
        self.wire, self.ids, self.waiting = wire, itertools.count(1), {}
        self.numbers, self.streams, self.runs = itertools.count(1), {}, {}

    def notify(self, method, **params):
        self.wire.send({"method": method, "params": params})

    def ask(self, method, **params):
        number, answer = next(self.ids), _Answer()
        self.waiting[number] = answer
        self.wire.send({"id": number, "method": method, "params": params})
        answer.there.wait()
        if "error" in answer.message:
            error = answer.message["error"]
            raise Failure(error["message"], error["code"], **error.get("data", {}))
        return answer.message["result"]

    def open_stream(self):
        stream = Stream(self, next(self.numbers))
        self.streams[stream.number] = stream
        return stream

    def serve(self, number, method, params):
        try:
            reply = {"result": _serve(self, number, method, params)}
        except Exception as error:
            reply = {"error": _wire_error(error)}
        self.runs.pop(number, None)
        self.wire.send({"id": number, **reply})

    def take(self, message):
        number, method, params = message.get("id"), message.get("method"), message.get("params", {})
        if method is None:
            answer = self.waiting.pop(number)
            answer.message = message
            answer.there.set()
        elif method == "cancel":
            run = self.runs.get(params["id"])
            if run is not None:
                run.cancelled.set()
        elif method.startswith("stream."):
            raw = self.wire.source.read(params["bytes"]) if method == "stream.data" else b""
            stream = self.streams.get(params["stream"])
            if stream is not None:
                stream.take(method, params.get("bytes"), raw)
            if method == "stream.end":
                self.streams.pop(params["stream"], None)
        else:
            threading.Thread(target=self.serve, args=(number, method, params), daemon=True).start()


_works, _kinds, _checks, _discards, _lookups = {}, {}, {}, {}, {}


def _work(method):
    def named(type_name):
        return lambda function: _works.setdefault((method, type_name), function)

    return named


builder, resume, provisioner, post_processor = map(_work, ("build", "resume", "provision", "postProcess"))


def resource(kind, find, release):
    """A kind of things ("vm:server"): `find(token, locator)` gives a list of ids, `release(id, locator)` removes one."""
    _kinds[kind] = (find, release)


def prepare(kind, type_name):
    """A function of the options that gives a list of diagnostics; see `complaint`."""
    return lambda function: _checks.setdefault((kind, type_name), function)


def discard(type_name):
    return lambda function: _discards.setdefault(type_name, function)


def data_source(type_name):
    """A function of the options that gives the values by the names of the schema's x-outputs."""
    return lambda function: _works.setdefault(("fetch", type_name), function)


def lookup(name):
    """A template function: its texts come as arguments, its value is a text."""
    return lambda function: _lookups.setdefault(name, function)


def complaint(code, pointer, message, hint=None, severity="error"):
    about = {"severity": severity, "code": code, "pointer": pointer, "message": message}
    return about if hint is None else {**about, "hint": hint}


def _serve(peer, number, method, params):
    if method == "initialize":
        if PROTOCOL not in params["protocol"]:
            raise Failure(f"this plugin speaks version {PROTOCOL} only", WRONG_PARAMS)
        return {"protocol": PROTOCOL}
    if method == "prepare":
        return {"diagnostics": _checks[params["kind"], params["type"]](params["config"])}
    if method == "find":
        return {"ids": _kinds[params["resource"]][0](params["token"], params["locator"])}
    if method == "release":
        _kinds[params["resource"]][1](params["id"], params["locator"])
        return {}
    if method == "fetch":
        return {"outputs": _works[method, params["type"]](params["config"])}
    if method == "lookup":
        return {"value": _lookups[params["name"]](*params["values"])}
    if method == "discard":
        _discards[params["type"]](params["artifact"])
        return {}
    work = _works.get((method, params.get("type")))
    if work is None:
        raise Failure(f"this plugin has no {method} for {params.get('type')}", NO_METHOD)
    run = peer.runs[number] = Run(peer, params)
    more = [params[name] for name in ("input", "checkpoint") if name in params]
    result = work(run, params["config"], *more)
    if method == "provision":
        return {}
    return result if method == "postProcess" else {"artifact": result}


def main():
    """Speaks with Kiln until it closes standard input. What the program prints goes to standard error."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    peer = _Peer(_Wire(source, sink))
    while True:
        message = peer.wire.read()
        if message is None:
            return
        peer.take(message)

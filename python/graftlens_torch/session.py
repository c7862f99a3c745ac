"""One question, one answer: the order in which a check is done, and what is said on the way."""

import faulthandler
import gc
import os
import sys
import threading

from .channel import Channel, Control, leave
from .failures import current_frames, describe, library_folders
from .output import flush


def run(token):
    channel = Channel(token)
    # The folder of this program is no place for the user's imports.
    sys.path.pop(0)
    session = Session(channel)
    session.watch()
    try:
        session.channel.send(session.check(Control(session.limit)))
    except BaseException as error:
        channel.send(session.failure(error))
    flush()
    # Without the exit handlers and the waiting threads of the user's code: the answer is given.
    leave(0)


class Session:
    def __init__(self, channel):
        self.channel = channel
        self.request = None
        self.stage = "start"
        #: The checkpoint's state_dict, once it is read.
        self.state = None

    def watch(self):
        """Makes a crash and an exit tell the line at which they happen."""
        faulthandler.enable(file=self.channel.descriptor, all_threads=True)
        os._exit = self.exiting
        self.channel.send(
            {
                "type": "hello",
                "python": "%d.%d.%d" % sys.version_info[:3],
                "executable": sys.executable,
                "thread": threading.get_ident(),
                "libraries": library_folders(),
            }
        )

    def limit(self, request):
        """Makes a time-out tell its line: the time counts from the request on."""
        # A little before the other side ends this process.
        seconds = max(request["timeLimit"] * 0.98, 0.05)
        faulthandler.dump_traceback_later(seconds, file=self.channel.descriptor)

    def exiting(self, status):
        """`os._exit` of the user's code, which raises nothing that could be caught."""
        # Forked children leave this way too, and say nothing (see `Channel.send`).
        frames = current_frames(library_folders())
        place = next((frame for frame in reversed(frames) if frame["user"]), None)
        self.channel.send(
            {
                "type": "failure",
                "code": "interpreter.exited",
                "args": [status],
                "exception": None,
                "message": "",
                "stage": self.stage,
                "file": place["file"] if place else None,
                "line": place["line"] if place else None,
                "frames": frames,
            }
        )
        leave(status)

    def enter(self, stage):
        self.stage = stage
        self.channel.send({"type": "progress", "stage": stage})

    def failure(self, error):
        described = describe(error, self.stage, library_folders())
        return dict(described, type="failure", stage=self.stage)

    def check(self, control):
        self.enter("torch")
        # Nothing of what torch makes while it is imported is garbage; looking for some takes a tenth of the time.
        gc.disable()
        from .importing import find_target, import_file, import_torch, work_in

        torch = import_torch()
        # They import torch, so they could not be imported before it.
        from .building import build, build_again, evaluate_arguments
        from .describing import describe_model

        gc.enable()
        self.request = control.request()
        wanted = self.request["model"]
        work_in(wanted["root"])
        self.enter("import")
        module = import_file(wanted["file"], wanted["root"])
        target = find_target(module, wanted["name"], wanted["file"])
        self.enter("arguments")
        arguments = evaluate_arguments(wanted["args"], module)

        def make(devices):
            self.enter("build")
            return build(target, wanted["name"], arguments[0], arguments[1], devices)

        def make_again(number):
            return build_again(target, wanted["name"], arguments[0], arguments[1], number)

        # A forward pass needs values.
        built = make(["cpu"] if self.request["inputs"] is not None else ["meta", "cpu"])
        weights = load = None
        if self.request["weights"] is not None:
            built, weights, load = self.load(built, make)
        reply = {
            "type": "reply",
            "python": "%d.%d.%d" % sys.version_info[:3],
            "torch": str(torch.__version__),
            "device": built.device,
            "fallback": built.fallback,
            "model": describe_model(built.model, built.creation),
            "weights": weights,
            "load": load,
            "repairs": [],
            "forward": None,
            "signal": None,
            "signalFailure": None,
        }
        if self.request["inputs"] is not None:
            reply.update(self.forward(built.model, reply, make_again))
        # Last, because it changes the model's weights.
        if self.request["weights"] is not None:
            reply["repairs"] = self.try_repairs(built.model)
        return reply

    def try_repairs(self, model):
        from .repairing import try_repairs

        return try_repairs(model, self.state, self.request["weights"]["repairs"])

    def load(self, built, make):
        from .loading import load
        from .weights import describe_weights, load_weights

        self.enter("load")
        weights = load_weights(self.request["weights"])
        try:
            loaded = load(built.model, weights.state)
        except Exception as error:
            if built.device != "meta":
                raise
            # A hook of the user's may look at values that a meta tensor has not.
            built = make(["cpu"])
            built.fallback = "%s: %s" % (type(error).__name__, str(error)[:300])
            self.enter("load")
            loaded = load(built.model, weights.state)
        self.state = weights.state
        return built, describe_weights(weights), loaded

    def forward(self, model, reply, make_again):
        from .forwarding import Forward, make_inputs
        from .signal_check import signal

        self.enter("forward")
        model.eval()
        inputs = make_inputs(self.request["inputs"])
        forward = Forward(model)
        try:
            forward.run(inputs)
        except BaseException as error:
            failure = dict(self.failure(error), module=forward.place())
            return {"forward": {"ok": False, "modules": forward.modules(), "failure": failure}}
        result = {"forward": {"ok": True, "modules": forward.modules(), "failure": None}}
        # Without all values of the file the features would be those of no model.
        if reply["load"] is not None and not reply["weights"]["unread"]:
            self.enter("signal")
            try:
                result["signal"] = signal(model, inputs, reply["load"]["missing"], make_again)
            except BaseException as error:
                result["signalFailure"] = self.failure(error)
        return result

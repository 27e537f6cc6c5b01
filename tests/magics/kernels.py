"""A real kernel, and what a front end sees of it."""

import os
from collections import namedtuple

from jupyter_client.manager import KernelManager

WAIT = 120  # seconds, on a machine with much else to do

Ran = namedtuple("Ran", "status error outputs")
"""How a cell ended, and the messages it sent, each a pair of its kind and its content."""


class Kernel:
    """A kernel of a notebook that is called ``taxi.ipynb``, and what the front end sees of it."""

    def __init__(self, folder):
        self.folder = folder
        self.manager = KernelManager(kernel_name="python3")
        environment = os.environ | {"JPY_SESSION_NAME": str(folder / "taxi.ipynb")}
        environment["IPYTHONDIR"] = str(folder / "ipython")  # no profile of whoever runs this
        environment.pop("SHELDUCK_STORE", None)
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=WAIT)

    def run(self, cell, cell_id=None, on_output=None):
        """Execute a cell as JupyterLab does; ``on_output`` is called with each text printed."""
        content = {"code": cell, "silent": False, "store_history": True, "stop_on_error": True}
        content |= {"user_expressions": {}, "allow_stdin": False}
        request = self.client.session.msg("execute_request", content)
        request["metadata"] |= {"cellId": cell_id} if cell_id else {}
        self.client.shell_channel.send(request)
        outputs = []
        for kind, content in self._answers(self.client.get_iopub_msg, request):
            if kind == "status" and content["execution_state"] == "idle":
                break
            outputs.append((kind, content))
            if kind == "stream" and on_output:
                on_output(content["text"])
        _, reply = next(self._answers(self.client.get_shell_msg, request))
        return Ran(reply["status"], reply.get("ename"), outputs)

    def _answers(self, get, request):
        """What comes for this request; a loaded machine has answers to earlier ones in between."""
        while True:
            message = get(timeout=WAIT)
            if message["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                yield message["msg_type"], message["content"]

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def of_kind(ran, kind):
    return [content for k, content in ran.outputs if k == kind]


def saved(ran):
    """The outputs a notebook would keep: updates in their place, what is cleared gone."""
    outputs, waiting = [], False
    for kind, content in ran.outputs:
        if kind == "clear_output":
            outputs, waiting = (outputs, True) if content["wait"] else ([], False)
        elif kind == "update_display_data":
            place = content["transient"]["display_id"]
            outputs = [content if _place(o) == place else o for o in outputs]
        elif kind in ("display_data", "execute_result", "stream", "error"):
            outputs, waiting = ([] if waiting else outputs) + [content], False
    return outputs


def _place(output):
    return output.get("transient", {}).get("display_id")


def cards(ran):
    """The bundles of the cards a notebook would keep."""
    placed = [o["data"] for o in saved(ran) if _place(o)]
    assert all("text/html" in data for data in placed)
    return placed

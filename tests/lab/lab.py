"""A JupyterLab of this test session's own, and notebooks opened in it by a browser."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import nbformat
from playwright.sync_api import Locator, Page

WAIT = 30_000  # ms until something that must come has not; the machine may have much else to do
QUIET = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False, "maxNumberRecents": 0},
    "@jupyterlab/notebook-extension:tracker": {"kernelShutdown": True},
}


class Lab:
    """The server: its own port, token, home and configuration; notebooks in ``folder``."""

    def __init__(self, home: Path, *options: str) -> None:
        self.folder, self._home = home / "notebooks", home
        self.token, self._port = uuid4().hex, _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.folder.mkdir()
        settings = home / "settings"
        for plugin, values in QUIET.items():
            package, name = plugin.split(":")
            path = settings / package / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        with (home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *self._arguments(), *options],
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _arguments(self) -> list[str]:
        return [
            "--no-browser",
            "--allow-root",
            f"--ServerApp.port={self._port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.ip=127.0.0.1",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.folder}",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.extension_manager=readonly",
            f"--LabApp.user_settings_dir={self._home / 'settings'}",
            f"--LabApp.workspaces_dir={self._home / 'workspaces'}",
        ]

    def _environment(self) -> dict[str, str]:
        known = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "SHELDUCK_"))}
        home = {"HOME": str(self._home), "IPYTHONDIR": str(self._home / "ipython")}
        return known | home | {"XDG_STATE_HOME": str(self._home / "state")}

    def wait(self) -> None:
        """Return when the server answers; raise with its log when it has died."""
        asked = urllib.request.Request(
            f"{self.url}/api/status", headers={"Authorization": f"token {self.token}"}
        )
        while self._process.poll() is None:
            try:
                urllib.request.urlopen(asked, timeout=10).close()
            except (urllib.error.URLError, OSError):
                continue
            return
        raise RuntimeError(f"JupyterLab did not start:\n{(self._home / 'log').read_text()}")

    def stop(self) -> None:
        """End the server, and with it the kernels."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:  # seen to hang while it shuts its extensions down
            self._process.kill()
            self._process.wait()

    @contextmanager
    def without(self, extension: str) -> Iterator[None]:
        """Disable a labextension for the pages that are loaded meanwhile."""
        config = self._home / ".jupyter" / "labconfig" / "page_config.json"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(json.dumps({"disabledExtensions": {extension: True}}))
        yield
        config.unlink()

    def write(self, name: str, cells: Sequence[str], kernel: str = "python3") -> Path:
        """Write a notebook of code cells, and return its path."""
        book = nbformat.v4.new_notebook()
        book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        book.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(book, path)
        return path


class Notebook:
    """A notebook that is open in a page."""

    def __init__(self, page: Page, path: Path, root: Path) -> None:
        self.page, self.path = page, path
        self._name = path.relative_to(root).as_posix()

    # --- open and close ------------------------------------------------------------------

    def open(self, *, kernel: bool = True) -> Notebook:
        """Open it, and wait until its kernel answers; without a kernel, choose none."""
        self._call(
            "const w = await app.commands.execute('docmanager:open', {path: name});"
            "await w.context.ready; await w.revealed;"
        )
        if kernel:
            self._call(
                "const c = widget().context.sessionContext; await c.ready;"
                "await c.session.kernel.info;"
            )
        return self

    def reopen_without_kernel(self) -> None:
        """Save and close it, and open it again where nobody has its kernel or one like it."""
        self._call(
            "const { model } = widget();"
            "model.sharedModel.deleteMetadata('language_info');"
            "model.sharedModel.setMetadata('kernelspec',"
            " {name: 'gone', display_name: 'Gone', language: 'gone'});"
        )
        self.save()
        self.close()
        self.open(kernel=False)
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name="No Kernel").click()
        dialog.wait_for(state="hidden")

    def save(self) -> nbformat.NotebookNode:
        """Save it, and return what is in the file."""
        self._call("await widget().context.save();")
        return self.saved

    @property
    def saved(self) -> nbformat.NotebookNode:
        """What is in the file."""
        return nbformat.read(self.path, as_version=4)

    def close(self) -> None:
        """Close it and end its kernel, as it stands."""
        self._call(
            "const w = widget(); if (!w) return; const c = w.context;"
            "if (c.sessionContext.session) await c.sessionContext.shutdown();"
            "if (c.model.dirty) await c.save(); w.close();"
        )

    def restart(self) -> None:
        """Restart the kernel."""
        self._call(
            "const c = widget().context.sessionContext; await c.session.kernel.restart();"
            "await c.session.kernel.info;"
        )

    def interrupt(self) -> None:
        """Interrupt the kernel."""
        self._call("await widget().context.sessionContext.session.kernel.interrupt();")

    # --- cells ---------------------------------------------------------------------------

    def run(self, source: str) -> Locator:
        """Append a cell, run it to its end, and return its output area."""
        output = self.start(source)
        self.finish()
        return output

    def start(self, source: str) -> Locator:
        """Append a cell and run it without waiting; return its output area."""
        at = self._call(
            "const { content } = widget(); const { model } = content;"
            "const at = model.sharedModel.cells.length;"
            "model.sharedModel.insertCell(at, {cell_type: 'code', source: given});"
            "content.activeCellIndex = at;"
            "globalThis.shelduckRan = app.commands.execute('notebook:run-cell'); return at;",
            source,
        )
        return self.outputs.nth(at)

    def start_again(self) -> None:
        """Run the cell that was started last once more, without waiting."""
        self._call("globalThis.shelduckRan = app.commands.execute('notebook:run-cell');")

    def finish(self) -> None:
        """Wait until the cell that was started last has ended."""
        self._call("await globalThis.shelduckRan;")

    @property
    def running(self) -> bool:
        """Whether the cell that was started last runs on."""
        return bool(
            self._call(
                "const ended = globalThis.shelduckRan.then(() => false);"
                "const now = new Promise(done => setTimeout(() => done(true)));"
                "return await Promise.race([ended, now]);"
            )
        )

    @property
    def outputs(self) -> Locator:
        """The output areas, one a code cell."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell-outputArea")

    def text(self) -> str:
        """What the last cell printed or returned as text, from the notebook's model."""
        return self._call(
            "const { cells } = widget().content.model;"
            "const outputs = cells.get(cells.length - 1).outputs.toJSON();"
            "const text = o => o.text ?? o.data?.['text/plain'] ?? o.evalue ?? '';"
            "return outputs.map(o => [].concat(text(o)).join('')).join('');"
        )

    def html(self) -> str:
        """The HTML that would be saved for the last cell."""
        return str(
            self._call(
                "const { cells } = widget().content.model;"
                "const outputs = cells.get(cells.length - 1).outputs.toJSON();"
                "return outputs.map(o => [].concat(o.data?.['text/html'] ?? '').join('')).join('');"
            )
        )

    def wait_for_html(self, wanted: Callable[[str], bool]) -> None:
        """Wait until the HTML that would be saved for the last cell is as wanted."""
        late = time.monotonic() + WAIT / 1000
        while not wanted(self.html()):
            assert time.monotonic() < late, f"what would be saved stays {self.html()[:2000]}"

    def clear(self) -> None:
        """Clear all outputs."""
        self._call("await app.commands.execute('notebook:clear-all-cell-outputs');")

    # --- the page ------------------------------------------------------------------------

    def _call(self, code: str, given: Any = None) -> Any:
        """Run JavaScript in the page: ``app``, ``name``, ``widget()`` and ``given`` are known."""
        return self.page.evaluate(
            "async ([name, given]) => { const app = globalThis.jupyterapp;"
            "const widget = () => [...app.shell.widgets('main')]"
            f".find(w => w.context?.path === name); {code} }}",
            [self._name, given],
        )


def open_lab(page: Page, lab: Lab) -> None:
    """Load JupyterLab with an empty workspace."""
    page.goto(f"{lab.url}/lab/workspaces/{uuid4().hex}?token={lab.token}&reset")
    page.wait_for_function(
        "globalThis.jupyterapp?.restored && jupyterapp.restored.then(() => true)", timeout=WAIT
    )


def set_theme(page: Page, theme: str) -> None:
    """Have JupyterLab look ``Light`` or ``Dark``."""
    name = f"JupyterLab {theme}"
    page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
    page.wait_for_function("(name) => document.body.dataset.jpThemeName === name", arg=name)


@contextmanager
def comms_over_subshells(page: Page, how: str) -> Iterator[None]:
    """Have comms travel as JupyterLab's setting of that name says."""
    kernels = "jupyterapp.serviceManager.kernels.commsOverSubshells"
    before = page.evaluate(kernels)
    page.evaluate(f"(how) => {{ {kernels} = how; }}", how)
    yield
    page.evaluate(f"(how) => {{ {kernels} = how; }}", before)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Open = Callable[..., Notebook]

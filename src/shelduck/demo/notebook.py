"""A notebook executed in a fresh kernel, with its progress on screen."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert.exporters.html import HTMLExporter

from shelduck.errors import ShelduckError

ANSI = re.compile(r"\x1b\[[0-9;]*m")
# nbconvert's page with the scripts it would load from elsewhere left out: none is needed here.
PAGE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""


def execute(path: Path, environment: dict[str, str]) -> None:
    """Execute a notebook in its folder, and leave it there with what its cells gave.

    Parameters
    ----------
    path
        The notebook.
    environment
        Variables for the kernel, beside those of this process.

    Raises
    ------
    ShelduckError
        When a cell fails or the kernel dies; names the cell.
    """
    notebook = nbformat.read(path, as_version=4)
    _clear(notebook)
    progress = Progress(notebook)
    client = NotebookClient(
        notebook,
        km=_kernel(),
        timeout=None,
        store_widget_state=False,  # of widgets that no page shows; the panels leave HTML
        record_timing=False,  # no time stamps: what is executed anew differs only in its outputs
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # not that loopback is unencrypted
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=progress.begun,
        on_cell_executed=progress.ended,
    )
    # A kernel learns the notebook's name from its Jupyter server, and there is none here.
    named = {**os.environ, **environment, "JPY_SESSION_NAME": str(path)}
    try:
        client.execute(env=named, cleanup_kc=True)
    except (CellExecutionError, DeadKernelError) as error:
        print(flush=True)
        reason = ANSI.sub("", str(error)).strip()
        raise ShelduckError(
            f"cell {progress.place} failed.\n{reason}\n\nThe notebook as far as it got: {path}"
        ) from None  # it is all in there
    finally:
        nbformat.write(notebook, path)


def write_html(path: Path) -> Path:
    """Write the notebook as a page beside it, which loads nothing from elsewhere."""
    page, _ = HTMLExporter(raw_template=PAGE).from_filename(str(path))
    html = path.with_suffix(".html")
    html.write_text(page, encoding="utf-8")
    return html


class Progress:
    """A line on screen for each code cell: its number, its first line, its seconds."""

    def __init__(self, notebook: nbformat.NotebookNode) -> None:
        code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        self._number = {index: number for number, index in enumerate(code, start=1)}
        self._start = 0.0
        self.place = ""
        """The latest cell, as ``3 of 14``."""

    def begun(self, cell: nbformat.NotebookNode, cell_index: int) -> None:
        """Say which cell begins."""
        self.place = f"{self._number[cell_index]} of {len(self._number)}"
        first = cell.source.strip().splitlines()[0]
        print(f"{self.place:>8}  {first[:64]:<64}", end="", flush=True)
        self._start = time.monotonic()

    def ended(self, **_: Any) -> None:
        """Say how long it took."""
        print(f" {time.monotonic() - self._start:6.1f} s", flush=True)


def _clear(notebook: nbformat.NotebookNode) -> None:
    # After a failure no output of an earlier execution may pass for one of this.
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _kernel() -> AsyncKernelManager:
    # Without folders to look in there is one kernel left: this very interpreter. An installed
    # specification called python3 may start another.
    return AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))

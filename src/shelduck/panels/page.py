"""A panel as one HTML file: its module, its state and the answers it will ask for, and no more."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path
from typing import Any

import orjson

from shelduck.panels.panel import Panel, failure

MODULES = Path(__file__).parent / "static"

# The host of a saved page: it answers a command with what was recorded for it.
_HOST = """
const text = (id) => document.getElementById(id).textContent;
const { state, selection, answers } = JSON.parse(text("panel"));
const bytes = (s) => new DataView(Uint8Array.from(atob(s), (c) => c.charCodeAt(0)).buffer);
const hearers = {};
const model = {
  get: (name) => ({ state, selection })[name],
  on: (name, hear) => (hearers[name] ??= new Set()).add(hear),
  off: (name, hear) => hearers[name]?.delete(hear),
  send({ request, command, args }) {
    const known = answers[command + JSON.stringify(args, Object.keys(args).sort())];
    const error = { message: "This is a saved page: only a notebook can answer that." };
    const { result, buffers } = known ?? { buffers: [] };
    const answer = known ? { request, result } : { request, error };
    queueMicrotask(() => hearers["msg:custom"]?.forEach((f) => f(answer, buffers.map(bytes))));
  },
};
const code = new Blob([JSON.parse(text("module"))], { type: "text/javascript" });
const { default: view } = await import(URL.createObjectURL(code));
view.render({ model, el: document.getElementById("place") });
"""


def page_html(panel: Panel) -> str:
    """Return a page that shows the panel with neither kernel nor network."""
    content = {
        "state": panel.state() | {"frozen": True},
        "selection": list(panel.selection.ids),
        "answers": dict(_recording(panel, name, args) for name, args in panel.recorded()),
    }
    module = (MODULES / f"{panel.view}.js").read_text(encoding="utf-8")
    title = escape(f"Shelduck {panel.view.replace('_', ' ')}")
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>"
        "<meta name='viewport' content='width=device-width'></head>"
        "<body style='margin:16px'><div id='place'></div>"
        f"{_data('panel', content)}{_data('module', module)}"
        f"<script type='module'>{_HOST}</script></body></html>\n"
    )


def _recording(panel: Panel, name: str, args: dict[str, Any]) -> tuple[str, Any]:
    """A command as the page's host looks it up, and its answer."""
    key = name + orjson.dumps(args, option=orjson.OPT_SORT_KEYS).decode()
    try:
        answer = panel.apply(name, args)
    except Exception as e:  # the rest of the page is worth having
        return key, {"result": None, "error": failure(e), "buffers": []}
    return key, {
        "result": answer.result,
        "buffers": [base64.b64encode(buffer).decode() for buffer in answer.buffers],
    }


def _data(name: str, content: Any) -> str:
    """JSON in a script element that nothing in it can close."""
    text = orjson.dumps(content).decode().replace("<", "\\u003c")
    return f"<script type='application/json' id='{name}'>{text}</script>"

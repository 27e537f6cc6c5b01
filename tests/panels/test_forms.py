"""Which forms of a panel an output gets, in which front end."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from shelduck.widgets.forms import VIEW, forms


class Shown:
    def __repr__(self):
        return "a panel"

    def _repr_html_(self):
        return "<b>a panel</b>"


WIDGET = SimpleNamespace(state={"panel": "abc123"}, model_id="m1")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    for name in ("JPY_SESSION_NAME", "VSCODE_PID"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_widget_there_is_text_and_html():
    assert forms(Shown(), None) == {"text/plain": "a panel", "text/html": "<b>a panel</b>"}


@pytest.mark.parametrize("session", [None, "/home/ann/taxi.ipynb"])
def test_it_comes_alive_in_its_html(monkeypatch, session):
    if session:
        monkeypatch.setenv("JPY_SESSION_NAME", session)
        monkeypatch.setenv("VSCODE_PID", "1")  # a JupyterLab that was started from a terminal there
    shown = forms(Shown(), WIDGET)
    assert set(shown) == {"text/plain", "text/html"}
    assert "data-shelduck='abc123'" in shown["text/html"]
    assert "<b>a panel</b>" in shown["text/html"] and "<script" not in shown["text/html"]


@pytest.mark.parametrize("where", ["vscode", "vscode on a server", "colab"])
def test_where_html_is_in_a_frame_of_its_own_a_widget_is_sent(monkeypatch, where):
    if where == "vscode":
        monkeypatch.setenv("VSCODE_PID", "1")
    elif where == "colab":
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    else:
        monkeypatch.setenv("JPY_SESSION_NAME", "taxi-jvsc-93d6beec-a9.ipynb")
    shown = forms(Shown(), WIDGET)
    assert shown[VIEW]["model_id"] == "m1"
    assert shown["text/html"] == "<b>a panel</b>"

"""Where the notebook is and which cell runs, also in a real kernel."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from shelduck.capture import cell_id, notebook_path


@pytest.fixture(autouse=True)
def nobody_tells(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "work" / "taxi" / "01 trips.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    return path


def test_unknown():
    assert notebook_path() is None
    assert notebook_path({}) is None


def test_the_jupyter_server_tells_an_absolute_path(notebook, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    assert notebook_path() == notebook


@pytest.mark.parametrize("above", [0, 1, 2])
def test_or_one_relative_to_its_root(notebook, monkeypatch, above):
    root = notebook.parents[above]
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook.relative_to(root)))
    monkeypatch.chdir(notebook.parent)
    assert notebook_path() == notebook


def test_a_relative_path_holds_after_a_change_of_folder(notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "taxi/01 trips.ipynb")
    monkeypatch.chdir(tmp_path)
    assert notebook_path() is None
    assert notebook_path({"_dh": [str(notebook.parent), str(tmp_path)]}) == notebook


@pytest.mark.parametrize("name", ["__vsc_ipynb_file__", "PAPERMILL_INPUT_PATH", "__session__"])
def test_editors_and_runners_leave_a_name(notebook, name):
    assert notebook_path({name: str(notebook)}) == notebook
    assert notebook_path({name: 7}) is None
    assert notebook_path({name: ""}) is None


def test_the_editor_is_believed_before_the_environment(notebook, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook.parent / "other.ipynb"))
    assert notebook_path({"__vsc_ipynb_file__": str(notebook)}) == notebook


@pytest.mark.parametrize("prefixed", ["{folder}/RTC:{name}", "{folder}/{name}"])
def test_the_drive_of_real_time_collaboration(notebook, monkeypatch, prefixed):
    told = prefixed.format(folder=notebook.parent, name=notebook.name)
    monkeypatch.setenv("JPY_SESSION_NAME", told)
    assert notebook_path() == notebook


def test_a_notebook_not_saved_yet_is_known_by_its_folder(notebook, monkeypatch):
    new = notebook.with_name("Untitled.ipynb")
    assert notebook_path({"__vsc_ipynb_file__": str(new)}) == new
    assert notebook_path({"__vsc_ipynb_file__": "/no/such/folder/Untitled.ipynb"}) is None


@pytest.mark.parametrize("told", ["/work/Console 1-8a7e", "8a7e-11", "a\0b", "x" * 10_000, "/"])
def test_what_is_no_notebook(told, monkeypatch):
    assert notebook_path({"__session__": told}) is None


# --- the cell


def info(identifier: object = None, meta: object = None) -> object:
    return SimpleNamespace(cell_id=identifier, cell_meta=meta)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (info("1e9aac6b"), "1e9aac6b"),
        (info(None, {"cellId": "1e9aac6b"}), "1e9aac6b"),
        (info(None, None), None),
        (info(""), None),
        (SimpleNamespace(), None),
        (None, None),
        ({"cellId": "1e9aac6b", "deletedCells": []}, "1e9aac6b"),
        ({"header": {}, "content": {}, "metadata": {"cellId": "1e9aac6b"}}, "1e9aac6b"),
        ({"metadata": None}, None),
        ({"cellId": 7}, None),
        ({}, None),
        (info("vscode-notebook-cell:/home/ann/01%20trips.ipynb#W3sZmlsZQ%3D%3D"), "W3sZmlsZQ=="),
    ],
)
def test_cell_id(told, expected):
    assert cell_id(told) == expected


def test_a_real_kernel_tells_both(notebook):
    from jupyter_client.manager import start_new_kernel

    environment = os.environ | {"JPY_SESSION_NAME": str(notebook)}
    manager, client = start_new_kernel(cwd=str(notebook.parent), env=environment)
    try:
        execute(client, "from shelduck.capture import cell_id, notebook_path\ntold = []")
        execute(
            client,
            "get_ipython().events.register('pre_run_cell', lambda i: told.append(cell_id(i)))",
        )
        execute(client, "%cd -q /\n1", {"cellId": "1e9aac6b"})
        told = execute(client, "print(told[0], notebook_path(globals()))", {})
        assert told == f"1e9aac6b {notebook}\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def execute(client: object, code: str, metadata: dict[str, str] | None = None) -> str:
    message = client.session.msg(
        "execute_request", {"code": code, "silent": False}, metadata=metadata or {}
    )
    client.shell_channel.send(message)
    printed = ""
    while True:
        answer = client.get_iopub_msg(timeout=60)
        if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if answer["msg_type"] == "error":
            raise AssertionError("\n".join(answer["content"]["traceback"]))
        if answer["msg_type"] == "stream":
            printed += answer["content"]["text"]
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            return printed

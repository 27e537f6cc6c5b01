"""The interpreter and its packages, broken distributions included."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from importlib import metadata

import pytest

from shelduck.capture import read_environment


def test_what_is_installed_here():
    found = read_environment()
    assert found.python == platform.python_version()
    assert found.packages["pytest"] == metadata.version("pytest")
    assert list(found.packages) == sorted(found.packages)
    content = {"python": found.python, "platform": found.platform, "packages": found.packages}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert found.digest == hashlib.sha256(canonical.encode()).hexdigest()
    assert read_environment() == found


def test_another_package_is_another_environment(tmp_path, monkeypatch):
    before = read_environment()
    distribution(tmp_path, "zz_quack", "Name: zz-quack\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(tmp_path)
    after = read_environment()
    assert after.packages == before.packages | {"zz-quack": "1.2"}
    assert after.digest != before.digest


@pytest.mark.parametrize("text", ["", "Name: zz-quack\n", "Version: 1\n", None, "\xff\0"])
def test_a_broken_distribution_is_left_out(tmp_path, monkeypatch, text):
    distribution(tmp_path, "zz_quack", text)
    monkeypatch.syspath_prepend(tmp_path)
    assert "pytest" in read_environment().packages
    assert "zz-quack" not in read_environment().packages


def test_the_first_on_the_path_is_the_one_imported(tmp_path, monkeypatch):
    for version, folder in [("1.0", tmp_path / "later"), ("2.0", tmp_path / "first")]:
        distribution(folder, "zz_quack", f"Name: zz-quack\nVersion: {version}\n")
        monkeypatch.syspath_prepend(folder)
    assert read_environment().packages["zz-quack"] == "2.0"


def distribution(folder, name, text):
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir(parents=True)
    if text is not None:
        (info / "METADATA").write_text(text, encoding="latin-1")


def test_importing_capture_reads_no_metadata_and_loads_nothing_heavy():
    code = (
        "import sys, types; package = types.ModuleType('shelduck');"
        f"package.__path__ = [{str(next(iter(__import__('shelduck').__path__)))!r}];"
        "sys.modules['shelduck'] = package;"
        "import shelduck.capture, shelduck.secrets;"
        "heavy = {'importlib.metadata', 'IPython', 'duckdb', 'pandas', 'numpy'};"
        "print(sorted(heavy & set(sys.modules)),"
        " sorted(m for m in sys.modules if m.startswith('shelduck.') and m.split('.')[1] not in"
        " ('capture', 'secrets', 'errors', 'records')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"

"""How runs end when nobody ends them: the truth, whatever happened to the script."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from shelduck.errors import BadValue


def the_run(shelduck):
    [run] = shelduck.search_runs(search_all_experiments=True, output_format="list")
    return run.info


def test_an_exception_in_a_script_without_with_is_failed(python, shelduck):
    python(
        script="import shelduck\nshelduck.start_run()\nshelduck.log_param('a', 1)\n1 / 0\n",
        status=1,
    )
    info = the_run(shelduck)
    assert (info.status, info.error) == ("FAILED", "ZeroDivisionError: division by zero")


def test_so_is_a_run_that_nobody_asked_for(python, shelduck):
    python(script="import shelduck\nshelduck.log_param('a', 1)\nraise ValueError('no')", status=1)
    assert (the_run(shelduck).status, the_run(shelduck).error) == ("FAILED", "ValueError: no")


def test_a_script_that_comes_to_its_end_finishes_its_run(python, shelduck):
    python(script="import shelduck\nshelduck.log_param('a', 1)\n")
    assert (the_run(shelduck).status, the_run(shelduck).error) == ("FINISHED", None)


def test_all_open_runs_of_a_failing_script_are_failed(python, shelduck):
    python(
        script="import shelduck\nshelduck.start_run()\nshelduck.start_run(nested=True)\n1 / 0\n",
        status=1,
    )
    assert set(shelduck.search_runs()["status"]) == {"FAILED"}


@pytest.mark.parametrize(
    ("raising", "status", "error"),
    [
        ("raise RuntimeError('two\\nlines')", "FAILED", "RuntimeError: two"),
        ("raise KeyboardInterrupt", "KILLED", "KeyboardInterrupt"),
        ("raise SystemExit", "FINISHED", None),
        ("raise SystemExit(0)", "FINISHED", None),
        ("raise SystemExit(3)", "FAILED", "SystemExit: 3"),
        ("raise ConnectionError('postgres://ann:hunter2@db')", "FAILED", None),
        ("raise ValueError('\\ud800')", "FAILED", "ValueError: \\ud800"),
        ("raise Broken", "FAILED", "Broken"),
    ],
)
def test_a_with_block_says_how_it_was_left(shelduck, raising, status, error):
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError

    with suppress(Exception, KeyboardInterrupt, SystemExit), shelduck.start_run() as run:
        exec(raising, {"Broken": Broken})
    info = shelduck.get_run(run.run_id).info
    assert info.status == status
    assert "hunter2" not in (info.error or "")
    if error is not None or status == "FINISHED":
        assert info.error == error
    assert run.info.error == info.error


INTERRUPTED = """
import shelduck, sys
with shelduck.start_run():
    shelduck.log_metric("rmse", 1.0)
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_kills_the_run(shelduck, tmp_path, number):
    script = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert script.stdout.readline() == b"ready\n"
    assert the_run(shelduck).status == "RUNNING"
    script.send_signal(number)
    script.communicate()
    [run] = shelduck.search_runs(output_format="list")
    assert run.info.status == "KILLED"
    assert run.info.end_time is not None
    assert run.data.metrics == {"rmse": 1.0}


def test_a_status_is_one_of_three(shelduck):
    with shelduck.start_run(), pytest.raises(BadValue, match="not as `RUNNING`"):
        shelduck.end_run("RUNNING")

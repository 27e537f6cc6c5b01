"""A tracked cell's run ends with the truth, and with the cell."""

import pytest

import shelduck
from shelduck import formats
from shelduck.records import FAILED, FINISHED, KILLED

ENDINGS = {
    "the end": ("x = 1", FINISHED, None),
    "an error": ("raise ValueError('of the user')", FAILED, "ValueError: of the user"),
    "an error of two lines": ("raise ValueError('one\\ntwo')", FAILED, "ValueError: one"),
    "an error without words": ("raise ValueError", FAILED, "ValueError"),
    "an assertion": ("assert 1 > 2", FAILED, "AssertionError"),
    "an interrupt": (
        "import signal\nsignal.raise_signal(signal.SIGINT)\nx = 1",
        KILLED,
        "KeyboardInterrupt",
    ),
    "sys.exit": ("import sys\nsys.exit()", FINISHED, None),
    "sys.exit(0)": ("import sys\nsys.exit(0)", FINISHED, None),
    "sys.exit(1)": ("import sys\nsys.exit(1)", FAILED, "SystemExit: 1"),
    "sys.exit('why')": ("import sys\nsys.exit('why')", FAILED, "SystemExit: why"),
    "a cancelled task": (
        "import asyncio\nraise asyncio.CancelledError",
        KILLED,
        "CancelledError",
    ),
    "a usage error": ("%no_such_magic", FAILED, None),
    "a failure of %%bash": ("%%bash\nexit 3", FAILED, "CalledProcessError: "),
}


@pytest.mark.filterwarnings("ignore:To exit")
@pytest.mark.parametrize(("body", "status", "error"), ENDINGS.values(), ids=ENDINGS)
def test_it_ends_with_the_truth(shell, run, runs, body, status, error):
    ran = run(shell, f"%%track how -t by=ann\nbefore = 0.5\n{body}".replace(
        "before = 0.5\n%%", "%%"))  # fmt: skip
    [found] = runs()
    assert (found.info.status, found.info.end_time is not None) == (status, True)
    assert error is None or found.info.error.startswith(error)
    assert found.data.tags["by"] == "ann"
    assert len(ran.shown) == 1 and status in ran.shown[0]["text/plain"]
    assert shelduck.active_run() is None
    assert run(shell, "1 + 1").result.result == 2


def test_beneath_time_it_ends_as_ipython_says(shell, run, runs):
    # Older ones take a failure there for a success.
    ran = run(shell, "%%track\n%%time\n1 / 0")
    assert runs()[0].info.status == (FINISHED if ran.result.success else FAILED)
    assert "ZeroDivisionError" in ran.out


def test_the_error_is_raised_as_before(shell, run):
    ran = run(shell, "%%track\nraise KeyError('k')")
    with pytest.raises(KeyError, match="k"):
        ran.result.raise_error()
    assert ran.out.count("KeyError: 'k'") == 1


def test_an_interrupt_that_reaches_the_event_loop(shell, run, runs):
    # IPython then has no result of the cell, and makes one anew.
    ran = run(
        shell,
        "%%track awaiting\nimport asyncio, signal\nrate = 0.5\n"
        "asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)\n"
        "await asyncio.sleep(60)\nlate = rate / 3",
    )
    assert isinstance(ran.result.error_in_exec, KeyboardInterrupt)
    [found] = runs()
    assert (found.info.status, found.data.params) == (KILLED, {"rate": 0.5})
    assert found.data.metrics == {} and shelduck.active_run() is None


def test_without_any_result_the_run_is_killed(shell, run, runs):
    # As ipykernel does when a second interrupt comes before IPython has dealt with the first.
    shell.events.register("pre_run_cell", lambda info: shell.events.trigger("post_run_cell", None))
    run(shell, "%%track\nx = 1")
    assert [r.info.status for r in runs()] == [KILLED]


@pytest.mark.parametrize("bad", ["x = = 1", "x = (1,", "if True:\nx = 1", "return 1", "x = 'a"])
def test_what_is_no_python_starts_no_run(shell, run, runs, bad):
    ran = run(shell, f"%%track\n{bad}")
    assert isinstance(ran.result.error_before_exec or ran.result.error_in_exec, SyntaxError)
    assert ran.err == "" and ran.shown == []
    assert runs() == []


def test_a_literal_is_recorded_even_if_the_cell_fails_before_it(shell, run, runs):
    run(shell, "%%track\n1 / 0\nrate = 0.5")
    assert runs()[0].data.params == {"rate": 0.5}


def test_nothing_is_taken_from_the_lines_after_the_failure(shell, run, runs):
    run(shell, "from math import sqrt\nlate = 7.5")
    run(shell, "%%track\nearly = sqrt(2)\nif early:\n    1 / 0\nlate = sqrt(3)")
    assert runs()[0].data.metrics == {"early": pytest.approx(2**0.5)}


def test_values_left_over_are_never_metrics(shell, run, runs):
    run(shell, "from math import sqrt\nold = sqrt(2)\nkept = sqrt(3)\nbranch = False")
    run(shell, "%%track\nif branch:\n    kept = sqrt(5)\nnew = sqrt(7)\nold")
    run(shell, "%%track\nif not branch:\n    kept = sqrt(5)")
    assert [list(r.data.metrics) for r in runs()] == [["new", "old"], ["kept"]]


def test_a_rerun_takes_only_what_this_execution_has_set(shell, run, runs):
    cell = "%%track again\nfrom math import sqrt\nif not once:\n    score = sqrt(2)\nonce = True"
    run(shell, "once = False")
    run(shell, cell)
    run(shell, cell)
    assert [list(r.data.metrics) for r in runs()] == [["score"], []]


def test_names_that_are_not_the_cells_own(shell, run, runs):
    run(
        shell,
        "%%track\nfrom math import sqrt\n"
        "def f():\n    inner = sqrt(2)\n    return inner\n"
        "squares = [sqrt(n) for n in range(3)]\n"
        "for step in [sqrt(4)]:\n    pass\n"
        "_private = sqrt(2)\n"
        "with open('f', 'w') as file:\n    file.write('')\n"
        "rmse = f()",
    )
    [found] = runs()
    assert found.data.metrics == {"rmse": pytest.approx(2**0.5)}
    assert found.data.params == {}


def test_the_card_takes_as_long_as_the_run(shell, run, runs):
    ran = run(shell, "%%track\nx = 1")
    assert f"  {formats.duration(runs()[0].info.duration)}  " in ran.shown[0]["text/plain"]


def test_what_could_not_be_recorded_is_said(shell, run, runs):
    ran = run(shell, "%%track -m acc nosuch -p where\nacc = 1 / 3\nwhere = object()")
    text = ran.shown[0]["text/plain"]
    assert "not recorded: `where` is of type object" in text
    assert "`nosuch`: the cell has set no such value" in text
    assert runs()[0].data.metrics == {"acc": pytest.approx(1 / 3)}
    ran = run(shell, f"%%track\nlong = 'x' * 10 + '{'y' * (1 << 20)}'\nshort = 'x'")
    assert "`long` has 1,048,586 bytes" in ran.shown[0]["text/plain"]
    assert runs()[1].data.params == {"short": "x"}


def test_unloading_within_a_tracked_cell_ends_its_run(shell, run, runs):
    ran = run(shell, "%%track\nrate = 0.5\n%unload_ext shelduck\nlate = 1 / 3")
    assert ran.result.success
    assert [r.info.status for r in runs()] == [FINISHED]
    assert shelduck.active_run() is None
    assert run(shell, "%%track\nx = 1").result.success is False

"""``%track``: one line as a run."""

import pytest
from IPython.core.error import UsageError

import shelduck
from shelduck.records import FAILED, KILLED, PARENT


def test_the_value_comes_back_and_the_line_is_a_run(shell, run, runs):
    ran = run(shell, "%track sum([1, 2]) / 8")
    assert ran.result.result == 0.375
    [found] = runs()
    assert found.data.metrics == {} and len(ran.shown) == 1
    assert shelduck.get_run(found.info.run_id).cell.source.rstrip() == "sum([1, 2]) / 8"


def test_a_statement_binds_its_name(shell, run, runs):
    run(shell, "from math import sqrt")
    run(shell, "%track -n name -t a=1 -t 'b=2 3' -e other score = sqrt(2)")
    assert shell.user_ns["score"] == 2**0.5
    assert runs() == []
    [found] = shelduck.search_runs(experiment_names=["other"], output_format="list")
    assert found.info.run_name == "name" and found.data.metrics == {"score": 2**0.5}
    assert (found.data.tags["a"], found.data.tags["b"]) == ("1", "2 3")


def test_its_value_can_be_assigned(shell, run, runs):
    run(shell, "x = %track 6 * 7")
    assert shell.user_ns["x"] == 42 and len(runs()) == 1


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("-n sum sum([1])", 1),  # the code begins with a word of the options
        ("-n 'two words' 'a  b'", "a  b"),  # and keeps its blanks
        ("--name=x {'k': '-n'}['k']", "-n"),
        ("\"it's\" + ' \\'so\\''", "it's 'so'"),
        ("(-3)", -3),
        ("x = 4; x + 1", 5),
    ],
)
def test_where_the_options_end_and_the_code_begins(shell, run, line, value):
    assert run(shell, f"%track {line}").result.result == value


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "takes one line of Python"),
        ("-n name", "takes one line of Python"),
        ("-n", "expected one argument"),
        ("--nam x 1 + 1", None),  # argparse takes the beginning of an option
        ("--tags a=1 1 + 1", "did you mean `--tag`"),
        ("-q", "has no option `-q`"),
        ("-t a 1", "a tag is KEY=VALUE, not `a`"),
    ],
)
def test_a_wrong_line(shell, run, runs, line, message):
    ran = run(shell, f"%track {line}")
    if message is None:
        assert ran.result.result == 2
        return
    assert isinstance(ran.result.error_in_exec, UsageError) and message in ran.err
    assert runs() == []


def test_a_failing_line_fails(shell, run, runs):
    ran = run(shell, "def f():\n    return 1 / 0\n%track -n boom f()")
    assert isinstance(ran.result.error_in_exec, ZeroDivisionError)
    assert "----> 1 f()" in ran.out and "return 1 / 0" in ran.out
    assert [(r.info.run_name, r.info.status) for r in runs()] == [("boom", FAILED)]


def test_an_interrupted_line_is_killed(shell, run, runs):
    run(shell, "import signal\n%track signal.raise_signal(signal.SIGINT)")
    assert [r.info.status for r in runs()] == [KILLED]


def test_what_is_no_python_starts_no_run(shell, run, runs):
    ran = run(shell, "%track x = = 1")
    assert isinstance(ran.result.error_in_exec, SyntaxError)
    assert runs() == []


def test_within_a_tracked_cell_it_is_a_child(shell, run, runs):
    run(shell, "%%track outer\nimport shelduck\n%track -n inner shelduck.log_metric('m', 1)")
    found = {r.info.run_name: r for r in runs()}
    assert found["inner"].data.tags[PARENT] == found["outer"].info.run_id
    assert found["inner"].data.metrics == {"m": 1.0} and found["outer"].data.metrics == {}

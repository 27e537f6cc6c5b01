"""A tracked cell behaves as the same cell untracked."""

import re
import warnings

import pytest

import shelduck

BODIES = {
    "a result": "x = 2\nx * 21",
    "a silenced result": "x = 2\nx * 21;",
    "a result in print": "print('seen')\n'last'",
    "no result": "x = [1, 2]",
    "None": "None",
    "await": "import asyncio\nawait asyncio.sleep(0)\nawait asyncio.sleep(0, 'slept')",
    "async with and for": (
        "async def numbers():\n    yield 1\n    yield 2\n[n async for n in numbers()]"
    ),
    "a line magic": "%precision 3\n3.14159",
    "a shell line": "!echo from the shell",
    "an assigned magic": "here = %pwd\nlen(here) > 0",
    "a display": "from IPython.display import display\ndisplay({'text/plain': 'shown'}, raw=True)",
    "a comment": "# nothing but this",
    "a blank body": "   \n",
    "blank lines first": "\n\n\nx = 3\nx",
    "an indented body": "    x = 4\n    x",
    "a help line": "x = 1\nlen?",
    "pasted prompts": ">>> x = 5\n>>> x + 1",
    "unicode": "größe = 'ñ→🦆'\ngröße",
    "a lambda and a class": "class A:\n    v = 1\nf = lambda: A.v\nf()",
    "a long string": "'''a\n\n%%track\n\nb'''",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_comes_out_is_the_same(shell, run, untracked, body):
    tracked, (expected, plain) = run(shell, f"%%track\n{body}"), untracked(body)
    assert tracked.result.success and expected.result.success
    assert repr(tracked.result.result) == repr(expected.result.result)
    assert tracked.out == expected.out
    assert tracked.err == expected.err
    assert tracked.shown[:-1] == expected.shown  # the card comes last
    assert repr(shell.user_ns["Out"]) == repr(plain.user_ns["Out"])
    assert repr(shell.user_ns["_"]) == repr(plain.user_ns["_"])


FAILING = {
    "an error": "x = 1\ny = 2\n1 / 0\nz = 3",
    "an error in a function": "def f(a):\n    return a / 0\n\n\nf(1)",
    "an error after await": "import asyncio\nawait asyncio.sleep(0)\n1 / 0",
    "an error on the first line": "1 / 0",
    "an error in a block": "for i in range(3):\n    if i == 2:\n        raise ValueError(i)",
    "an error below blank lines": "\n\n1 / 0",
    "a chain": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
    "a group": "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])",
    "a syntax error": "x = 1\ny = = 2",
    "an indentation error": "if True:\nx = 1",
    "an open bracket": "x = (1,\n",
    "return outside": "x = 1\nreturn x",
    "a usage error": "%no_such_magic",
    "an exit": "import sys\nsys.exit(3)",
    "a string error": "raise 'no exception'",
}


@pytest.mark.filterwarnings("ignore:To exit")
@pytest.mark.parametrize("body", FAILING.values(), ids=FAILING)
def test_what_goes_wrong_is_shown_the_same(shell, run, untracked, body):
    # Untracked, a comment stands where %%track does: the lines are those the user sees.
    tracked, (expected, _) = run(shell, f"%%track\n{body}"), untracked(f"#\n{body}")
    assert not (tracked.result.success or expected.result.success)
    assert repr(tracked.result.error_in_exec) == repr(expected.result.error_in_exec)
    assert type(tracked.result.error_before_exec) is type(expected.result.error_before_exec)
    assert _below(tracked.out) == _below(expected.out)
    assert _below(tracked.err) == _below(expected.err)


def _below(traceback):
    """A traceback without the first line of the cell and the digest in its name."""
    traceback = re.sub(r"^ *1( .*)?\n", "", traceback, flags=re.MULTILINE)
    return re.sub(r"<ipython-input-\w+-\w+>", "", traceback)


def test_the_traceback_shows_the_line_the_user_sees(shell, run):
    ran = run(shell, "%%track boom\nx = 1\ny = 2\n1 / 0")
    assert "----> 4 1 / 0" in ran.out
    assert "line 4" in ran.out


def test_a_syntax_error_shows_the_line_the_user_sees(shell, run, runs):
    ran = run(shell, "%%track\nx = 1\ny = = 2")
    assert "line 3" in ran.out
    assert ran.result.error_before_exec.lineno == 3
    assert runs() == [] and ran.shown == []


def test_below_another_magic_lines_are_counted_as_that_magic_does(shell, run, untracked):
    body = "%%time\nx = 1\n1 / 0"
    tracked, (expected, _) = run(shell, f"%%track\n{body}"), untracked(body)
    assert tracked.out.partition("-----")[2] == expected.out.partition("-----")[2] != ""


MAGICS = {
    "%%capture": "%%capture kept\nprint('caught')\n42",
    "%%bash": "%%bash\necho from bash",
    "%%writefile": "%%writefile note.txt\n%%track in a text\nx = 1\n",
    "%%html": "%%html\n<b>bold</b>",
    "%%sh after blank lines": "\n  \n%%sh\necho from sh",
}


@pytest.mark.parametrize("body", MAGICS.values(), ids=MAGICS)
def test_other_cell_magics_beneath(shell, run, untracked, runs, body, tmp_path):
    expected, _ = untracked(body)
    written = [p.read_text() for p in tmp_path.glob("*.txt")]
    tracked = run(shell, f"%%track beneath\n{body}")
    assert tracked.result.success
    assert tracked.out.replace("Overwriting", "Writing") == expected.out
    assert str(tracked.shown[:-1]) == str(expected.shown)
    assert [p.read_text() for p in tmp_path.glob("*.txt")] == written
    assert [r.info.status for r in runs()] == ["FINISHED"]


def test_time_beneath_prints_and_gives_the_result_back(shell, run, runs):
    ran = run(shell, "%%track\n%%time\nfrom math import sqrt\nrate = 0.5\nroot = sqrt(2)\nroot * 2")
    assert "Wall time" in ran.out
    assert ran.result.result == pytest.approx(2 * 2**0.5)
    assert runs()[0].data.params == {"rate": 0.5}
    assert runs()[0].data.metrics == {"root": pytest.approx(2**0.5)}


@pytest.mark.parametrize("above", ["%%time", "%%capture out", "%%time\n%%capture out"])
def test_below_a_magic_that_runs_python_it_tracks_as_well(shell, run, runs, above):
    ran = run(shell, f"{above}\n%%track under -t a=1\nrate = 0.5")
    assert ran.result.success
    [found] = runs()
    assert (found.info.run_name, found.data.params) == ("under", {"rate": 0.5})
    assert shelduck.get_run(found.info.run_id).cell.source.startswith(above)


def test_capture_beneath_keeps_what_the_cell_prints_but_not_the_card(shell, run):
    ran = run(shell, "%%track\n%%capture kept\nprint('caught')")
    assert shell.user_ns["kept"].stdout == "caught\n"
    assert len(ran.shown) == 1 and ran.out == ""


@pytest.mark.parametrize("cell", ["%%track\n%%capture\n1/0", "%%capture\n%%track\n1/0"])
def test_capture_beneath_hides_a_failure_from_the_notebook_but_not_from_the_run(
    shell, run, runs, cell
):
    run(shell, cell)
    assert [(r.info.status, r.info.error) for r in runs()] == [
        ("FAILED", "ZeroDivisionError: division by zero")
    ]


def test_a_failure_that_a_captured_cell_handles_is_none(shell, run, runs):
    run(shell, "%%track\n%%capture\nget_ipython().run_cell('1/0')\nx = 1")
    assert [r.info.status for r in runs()] == ["FINISHED"]


def test_a_silenced_last_expression_is_no_metric(shell, run, runs):
    run(shell, "from math import sqrt")
    run(shell, "%%track\nsqrt(2)")
    run(shell, "%%track\nsqrt(2);")
    assert [r.data.metrics for r in runs()] == [{"sqrt": pytest.approx(2**0.5)}, {}]


def test_history_is_that_of_the_cell(shell, run, untracked):
    body = "x = 1\n!true\nx"
    run(shell, f"%%track name\n{body}")
    _, plain = untracked(f"#\n{body}")
    assert shell.user_ns["In"][-1] == plain.user_ns["In"][-1].lstrip("#")
    assert shell.history_manager.input_hist_raw[-1] == f"%%track name\n{body}"
    assert len(shell.user_ns["In"]) == len(plain.user_ns["In"])


def test_nothing_of_ours_is_left_in_the_namespace(shell, run, untracked, capsys):
    body = "x = 1\ny = x / 3\nx + y"
    run(shell, f"%%track named -t a=1\n{body}")
    _, plain = untracked(body)
    assert set(shell.user_ns) == set(plain.user_ns)
    shell.run_line_magic("whos", "")
    tracked = capsys.readouterr().out
    plain.run_line_magic("whos", "")
    assert tracked == capsys.readouterr().out


def test_warnings_of_the_cell_are_shown_as_often(shell, run, untracked):
    body = "import warnings\nx = 1 is 1\nwarnings.warn('from the cell')"
    with warnings.catch_warnings(record=True) as tracked:
        warnings.simplefilter("always")
        run(shell, f"%%track\n{body}")
    with warnings.catch_warnings(record=True) as expected:
        warnings.simplefilter("always")
        untracked(body)
    assert [str(w.message) for w in tracked] == [str(w.message) for w in expected]


def test_the_last_error_is_the_users(shell, run, capsys):
    run(shell, "%%track\n1 / 0")
    shell.run_line_magic("tb", "")
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_a_silent_cell_is_not_tracked(shell, runs):
    result = shell.run_cell("%%track\nx = 1", silent=True)
    assert result.success and shell.user_ns["x"] == 1
    assert runs() == []


def test_an_untracked_cell_that_speaks_of_track_is_left_alone(shell, run, untracked, runs):
    body = "s = '%%track'\nt = '''\n%%track x\n'''\n(s, t)"
    assert run(shell, body)._replace(result=0) == untracked(body)[0]._replace(result=0)
    assert runs() == [] and shelduck.active_run() is None

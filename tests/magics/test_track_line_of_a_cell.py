"""The ``%%track`` line: what it may say, and how it is taken away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.error import UsageError
from IPython.core.inputtransformer2 import TransformerManager

import shelduck
from shelduck.magics.options import Options, read_options
from shelduck.magics.track import track_cell_magic, without_track
from shelduck.records import NOTE

LINES = {
    "": Options(),
    "lasso": Options(name="lasso"),
    '"two words"': Options(name="two words"),
    "größe": Options(name="größe"),
    "lasso -e other": Options(name="lasso", experiment="other"),
    "-e 'two words'": Options(experiment="two words"),
    "lasso -p a b": Options(name="lasso", params=("a", "b")),
    "lasso -p a -p b": Options(name="lasso", params=("a", "b")),
    "-m rmse -p a": Options(params=("a",), metrics=("rmse",)),
    "-t a=1": Options(tags={"a": "1"}),
    "-t a=1 b=2 -t c=3": Options(tags={"a": "1", "b": "2", "c": "3"}),
    "-t a='two words' \"b=and 'three'\"": Options(tags={"a": "two words", "b": "and 'three'"}),
    "-t a= b=x=y": Options(tags={"a": "", "b": "x=y"}),
    '--description "a note" n': Options(name="n", description="a note"),
    "--params a --metrics b --tags c=d --experiment e": Options(
        experiment="e", params=("a",), metrics=("b",), tags={"c": "d"}
    ),
}


@pytest.mark.parametrize(("line", "asked"), LINES.items())
def test_a_line_that_can_be_read(line, asked):
    assert read_options(track_cell_magic, line) == asked


WRONG = {
    "--nope": "has no option `--nope`",
    "--metric a --tagz b=1": "did you mean `--tags`",
    "two words": 'in quotes: %%track "baseline words"',
    "-t novalue": "a tag is KEY=VALUE, not `novalue`",
    "-t =value": "a tag is KEY=VALUE, not `=value`",
    "don't": "a quotation in `don't` is not closed",
    "-e": "expected one argument",
    "-p": "expected at least one argument",
}


@pytest.mark.parametrize(("line", "message"), WRONG.items())
def test_a_line_that_cannot_be_read_is_an_error_before_anything_runs(
    shell, run, runs, line, message
):
    ran = run(shell, f"%%track {line}\nran = True")
    assert isinstance(ran.result.error_in_exec, UsageError)
    assert message in ran.err and ran.out == ""
    assert "ran" not in shell.user_ns
    assert runs() == [] and ran.shown == []


@pytest.mark.parametrize(
    "cell",
    [
        "%%track one\n%%track two\nran = True",
        "%%track one\n\n%%track two\nran = True",
        "%%time\n%%track one\n%%track two\nran = True",
        "%%track one\n%%time\n%%track two\nran = True",
    ],
)
def test_track_stands_once(shell, run, runs, cell):
    ran = run(shell, cell)
    assert "%%track stands once in a cell, on its first line." in ran.err
    assert "ran" not in shell.user_ns and runs() == []


def test_what_the_line_says_is_recorded(shell, run):
    run(
        shell,
        "%%track 'the name' -e elsewhere -t by=ann kind='a b' --description 'first try'\n"
        "rate = 0.5",
    )
    assert shelduck.search_runs(output_format="list") == []
    [found] = shelduck.search_runs(experiment_names=["elsewhere"], output_format="list")
    assert found.info.run_name == "the name"
    assert found.data.tags[NOTE] == "first try"
    assert (found.data.tags["by"], found.data.tags["kind"]) == ("ann", "a b")


def test_asked_for_by_name_only_that_is_taken(shell, run, runs):
    run(
        shell,
        "%%track -p depth frame -m score\ndepth = 3\nrate = 0.5\nframe = dict(a=1)\n"
        "score = len('abc')\nother = 1 / 3",
    )
    [found] = runs()
    assert found.data.params == {"depth": 3, "frame": {"a": 1}}
    assert found.data.metrics == {"score": 3.0}


def test_a_dict_has_its_leaves_on_the_card(shell, run, runs):
    ran = run(shell, "%%track\nmodel = dict(depth=3, tree=dict(kind='hist'))")
    assert "model.depth=3  model.tree.kind=hist" in ran.shown[0]["text/plain"]
    assert runs()[0].data.params == {"model": {"depth": 3, "tree": {"kind": "hist"}}}


PLACES = [
    "%%track\nx = 1",
    "%%track   \nx = 1",
    "%%track\tname\nx = 1",
    "\n\n%%track\nx = 1",
    "   \n  %%track\n  x = 1",
    ">>> %%track\n... x = 1",
    "In [1]: %%track\n   ...: x = 1",
    "%%track\r\nx = 1",
    "%%track",
    "%%track\n",
]


@pytest.mark.parametrize("cell", PLACES)
def test_wherever_ipython_would_find_a_magic(shell, run, runs, cell):
    ran = run(shell, cell)
    assert ran.result.success, ran
    [found] = runs()
    assert found.data.params == ({"x": 1} if "x" in cell else {})


NO_PLACES = ["x = 1\n%%track", "%%tracker\nx = 1", "# %%track\nx = 1", "%%script\n%%track\nx"]


@pytest.mark.parametrize("cell", NO_PLACES)
def test_nowhere_else(shell, run, runs, cell):
    lines = cell.splitlines(keepends=True)
    assert without_track(lines) == lines
    run(shell, cell)
    assert runs() == []


def test_transforming_a_cell_has_no_effect(shell, store):
    before = sorted(p.name for p in store.parent.rglob("*"))
    cell = "%%track name -e elsewhere -t a=1\nx = 1"
    once = shell.transform_cell(cell)
    assert {shell.transform_cell(cell) for _ in range(20)} == {once} == {"\nx = 1\n"}
    assert sorted(p.name for p in store.parent.rglob("*")) == before
    assert shelduck.active_run() is None


@given(st.lists(st.text("%track\n= x1#'\"[]() \t"), max_size=6))
def test_the_transformer_never_raises_and_changes_nothing_else(parts):
    lines = "\n".join(parts).splitlines(keepends=True)
    given_lines = list(lines)
    changed = without_track(lines)
    assert lines == given_lines
    if not any("%%track" in line for line in lines):
        assert changed == lines


BODIES = [
    "x = 1\n",
    "x = 1\nfor i in range(3):\n",
    "def f():\n    pass\n",
    "def f():\n    pass\n\n",
    "x = (1,\n",
    "x = = 1\n",
    "",
]


@pytest.mark.parametrize("body", BODIES)
def test_a_terminal_waits_for_a_blank_line_as_below_any_cell_magic(shell, body):
    def complete(cell):
        return shell.input_transformer_manager.check_complete(cell)

    assert complete(f"%%track name\n{body}") == complete(f"%%time\n{body}")
    assert complete(body) == TransformerManager().check_complete(body)

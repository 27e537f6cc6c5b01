"""What else goes on while a tracked cell runs: other cells, other runs, threads."""

import shelduck
from shelduck.records import FAILED, FINISHED, PARENT


def _by_name(runs):
    return {run.info.run_name: run for run in runs}


def test_a_cell_run_within_does_not_end_the_run(shell, run, runs):
    ran = run(
        shell,
        "%%track outer\nip = get_ipython()\n"
        "for code in ['a = 1', '', '1 / 0', 'x = = 1', '%%time\\nb = 1']:\n"
        "    ip.run_cell(code)\n"
        "    ip.run_cell(code, store_history=True)\n"
        "    ip.run_cell(code, silent=True)\n"
        "import shelduck\nshelduck.log_metric('after', 1.5)",
    )
    assert ran.result.success
    [found] = runs()
    assert (found.info.status, found.data.metrics) == (FINISHED, {"after": 1.5})


def test_a_tracked_cell_within_is_a_child(shell, run, runs):
    run(
        shell,
        "%%track outer\nimport shelduck\nip = get_ipython()\n"
        "r = ip.run_cell('%%track inner\\nrate = 0.5')\n"
        "r = ip.run_cell('%%track broken\\n1 / 0')\n"
        "shelduck.log_metric('of_outer', 1.5)",
    )
    found = _by_name(runs())
    outer = found["outer"]
    assert outer.data.metrics == {"of_outer": 1.5} and outer.info.status == FINISHED
    assert found["inner"].data.params == {"rate": 0.5}
    assert found["broken"].info.status == FAILED
    assert {found[n].data.tags[PARENT] for n in ("inner", "broken")} == {outer.info.run_id}


def test_two_tracked_cells_in_a_row_are_two_runs(shell, run, runs):
    run(shell, "%%track one\nimport shelduck\nshelduck.log_metric('a', 1)")
    run(shell, "%%track two\nshelduck.log_metric('b', 2)")
    assert [(r.info.run_name, r.data.metrics) for r in runs()] == [
        ("one", {"a": 1.0}),
        ("two", {"b": 2.0}),
    ]
    assert all(PARENT not in r.data.tags for r in runs())


def test_log_calls_of_the_cell_and_of_its_threads_are_its_runs(shell, run, runs):
    ran = run(
        shell,
        "%%track\nimport shelduck, threading\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "def work(n):\n    shelduck.log_metric(f'm{n}', n)\n"
        "    return shelduck.active_run().run_id\n"
        "with ThreadPoolExecutor(4) as pool:\n    ids = set(pool.map(work, range(20)))\n"
        "len(ids), shelduck.active_run().run_id in ids",
    )
    assert ran.result.result == (1, True)
    assert runs()[0].data.metrics == {f"m{n}": float(n) for n in range(20)}


def test_runs_started_in_the_cell_are_children(shell, run, runs):
    run(
        shell,
        "%%track outer\nimport shelduck\n"
        "with shelduck.start_run(run_name='plain'):\n    shelduck.log_metric('m', 1)\n"
        "with shelduck.start_run(run_name='nested', nested=True):\n"
        "    with shelduck.start_run(run_name='deep', nested=True):\n"
        "        shelduck.log_metric('m', 2)\n"
        "shelduck.log_metric('m', 3)",
    )
    found = _by_name(runs())
    parent = {n: r.data.tags.get(PARENT) for n, r in found.items()}
    outer = found["outer"].info.run_id
    assert parent == {
        "outer": None,
        "plain": outer,
        "nested": outer,
        "deep": found["nested"].info.run_id,
    }
    assert found["outer"].data.metrics == {"m": 3.0}
    assert found["deep"].data.metrics == {"m": 2.0}


def test_a_child_that_breaks_the_cell(shell, run, runs):
    run(
        shell,
        "%%track outer\nimport shelduck\n"
        "run = shelduck.start_run(run_name='left open')\n"
        "with shelduck.start_run(run_name='broken', nested=True):\n    1 / 0",
    )
    statuses = {r.info.run_name: r.info.status for r in runs()}
    assert statuses == {"outer": FAILED, "left open": FAILED, "broken": FAILED}
    assert shelduck.active_run() is None


def test_an_objective_as_hyperopt_calls_it(shell, run, runs):
    run(
        shell,
        "def objective(params):\n"
        "    with shelduck.start_run(nested=True):\n"
        "        shelduck.set_tag('model', 'xgboost')\n"
        "        shelduck.log_params(params)\n"
        "        for step in range(3):\n"
        "            shelduck.log_metric('validation', params['depth'] + step, step=step)\n"
        "        shelduck.log_metric('rmse', 10 / params['depth'])\n"
        "    return {'loss': 10 / params['depth'], 'status': 'ok'}\n",
    )
    run(
        shell,
        "%%track search\nimport shelduck\n"
        "losses = [objective({'depth': d, 'rate': d / 10})['loss'] for d in (2, 4, 5)]\n"
        "best_loss = min(losses)",
    )
    search, *trials = sorted(runs(), key=lambda r: PARENT in r.data.tags)
    assert search.data.metrics == {"best_loss": 2.0}
    assert [t.data.metrics["rmse"] for t in trials] == [5.0, 2.5, 2.0]
    assert [t.data.params["depth"] for t in trials] == [2, 4, 5]
    assert all(t.data.summaries["validation"].count == 3 for t in trials)
    assert {t.data.tags[PARENT] for t in trials} == {search.info.run_id}
    assert {t.info.status for t in trials} == {FINISHED}


def test_a_run_left_open_by_an_earlier_cell_ends_before_a_tracked_one(shell, run, runs):
    run(shell, "import shelduck\nleft = shelduck.start_run(run_name='left')")
    run(shell, "%%track tracked\nshelduck.log_metric('m', 1)")
    found = _by_name(runs())
    assert found["left"].info.status == FINISHED and found["left"].data.metrics == {}
    assert found["tracked"].data.metrics == {"m": 1.0}
    assert PARENT not in found["tracked"].data.tags


def test_end_run_in_a_tracked_cell_does_not_end_it(shell, run, runs):
    run(shell, "%%track\nimport shelduck\nshelduck.end_run()\nshelduck.log_metric('m', 1)")
    [found] = runs()
    assert (found.info.status, found.data.metrics) == (FINISHED, {"m": 1.0})


def test_a_process_the_cell_starts_logs_to_its_run(shell, run, runs):
    run(
        shell,
        "%%track\nimport subprocess, sys\n"
        "code = 'import shelduck; shelduck.log_metric(\"from_child\", 2.5)'\n"
        "_ = subprocess.run([sys.executable, '-c', code], check=True)",
    )
    [found] = runs()
    assert (found.info.status, found.data.metrics) == (FINISHED, {"from_child": 2.5})
    assert run(shell, "import os\nos.environ.get('SHELDUCK_RUN_ID')").result.result is None

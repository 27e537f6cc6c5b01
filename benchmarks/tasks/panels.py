"""What is seen of runs, and how soon: panels in JupyterLab, beside the page of MLflow's server.

From what somebody does to what they see of it, by the browser's clock: from a cell's run command,
a click or a key until the frame that shows the answer has been painted.
"""

from __future__ import annotations

import gzip
import statistics
from collections.abc import Callable, Iterable
from importlib import resources
from typing import TYPE_CHECKING

from benchmarks import data
from benchmarks.screens import screen
from benchmarks.tasks import Bench, Figures, task

if TYPE_CHECKING:
    from benchmarks.screens.shelduck import Panels

BEST = "best = shelduck.search_runs(order_by=['metrics.rmse'], max_results=1).iloc[0]"
OURS = ("shelduck",)
AGAIN = range(3)
METRICS = ("rmse", "mae", "train_rmse")  # of which less is better, so that a click sorts ascending
BELOW = (6, 9, 7, 8)  # rmse, by which is filtered
MORE = "max_depth min_child_weight n_estimators reg_lambda subsample developer".split()
SCROLLED = 5.0  # seconds
STEADY = "5000 * t % grid.scrollHeight"
JUMPING = "(Math.floor(2 * t) * 0.618) % 1 * grid.scrollHeight"  # twice a second, all over
MOVES = 30
TALL = 3200  # px of a window that a whole comparison fits in, so that nothing is spared
TEN = ("%runs",) * 4 + ("%compare",) * 3 + ("%run_info best",) * 3
TIMES = 6
PANEL = "area.querySelector('.shelduck')?.childElementCount"
MODULES = ("run_table", "compare", "run_view", "live_card")

TRAINING = """%%track bench
import math, threading, time
card = next(thread for thread in threading.enumerate() if thread.name == "shelduck-card")
clock = time.pthread_getcpuclockid(card.ident)
began, step = time.monotonic(), 0
while time.monotonic() - began < {seconds}:
    sum(range(100_000))
    shelduck.log_metrics({{f"m{{k}}": math.sin(step / 50 + k) for k in range(12)}}, step=step)
    step += 1
print(time.clock_gettime(clock) / (time.monotonic() - began))"""


@task(10_000, quick=200, repeats=5, after="sweep", peers=("shelduck", "mlflow"))
def table(bench: Bench) -> Figures:
    """Show 10,000 runs as a table: `%runs` in a notebook whose kernel has loaded Shelduck, or
    MLflow's page of the experiment; sort it by a click on a metric's header, filter it by the last
    key of a filter (MLflow's is Enter). The first rows, or the right ones, must be painted.
    """
    values = _values(bench.size)
    with screen(bench.name, bench.folder) as shown, bench.watch:
        figures = {
            "first": shown.show_runs(),
            "again": _median(lambda _: shown.show_runs(), range(3)),
        }
        if bench.name == "shelduck":
            shown.widen(MORE)
            figures["columns"] = shown.columns
        return figures | {
            "rows": shown.rows,
            "sort": _median(lambda key: shown.sort(key, values[key]), METRICS),
            "filter": _median(lambda b: shown.filter("rmse", b, values["rmse"]), BELOW),
        }


@task(100_000, quick=1_000, repeats=5, after="sweep_100k", peers=OURS)
def table_100k(bench: Bench) -> Figures:
    """Do the same with 100,000 runs."""
    return table(bench)


@task(100_000, quick=1_000, repeats=3, after="sweep_100k", peers=OURS)
def scroll(bench: Bench) -> Figures:
    """Scroll a table of 100,000 runs and 20 columns, 5,000 pixels a second for five seconds, then
    for as long by jumps all over, two a second: frames a second, and the longest time with any
    row in sight blank.
    """
    with screen(bench.name, bench.folder) as shown, bench.watch:
        shown.show_runs()
        shown.widen(MORE)
        steady, jumping = shown.scroll(SCROLLED, STEADY), shown.scroll(SCROLLED, JUMPING)
    return {
        "steady": steady["frames"],
        "jumping": jumping["frames"],
        "blank": steady["blank"],
        "blank_jumping": jumping["blank"],
    }


@task(1_000, quick=20, repeats=5, after="sweep", peers=OURS)
def compare(bench: Bench) -> Figures:
    """Compare the 1,000 of 10,000 runs that a filter leaves: `%compare` to axes and lines."""
    with screen(bench.name, bench.folder) as shown, bench.watch:
        first = shown.compare("params.alpha = 0.1", bench.size)
        return {"first": first, "again": shown.compare("params.alpha = 0.1", bench.size)}


@task(10_000, quick=200, repeats=5, after="sweep", peers=OURS)
def brush(bench: Bench) -> Figures:
    """Brush the parallel coordinates of 10,000 runs over 8 axes, 30 moves of the pointer: from
    each until all plots of the comparison and the run table beside it show what is selected.
    """
    with screen(bench.name, bench.folder, TALL) as shown, bench.watch:
        shown.show_runs()
        shown.compare("", bench.size)
        times = shown.brush(MOVES)
    return {"median": statistics.median(times), "longest": max(times)}


@task(100_000, quick=1_000, repeats=1, after="sweep_100k", peers=OURS)
def saved(bench: Bench) -> Figures:
    """Show 100,000 runs: what a saved notebook keeps of each panel."""
    with screen(bench.name, bench.folder) as shown, bench.watch:
        shown.run(BEST)
        return {
            "table_kb": _saved(shown, "%runs"),
            "compare_kb": _saved(shown, "%compare"),
            "run_kb": _saved(shown, "%run_info best"),
        }


@task(10_000, quick=200, repeats=1, after="sweep", peers=OURS)
def growth(bench: Bench) -> Figures:
    """Show ten panels of 10,000 runs, run each cell five times more, sort a table, save: how much
    larger the notebook's file is.
    """
    with screen(bench.name, bench.folder) as shown, bench.watch:
        shown.show_runs()
        shown.run(BEST)
        before = shown.bytes_saved
        for magic in TEN:
            shown.show(magic, PANEL)
            for _ in range(TIMES - 1):
                shown.show_again(PANEL)
        shown.sort("rmse", _values(bench.size)["rmse"])
        return {"megabytes": (shown.bytes_saved - before) / 1e6}


@task(20, quick=3, repeats=3, peers=OURS)
def live_card(bench: Bench) -> Figures:
    """Train for 20 seconds, with twelve metrics logged at every step: the share of a core that the
    live card's thread takes.
    """
    with screen(bench.name, bench.folder) as shown, bench.watch:
        shown.run(TRAINING.format(seconds=bench.size))
        return {"share": float(shown.printed)}


@task(1, quick=1, repeats=1, peers=OURS)
def modules(bench: Bench) -> Figures:
    """Weigh the panels' modules, which a page gets once for each panel shown on it."""
    folder = resources.files("shelduck") / "panels" / "static"
    built = {name: (folder / f"{name}.js").read_bytes() for name in MODULES}
    sizes = {name: len(module) / 1000 for name, module in built.items()}
    return sizes | {"gzipped": sum(len(gzip.compress(module)) for module in built.values()) / 1000}


def _saved(shown: Panels, magic: str) -> float:
    shown.show(magic, PANEL)
    return shown.output_bytes / 1000


def _values(size: int) -> dict[str, list[float]]:
    runs = data.sweep(size)
    return {key: [run.metrics[key] for run in runs] for key in METRICS}


def _median(measure: Callable, over: Iterable) -> float:
    return statistics.median(measure(one) for one in over)

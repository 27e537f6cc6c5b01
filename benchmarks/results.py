"""What is kept of a benchmark: every measurement as JSON, the table as RESULTS.md."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.environments import PEERS, PINS, ROOT
from benchmarks.plan import Measurement
from benchmarks.table import Table
from benchmarks.tasks import every_task

HERE = Path(__file__).parent

PAGE = """\
# What came out

Written by `make bench`; [results.json](results.json) has every repeat.

{machine}

Medians; how many times Shelduck's figure a peer's is stands in brackets. While a measurement ran,
other processes used {others:.2f} of a core (median; at most {most:.2f}), so look at the ratios
before the times. A task whose result cannot be read back right has failed, and has no time.

{table}
## What is measured

{tasks}

A *first call* is the first in a fresh process, *warm* the median of up to 20 that follow. Pandas is
imported before the clock starts, for every peer alike.

- Shelduck: while `log_metric` is measured, a second thread folds without a pause, where by itself a
  fold would come at most every ten seconds.
- MLflow: its reads depend on the version of SQLite, which is the interpreter's, above. The 10,000
  runs are filled in by its client, in one batch for each run.
- Trackio: reads go through the query behind `trackio query`. The 10,000 runs are filled in by what
  its logging thread calls; by `init` and `finish` each run takes longer than the one before.
- W&B: offline there is nothing to search with; its files are read here to count what is stored.

## How to repeat

    make bench                                                 # all of it, this page
    python -m benchmarks --quick                               # does it work: a few minutes
    python -m benchmarks --only best filter --peer shelduck mlflow
    python -m benchmarks --only panels                         # what is below: a quarter of an hour

It makes an environment for each peer in `benchmarks/.peers/`, with the versions pinned in
`environments.py`, and measures everything in fresh processes and fresh folders below it, task by
task and peer by peer in turn, so that drift of the machine hits all alike: {repeats} times round,
the fills and the long tasks less often.

"""

TITLE = "## Panels\n"
PANELS = """
{machine}

In JupyterLab and in the page of MLflow's server, each in a headless Chromium of its own, 1400
pixels wide and without a graphics card, by the browser's own clock: from what somebody does (a
cell's run command, a click, a key, a move of the pointer) until the frame that shows the answer has
been painted. Medians of up to {repeats} processes. Others used {others:.2f} of a core meanwhile
(median; at most {most:.2f}).

{table}
What is measured:

{tasks}

- Shelduck: the table begins with 14 columns, which it chooses from all there are; it is sorted,
  filtered and scrolled with 20.
- MLflow: one worker, whose start is not measured; the table has names and dates until columns are
  chosen, and is sorted and filtered with one metric chosen. It begins with 100 runs; more come by a
  button.
"""


def write(about: Mapping[str, str], made: Sequence[Measurement], *, whole: bool) -> str:
    """Write page and data, and return where; unless whole, only what they say of the panels."""
    file, page = HERE / "results.json", HERE / "RESULTS.md"
    facts, (tracking, title, panels) = (
        json.loads(file.read_text()),
        page.read_text().partition(TITLE),
    )
    on_screen = [m for m in made if every_task()[m["task"]].on_screen]
    others = [m for m in made if m not in on_screen]
    if whole:
        facts = _facts(about, others) | {"panels": None}
        tracking = _filled(PAGE, about, others)
    if on_screen:
        facts["panels"] = _facts(about, on_screen)
        panels = _filled(PANELS, about, on_screen)
    file.write_text(json.dumps(facts, indent=1) + "\n")
    page.write_text(tracking + title + panels)
    return str(page.relative_to(ROOT))


def write_apart(about: Mapping[str, str], made: Sequence[Measurement]) -> str:
    """Write the data of a part of the benchmark beside the environments, and return where."""
    file = PEERS / "results.json"
    file.write_text(json.dumps(_facts(about, made), indent=1) + "\n")
    return str(file.relative_to(ROOT))


def _facts(about: Mapping[str, str], made: Sequence[Measurement]) -> dict[str, Any]:
    return {"machine": {**about, **_versions(made)}, "pins": PINS, "measurements": made}


def _filled(text: str, about: Mapping[str, str], made: Sequence[Measurement]) -> str:
    others = [m["others_cores"] for m in made if m.get("wall_s")]
    machine = _facts(about, made)["machine"]
    names = {m["task"] for m in made}
    says = [f"- `{task.name}`: {task.says}" for task in every_task().values() if task.name in names]
    return text.format(
        machine="\n".join(f"- {key}: {value}" for key, value in machine.items()),
        others=statistics.median(others),
        most=max(others),
        table=Table(made).markdown(),
        tasks="\n".join(says),
        repeats=1 + max(m["repeat"] for m in made),
    )


def _versions(made: Sequence[Measurement]) -> dict[str, str]:
    return {package: v for m in made for package, v in m.get("versions", {}).items()}

"""What is kept of a benchmark: every measurement as JSON, the table as RESULTS.md."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

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

It makes an environment for each peer in `benchmarks/.peers/`, with the versions pinned in
`environments.py`, and measures everything in fresh processes and fresh folders below it, task by
task and peer by peer in turn, so that drift of the machine hits all alike: {repeats} times round,
the fills and the long tasks less often.
"""


def write(about: Mapping[str, str], made: Sequence[Measurement], *, whole: bool) -> str:
    """Write the files, and return where; a part of the benchmark leaves the page alone."""
    facts = {"machine": {**about, **_versions(made)}, "pins": PINS, "measurements": made}
    file = (HERE if whole else PEERS) / "results.json"
    file.write_text(json.dumps(facts, indent=1) + "\n")
    if whole:
        (HERE / "RESULTS.md").write_text(_page(facts["machine"], made))
    return str(file.relative_to(ROOT))


def _page(about: Mapping[str, str], made: Sequence[Measurement]) -> str:
    others = [m["others_cores"] for m in made if m.get("wall_s")]
    return PAGE.format(
        machine="\n".join(f"- {key}: {text}" for key, text in about.items()),
        others=statistics.median(others),
        most=max(others),
        table=Table(made).markdown(),
        tasks="\n".join(f"- `{task.name}`: {task.says}" for task in every_task().values()),
        repeats=1 + max(m["repeat"] for m in made),
    )


def _versions(made: Sequence[Measurement]) -> dict[str, str]:
    return {package: v for m in made for package, v in m.get("versions", {}).items()}

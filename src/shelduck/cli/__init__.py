"""The command line: what the magics do, where there is no notebook."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from shelduck import formats
from shelduck.directions import best_first
from shelduck.errors import NotFound, ShelduckError, StoreError
from shelduck.records import Run
from shelduck.store import Store, journal_folder, reading, upkeep
from shelduck.tracking import fluent, search
from shelduck.tracking.current import current
from shelduck.tracking.experiments import experiment_named


class _OnStore(click.Command):
    """A command that is about a store there is; looking for one makes none."""

    def invoke(self, ctx: click.Context) -> Any:
        path = current.path
        if not (path.exists() or journal_folder(path).exists()):
            raise NotFound(
                f"There is no store at {path}. Work in the folder of one or below it, or name "
                "its file: shelduck --store FILE …"
            )
        return super().invoke(ctx)


class _Plainly(click.Group):
    """Shows an error of ours without a traceback and exits with 1."""

    command_class = _OnStore

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ShelduckError as e:
            raise click.ClickException(str(e)) from e


@click.group(cls=_Plainly, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--store", type=click.Path(path_type=Path), help="The DuckDB file; else the nearest.")
@click.version_option(package_name="shelduck")
def main(store: Path | None) -> None:
    """Experiment tracking that lives in the notebook."""
    warnings.showwarning = lambda message, *_: click.echo(f"Warning: {message}", err=True)
    if store is not None:
        fluent.set_tracking_uri(store)


_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _print_json(data: Any) -> None:
    click.echo(json.dumps(_jsonable(data), indent=2, ensure_ascii=False, default=str))


def _jsonable(value: Any) -> Any:
    """JSON has no NaN and no infinity, and a null would be another thing: they become texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(k): _jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_jsonable(v) for v in value]
    return value


def _as_dict(run: Run) -> dict[str, Any]:
    info, cell = run.info, run.cell
    return {
        "run_id": info.run_id,
        "name": info.run_name,
        "experiment_id": info.experiment_id,
        "status": info.status,
        "error": info.error,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "duration": info.duration,
        "params": run.data.params,
        "metrics": run.data.metrics,
        "tags": run.data.tags,
        "notebook": cell and cell.notebook,
        "source": cell and cell.source,
    }


@main.command()
@click.argument("filter_string", metavar="[FILTER]", default="")
@click.option("-e", "--experiment", help="Of this experiment; else of all.")
@click.option("--sort", help="Like metrics.rmse (best first) or 'metrics.rmse DESC'.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True)
@click.option("--deleted", is_flag=True, help="What is in the trash.")
@_json
def runs(
    filter_string: str, experiment: str | None, sort: str | None, limit: int, deleted: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """List runs, the newest first."""
    name = experiment_named(experiment).name if experiment else None
    if not as_json:
        from shelduck.widgets.run_table import RunTable

        everywhere = name is None
        click.echo(repr(RunTable(
            name, filter_string, sort, search_all_experiments=everywhere, deleted=deleted,
            limit=limit,
        )))  # fmt: skip
        return
    found = search.search_runs(
        filter_string=filter_string,
        run_view_type=2 if deleted else 1,
        order_by=[best_first(sort)] if sort else None,
        max_results=limit,
        output_format="list",
        search_all_experiments=True,
        experiment_names=[name] if name else None,
    )
    _print_json([_as_dict(run) for run in found])


@main.command()
@click.argument("run")
@_json
def show(run: str, as_json: bool) -> None:
    """Show a run in full. RUN is its name, its id, or the beginning of one."""
    found = fluent.find_run(run)
    with current.store.reading() as con:
        files = reading.artifacts(con, found.info.run_id)
    if as_json:
        _print_json(_as_dict(found) | {"artifacts": [f.path for f in files]})
        return
    from shelduck.panels.run_static import StaticRun

    click.echo(repr(StaticRun(found, files)))


@main.command()
@click.argument("query")
@_json
def sql(query: str, as_json: bool) -> None:
    """Ask the store in SQL: shelduck sql "select name, metrics.rmse from runs"."""
    try:
        frame = search.sql(query)
    except ShelduckError:
        raise
    except Exception as e:  # DuckDB's own words, which point at the mistake
        raise click.ClickException(str(e)) from e
    if as_json:
        rows = frame.astype(object).where(frame.notna(), None)
        _print_json(rows.to_dict("records"))
    else:
        click.echo(frame.to_string(index=False))


@main.command()
@_json
def fold(as_json: bool) -> None:
    """Put all journals into the DuckDB file now."""
    report = fluent.fold()
    if as_json:
        _print_json(
            {
                "facts": report.facts,
                "killed": report.killed,
                "damaged": report.damaged,
                "left_alone": report.left_alone,
            }
        )
        return
    click.echo(f"{report.facts:,} facts folded into {current.store.path}.")
    if report.killed:
        click.echo(f"{len(report.killed)} abandoned runs ended as KILLED.")
    if report.damaged:
        click.echo(f"{report.damaged} damaged lines kept aside; shelduck doctor says where.")
    for path, reason in report.left_alone.items():
        click.echo(f"left alone: {path}: {reason}")


def _stage_command(name: str, verb: Callable[[str], None], text: str, done: str) -> None:
    @main.command(name, help=f"{text} RUN is a name, an id, or the beginning of one.")
    @click.argument("run", nargs=-1, required=True)
    def command(run: tuple[str, ...]) -> None:
        for each in run:
            found = fluent.find_run(each).info
            verb(found.run_id)
            click.echo(f"{done}: {found.run_name} ({found.run_id[:8]})")


_stage_command("delete", fluent.delete_run, "Put runs into the trash.", "put into the trash")
_stage_command(
    "restore", fluent.restore_run, "Take runs out of the trash.", "taken out of the trash"
)


@main.command()
@_json
def gc(as_json: bool) -> None:
    """Empty the trash and free the artifacts nobody names any more."""
    freed = upkeep.empty_trash(current.store)
    if as_json:
        _print_json(
            {"runs": freed.runs, "experiments": freed.experiments, "blobs": freed.blobs,
             "bytes": freed.bytes}
        )  # fmt: skip
        return
    click.echo(
        f"{freed.runs} runs and {freed.experiments} experiments deleted for good, "
        f"{freed.blobs} artifacts freed: {formats.size(freed.bytes)} ({freed.bytes:,} bytes)."
    )


@main.command()
@_json
def doctor(as_json: bool) -> None:
    """Check the store and say what to do; exits with 1 when something is wrong."""
    findings = list(_examined())
    if as_json:
        _print_json([{"ok": f.ok, "text": f.text, "advice": f.advice} for f in findings])
    else:
        for finding in findings:
            click.echo(f"{'✓' if finding.ok else '✗'} {finding.text}")
            if finding.advice:
                click.echo(f"  {finding.advice}")
    if not all(f.ok for f in findings):
        raise click.exceptions.Exit(1)


def _examined() -> Iterator[upkeep.Finding]:
    try:
        store = Store(current.path)
    except StoreError as e:  # not even whose journals are its own can be read
        yield upkeep.Finding(False, str(e), "Put the last backup in its place.")
    else:
        yield from upkeep.examine(store)


@main.command(cls=click.Command)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("shelduck-demo"))
def demo(folder: Path) -> None:
    """Run the New York taxi notebook in FOLDER, and say where it is and which run is best."""
    from shelduck.demo import run_demo

    click.echo(str(run_demo(folder)))

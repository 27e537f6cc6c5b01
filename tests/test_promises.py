"""What the project says of itself: names, floors, sizes, imports, one version number."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import shelduck

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "shelduck"
MODULES = sorted(PACKAGE.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

FLOORS = [
    {"cli", "magics"},
    {"widgets"},
    {"capture", "demo", "panels", "tracking"},
    {"store"},
    {"directions", "errors", "formats", "records", "secrets", "values"},
]
DOORS = FLOORS[0]
PUBLIC = """
ActiveRun BadFilter BadValue Cell Compare Environment Experiment FileInfo Metric MetricSummary
NoActiveRun NotFound Run RunData RunInfo RunTable RunView ShelduckError ShelduckWarning StoreBusy
StoreDamaged StoreError StoreMoved StoreTooNew active_run create_experiment delete_experiment
delete_run delete_tag download_artifacts end_run find_run fold get_artifact_uri get_experiment
get_experiment_by_name get_metric_history get_parent_run get_run get_tracking_uri last_active_run
list_artifacts log_artifact log_artifacts log_dict log_figure log_history log_image log_metric
log_metrics log_param log_params log_table log_text progress restore_experiment restore_run
search_experiments search_runs set_experiment set_experiment_tag set_experiment_tags set_tag
set_tags set_tracking_uri sql start_run
""".split()


def nodes(path: Path, *, for_types: bool = True) -> Iterator[ast.AST]:
    """Every node of a file; without ``for_types``, only of what runs."""
    todo: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if for_types or not (
            isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        ):
            yield node
            todo += ast.iter_child_nodes(node)


def part_of(path: Path) -> str:
    """The package or module below ``shelduck`` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path, *, for_types: bool = True) -> Iterator[str]:
    """Every module a file imports, wherever in it; ``from shelduck import x`` is ``shelduck.x``."""
    for node in nodes(path, for_types=for_types):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            whole = node.module == "shelduck"
            yield from (f"shelduck.{a.name}" for a in node.names) if whole else [node.module or ""]


def arrows() -> set[tuple[str, str]]:
    """Which part of the package imports which other."""
    return {
        (part_of(path), name.split(".")[1])
        for path in MODULES
        for name in imported(path)
        if name.startswith("shelduck.") and part_of(path) not in ("__init__", name.split(".")[1])
    }


def floor(part: str) -> int:
    return next(i for i, parts in enumerate(FLOORS) if part in parts)


def test_every_part_has_a_floor():
    assert {part_of(path) for path in MODULES} == {"__init__"}.union(*FLOORS)


def test_arrows_go_down_and_never_from_door_to_door():
    wrong = {
        f"{above} imports {below}"
        for above, below in arrows()
        if floor(below) < floor(above) or {above, below} <= DOORS
    }
    assert wrong == set()


def test_no_two_parts_need_each_other():
    graph: dict[str, set[str]] = {}
    for above, below in arrows():
        graph.setdefault(above, set()).add(below)
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_only_the_demo_uses_the_package_as_its_users_do():
    assert {part_of(path) for path in MODULES if "shelduck" in imported(path)} <= {"demo"}


def test_only_the_store_knows_duckdb():
    knowing = {
        part_of(path)
        for path in MODULES
        for name in imported(path, for_types=False)
        if name.partition(".")[0] == "duckdb"
    }
    assert knowing == {"store"}


STATEMENT = re.compile(
    r"\s*(SELECT|WITH|INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|ATTACH|DETACH|PRAGMA|BEGIN|"
    r"COMMIT|ROLLBACK)\s"
)


def statements(path: Path) -> Iterator[str]:
    """Texts that begin as SQL does, but for docstrings, and whatever a connection executes."""
    found = list(nodes(path))
    docstrings = [node.value for node in found if isinstance(node, ast.Expr)]
    for node in found:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if STATEMENT.match(node.value + " ") and node not in docstrings:
                yield node.value
        elif isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany"):
            yield ast.unparse(node)


def test_only_the_store_speaks_sql():
    speaking = {part_of(path) for path in MODULES if any(statements(path))}
    assert speaking == {"store", "demo"}  # which executes a notebook


HEAVY = """
duckdb pandas numpy pyarrow scipy sklearn xgboost hyperopt matplotlib PIL torch IPython ipywidgets
ipykernel anywidget traitlets plotly tornado jupyter_server click lark fsspec mlflow
""".split()


def test_importing_it_loads_nothing_heavy(python):
    shown = python("-c", "import shelduck, sys; print(*sorted(sys.modules))").stdout
    assert {name.split(".")[0] for name in shown.split()}.isdisjoint(HEAVY)


def test_logging_loads_neither_duckdb_nor_a_data_library(python):
    script = (
        "import shelduck, sys\n"
        "with shelduck.start_run():\n"
        "    shelduck.log_params({'a': 1})\n"
        "    shelduck.log_metric('rmse', 1.0)\n"
        "    print(*sorted(sys.modules))\n"
    )
    shown = python("-c", script).stdout
    assert {name.split(".")[0] for name in shown.split()}.isdisjoint(HEAVY)


def test_the_public_names_are_these():
    assert shelduck.__all__ == sorted(shelduck.__all__)
    assert set(shelduck.__all__) == set(PUBLIC)
    assert dir(shelduck) == shelduck.__all__


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_thing_is_there_and_says_what_it_is(name):
    thing = getattr(shelduck, name)
    assert inspect.getdoc(thing)
    if inspect.isfunction(thing):
        assert thing.__module__.startswith("shelduck.tracking.")
        parameters = inspect.signature(thing).parameters.values()
        assert all(parameter.annotation is not parameter.empty for parameter in parameters)
    elif inspect.isclass(thing) and not issubclass(thing, (tuple, BaseException)):
        methods = inspect.getmembers(thing, inspect.isfunction)
        silent = [m for m, f in methods if not m.startswith("_") and not inspect.getdoc(f)]
        assert silent == []


def test_every_error_is_in_the_tree_that_is_drawn():
    from shelduck import errors

    drawn = re.findall(r"[├└─│ ]*(\w+)", errors.__doc__ or "")
    there = [n for n, c in vars(errors).items() if inspect.isclass(c) and issubclass(c, Exception)]
    assert {n for n in there if not n.endswith("Warning")} <= set(drawn)


def test_functions_and_files_are_short():
    long = []
    for path in MODULES:
        if len(path.read_text(encoding="utf-8").splitlines()) > 400:
            long.append(str(path))
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                long += [f"{path}: {node.name}"] if lines > 60 else []
    assert long == []


def test_there_is_one_version_number():
    stated = re.compile(rf"__version__|\b{re.escape(PROJECT['version'])}\b")
    assert [p for p in MODULES if stated.search(p.read_text(encoding="utf-8"))] == []


def test_it_is_typed_and_has_a_command():
    assert (PACKAGE / "py.typed").exists()
    assert PROJECT["scripts"] == {"shelduck": "shelduck.cli:main"}
    assert [c for c in PROJECT["classifiers"] if c == "Typing :: Typed"]


def test_every_file_that_a_document_names_is_there():
    for document in ROOT.glob("*.md"):
        named = re.findall(r"`((?:src|tests|notebooks|benchmarks)/[\w./-]+)`", document.read_text())
        assert [name for name in named if not (ROOT / name).exists()] == [], document.name

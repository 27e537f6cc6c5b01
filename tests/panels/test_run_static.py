"""One run in full."""

from markup_reading import Page

from shelduck.panels.run_static import StaticRun
from shelduck.records import COMMIT, DIRTY, NOTE, PARENT, FileInfo, MetricSummary

SOURCE = "%%track lasso\nalpha = 0.01\nif alpha < 1:\n\trmse = 6.28"


def _details(make_run, environment):
    run = make_run(
        params={"alpha": 0.018060244040060163, "model": {"depth": 3}},
        metrics={"rmse": 6.283187, "mae": 4.0},
        summaries={
            "rmse": MetricSummary(100, 6.283187, 99, 6.1, 80, 15.25, 0),
            "mae": MetricSummary(1, 4.0, 0, 4.0, 0, 4.0, 0),
        },
        tags={
            "developer": "ann",
            **{COMMIT: "0123456789abcdef", DIRTY: True, NOTE: "the first", PARENT: "f" * 32},
        },
        source=SOURCE,
        attempt=2,
        environment=environment,
    )
    return StaticRun(run, [FileInfo("model/net.bin", False, 12_345)])


EXPECTED = [
    *("lasso", "● FINISHED", "1.5 s", "attempt 2"),
    *("93d6beec9a414389aa8eddff690e9f94", "ann", "taxi.ipynb", "3.11.7"),
    *("0123456789 + changes", "the first", "f" * 32),
    *("alpha", "0.018060244040060163", "model.depth", "3"),
    *("6.28319", "min 6.1 at 80, max 15.25 at 0, 100 points", "mae"),
    *("developer", "model/net.bin", "12.3 kB"),
]


def test_as_text(make_run, environment):
    text = repr(_details(make_run, environment)).replace("●  lasso", "lasso")
    for word in EXPECTED:
        assert word.removeprefix("● ") in text
    for section in ("run", "params", "metrics", "tags", "artifacts", "source"):
        assert section in text.splitlines()
    assert text.splitlines()[-4:] == [f"  {line}" for line in SOURCE.splitlines()]
    assert "mlflow." not in text


def test_as_html(make_run, environment):
    page = Page(_details(make_run, environment)._repr_html_())
    for word in EXPECTED:
        assert word in page.text.replace("   (", " (")
    assert SOURCE in page.text
    assert "mlflow." not in page.text


def test_a_run_of_which_little_is_known(make_run):
    details = StaticRun(make_run("quick", "RUNNING"), [])
    assert repr(details).splitlines()[0] == "○ quick  RUNNING  –"
    for section in ("params", "metrics", "tags", "artifacts", "source", "notebook", "commit"):
        assert section not in repr(details)
        assert section not in Page(details._repr_html_()).text


def test_a_failure(make_run):
    details = StaticRun(make_run("boom", "FAILED", error="KeyError: 'k'"), [])
    assert repr(details).splitlines()[1] == "  KeyError: 'k'"
    assert "KeyError: 'k'" in Page(details._repr_html_()).text

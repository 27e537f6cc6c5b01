"""Pictures of every panel, light and dark, narrow and wide: ``python tests/lab/pictures.py``.

They go into ``pictures/``, to be looked at; those that README shows, into ``docs/pictures/``.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import chromium
from comparison import Comparison
from playwright.sync_api import Locator, Page, sync_playwright
from seed import LOADED

from lab import Lab, Notebook, open_lab, set_theme
from table import Table

ROOT = Path(__file__).parent.parent.parent
SHOWN, LOOKED_AT = ROOT / "docs" / "pictures", ROOT / "pictures"
THEMES = ("Light", "Dark")
WIDTHS = {"narrow": 500, "wide": 1300}
README = 1000  # px of a panel's width
TALL = 4000  # px of a window in which nothing is out of sight
AROUND = 250  # px about a panel, more or less
COLOURS = 256  # of a picture in README, which is a third of the size then

HISTORY = """
import math, random, time
chance = random.Random(7)
shelduck.set_experiment("nyc-taxi")
for i in range(60):
    depth, rate = chance.randint(3, 15), round(10 ** chance.uniform(-3, -0.3), 4)
    part, model = round(chance.uniform(0.5, 1), 2), chance.choice(["xgboost", "lightgbm", "forest"])
    with shelduck.start_run(run_name=f"{model}-{i:02}"):
        shelduck.log_params({"max_depth": depth, "learning_rate": rate, "subsample": part})
        shelduck.log_params({"model": model, "objective": "reg:squarederror"})
        best = 5.9 + abs(depth - 9) / 12 + abs(math.log10(rate) + 1.5) / 2 + (1 - part) / 2
        best += 0.3 * (model == "forest") + chance.gauss(0, 0.1)
        for step in range(40):
            error = best + 4 * math.exp(-step * (0.06 + rate / 2)) + chance.gauss(0, 0.03)
            shelduck.log_metric("rmse", error, step=step)
        shelduck.log_metric("within_a_minute", 0.9 - best / 20 + chance.gauss(0, 0.01))
        shelduck.set_tag("developer", chance.choice(["ann", "bob"]))
        time.sleep(depth / 200)
"""

# It stops at 250 steps until a file is there, so that its card can be looked at.
TRAINING = """%%track xgb -t developer=ann
import math, pathlib, random, time
max_depth, learning_rate, subsample = 9, 0.03, 0.8
go, chance = pathlib.Path("go"), random.Random(1)
def above(step): return 3.6 * math.exp(-step / 60) + chance.gauss(0, 0.05)
for step in shelduck.progress(range(400)):
    shelduck.log_metrics({"rmse": 6 + above(step), "train_rmse": 5.6 + above(step)}, step=step)
    while step > 250 and not go.exists():
        time.sleep(0.05)
go.unlink()"""

TRACKED = """%%track best -t developer=ann -t stage=candidate
max_depth, learning_rate, subsample = 9, 0.03, 0.8
for step in range(60):
    shelduck.log_metric("rmse", 6 + 4 * math.exp(-step * 0.08) + chance.gauss(0, 0.02), step=step)
shelduck.log_metric("within_a_minute", 0.63)
shelduck.log_dict({"trees": 420, "best_iteration": 388}, "model/model.json")
shelduck.log_text("feature,gain\\ntrip_distance,0.61\\npickup_hour,0.22\\n", "importance.csv")
shelduck.log_text("trained on three months of trips", "notes/readme.txt")
shelduck.set_tag("mlflow.note.content", "**The one to ship.** Validated on `January`.")"""

FAILING = """%%track broken
learning_rate = 30.0
shelduck.log_metric("rmse", float("nan"))
raise ValueError("rmse is not a number after 1 step: the learning rate is too high")"""


class Pictures:
    """A notebook whose panels are taken pictures of."""

    def __init__(self, page: Page, notebook: Notebook) -> None:
        self.page, self.notebook = page, notebook

    def take(self, name: str, of: Locator, *, moving: bool = False) -> None:
        """Take a panel's pictures, which is ``moving`` or has to come to rest."""
        for theme in THEMES:
            set_theme(self.page, theme)
            for word, width in WIDTHS.items():
                path = LOOKED_AT / f"{name}-{theme.lower()}-{word}.png"
                path.write_bytes(self._picture(_panel(of), width, moving))

    def show(
        self, name: str, of: Locator, until: Locator | None = None, *, moving: bool = False
    ) -> None:
        """Take the pictures that README shows: of what is above ``until``."""
        for theme in THEMES:
            set_theme(self.page, theme)
            panel = _panel(of)
            picture = self._picture(panel, README, moving)
            height = panel.bounding_box()["height"]
            if until:
                height = until.bounding_box()["y"] - panel.bounding_box()["y"]
            (SHOWN / f"{name}-{theme.lower()}.png").write_bytes(_lighter(picture, int(height)))

    def _picture(self, panel: Locator, width: int, moving: bool) -> bytes:
        self._fit(panel, width)
        return panel.screenshot() if moving else _rested(panel)

    def _fit(self, area: Locator, width: int) -> None:
        """Make the window as wide as it takes for a panel to have a width."""
        around = AROUND
        for _ in range(3):
            self.page.set_viewport_size({"width": width + around, "height": TALL})
            area.scroll_into_view_if_needed()
            around += width - round(area.bounding_box()["width"])


def _panel(of: Locator) -> Locator:
    """An output area's first output; else what is given."""
    output = of.locator(".jp-OutputArea-output").first
    return output if output.count() else of


def _rested(area: Locator) -> bytes:
    """A picture of what changes no more."""
    before = b""
    while (picture := area.screenshot()) != before:
        before = picture
        area.page.wait_for_timeout(400)
    return picture


def _lighter(picture: bytes, height: int) -> bytes:
    """A picture cut to a height, with fewer colours."""
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.crop((0, 0, image.width, height))
    out = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


# --- scenes ------------------------------------------------------------------------------


def cards(pictures: Pictures) -> None:
    """The live card while the cell trains, and what it leaves."""
    notebook = pictures.notebook
    area = notebook.start(TRAINING)
    area.get_by_role("progressbar").wait_for()
    pictures.take("card", area, moving=True)
    pictures.show("card", area, moving=True)
    (notebook.path.parent / "go").touch()
    notebook.finish()
    pictures.take("card-summary", area)
    pictures.take("card-error", notebook.run(FAILING))


def tables(pictures: Pictures) -> None:
    """The run table: plain, grouped, filtered wrongly, with a selection and a baseline."""
    notebook = pictures.notebook
    area = notebook.run("table = shelduck.RunTable(sort='metrics.rmse'); table")
    table = Table(area)
    pictures.take("table", area)
    for at, key in ((1, None), (2, "Shift"), (4, "Control")):
        table.row(table.cells("name")[at]).click(modifiers=[key] if key else [])
    pictures.take("table-selected", area)
    pictures.show("table", area)
    area.get_by_role("button", name="Clear", exact=True).click()
    table.row(table.cells("name")[0]).click()
    area.get_by_role("button", name="more", exact=True).click()
    area.get_by_role("menuitem", name="Make it the baseline").click()
    pictures.take("table-baseline", area)
    table.filter.fill("metrics.rmze < 6.5")
    area.get_by_role("alert").filter(has_text="rmze").wait_for()
    pictures.take("table-wrong", area)
    table.filter.fill("")
    area.get_by_role("combobox", name="group by").select_option(label="Group by model")
    pictures.take("table-grouped", area)
    notebook.run("table.selected = []")


def comparisons(pictures: Pictures) -> None:
    """The comparison: as it begins, brushed, and with a contour over categories."""
    notebook = pictures.notebook
    area = notebook.run("compare = shelduck.Compare(); compare")
    comparison = Comparison(area)
    pictures.take("compare", area)
    comparison.brush("rmse", 0.6, 1)
    pictures.take("compare-brushed", area)
    pictures.show("compare", area, until=comparison.curves)
    notebook.run("compare.selected = []")
    contour = area.get_by_role("region", name="Contour")
    contour.get_by_role("combobox").nth(1).select_option(label="model")
    pictures.take("compare-categories", contour)


def run(pictures: Pictures) -> None:
    """The panel of a run."""
    pictures.notebook.run(TRACKED)
    area = pictures.notebook.run("%run_info best")
    pictures.take("run", area)
    pictures.show("run", area)


def nothing(pictures: Pictures) -> None:
    """What there is to see before there is anything to see."""
    pictures.notebook.run("%experiment nothing-yet")
    pictures.take("table-empty", pictures.notebook.run("%runs"))
    pictures.take("compare-empty", pictures.notebook.run("%compare"))


SCENES: tuple[Callable[[Pictures], None], ...] = (tables, comparisons, run, cards, nothing)


# --- the camera --------------------------------------------------------------------------


@contextmanager
def _camera() -> Iterator[Pictures]:
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        lab = Lab(Path(home))
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.FLAGS)
        )
        try:
            lab.wait()
            page = browser.new_page()
            open_lab(page, lab)
            page.evaluate("() => jupyterapp.shell.collapseLeft()")
            notebook = Notebook(page, lab.write("taxi.ipynb", []), lab.folder).open()
            notebook.run(LOADED)
            notebook.run(HISTORY)
            yield Pictures(page, notebook)
        finally:
            browser.close()
            lab.stop()


def main(*names: str) -> None:
    """Take the pictures of all scenes, or of those named."""
    if not names:
        shutil.rmtree(LOOKED_AT, ignore_errors=True)
    for folder in (SHOWN, LOOKED_AT):
        folder.mkdir(parents=True, exist_ok=True)
    with _camera() as pictures:
        for scene in SCENES:
            if not names or scene.__name__ in names:
                scene(pictures)
                print(scene.__name__, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

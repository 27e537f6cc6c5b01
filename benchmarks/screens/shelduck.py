"""Shelduck's panels in a JupyterLab of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect

from benchmarks.peers.fluent import EXPERIMENT
from benchmarks.screens import browser_page, until_painted

# isort: split
from lab import Lab, Notebook, open_lab
from table import Table

BEGIN = """%load_ext shelduck
import shelduck
shelduck.set_tracking_uri({store!r})
shelduck.set_experiment({experiment!r});"""

TOP = ".sd-row[aria-rowindex='2']:not(.sd-waiting)"
QUIET = 2000  # ms; a panel's saved picture follows what is done to it by half a second
ROUNDED = 1e-3  # by which a number on screen may be off
TABLE = f"area.querySelector(`[role=grid] {TOP}`)"
LINES = (
    "area.querySelector('.sd-lines')?.ariaLabel?.startsWith('Parallel coordinates of {runs:,} ')"
    " && area.querySelectorAll('.sd-parallel .sd-axis').length === 8"
)

BLANK = """
(grid) => {
  const height = grid.querySelector(".sd-body .sd-row").offsetHeight;
  const head = grid.querySelector(".sd-heads").offsetHeight;
  const last = Number(grid.getAttribute("aria-rowcount")) - 2;
  return () => {
    const here = [...grid.querySelectorAll(".sd-body .sd-row:not(.sd-waiting)")];
    const indexes = new Set(here.map((row) => Number(row.dataset.index)));
    const end = Math.min(last, Math.ceil((grid.scrollTop + grid.clientHeight - head) / height) - 1);
    for (let i = Math.floor(grid.scrollTop / height); i <= end; i++)
      if (!indexes.has(i)) return true;
    return false;
  };
}
"""

# Each plot draws anew, and the panel and the table beside it say of how many runs.
HIGHLIGHTED = """
(() => {
  const words = document.querySelector(".sd-compare .sd-lines").ariaLabel;
  const count = /[\\d,]+ selected/.exec(words)[0];
  const said = document.querySelector(".sd-heading .sd-count").textContent;
  const beside = document.querySelector(".sd-chosen-part span").textContent;
  return drawn.size >= plots && said === count && beside === count;
})()
"""


class Panels(Notebook):
    """A notebook whose cells show panels of one store."""

    # --- cells ---------------------------------------------------------------------------

    def show(self, source: str, test: str) -> float:
        """Run a new cell; return the seconds until ``test`` of its output area was painted."""
        self._call(
            "const { content } = widget(); const at = content.model.sharedModel.cells.length;"
            "content.model.sharedModel.insertCell(at, {cell_type: 'code', source: given});"
            "content.activeCellIndex = at; await content.activeCell.ready;",
            source,
        )
        return self.show_again(test)

    def show_again(self, test: str) -> float:
        """Run the active cell again, until what it shows is another panel."""
        seconds = self._call(
            "const area = widget().content.activeCell.outputArea.node;"
            "const panel = () => area.querySelector('.shelduck'); const before = panel();"
            "const run = () => {"
            "  globalThis.shelduckRan = app.commands.execute('notebook:run-cell'); };"
            f"return await painting.of(run, () => panel() !== before && {test});"
        )
        self.finish()
        return seconds / 1000

    @property
    def output_bytes(self) -> int:
        """What a saved notebook keeps of the active cell's output."""
        return self._call(
            "const kept = JSON.stringify(widget().content.activeCell.model.outputs.toJSON());"
            "return new TextEncoder().encode(kept).length;"
        )

    @property
    def bytes_saved(self) -> int:
        """What the notebook weighs on disk, once what its panels leave in it changes no more."""
        while True:
            self.save()
            size = self.path.stat().st_size
            self.page.wait_for_timeout(QUIET)
            self.save()
            if self.path.stat().st_size == size:
                return size

    @property
    def printed(self) -> str:
        """The last line that the last cell printed."""
        texts = self._call(
            "const { cells } = widget().content.model;"
            "return cells.get(cells.length - 1).outputs.toJSON().flatMap(o => o.text ?? []);"
        )
        return "".join(texts).strip().splitlines()[-1]

    # --- the run table -------------------------------------------------------------------

    def show_runs(self) -> float:
        """Run ``%runs``, the first time in a new cell."""
        if self._table:
            return self.show_again(TABLE)
        seconds = self.show("%runs", TABLE)
        at = self._call("return widget().content.activeCellIndex;")
        self._table = Table(self.outputs.nth(at))
        return seconds

    _table: Table | None = None

    def sort(self, metric: str, values: Sequence[float]) -> float:
        at = self._table.head(metric).get_attribute("aria-colindex")
        first = f"document.querySelector(`{TOP} > [aria-colindex='{at}']`)?.innerText"
        test = f"Math.abs(Number({first}) - {min(values)}) < {ROUNDED}"
        return until_painted(self.page, "click", self._table.head(metric).click, test)

    def filter(self, metric: str, below: int, values: Sequence[float]) -> float:
        box, said = self._table.filter, "document.querySelector('.sd-run-table .sd-count')"
        box.fill(f"metrics.{metric} < ")
        box.and_(self.page.locator("[aria-invalid]")).wait_for()
        count = sum(value < below for value in values)
        test = f"{said}.innerText.startsWith('{count:,} of') && document.querySelector(`{TOP}`)"
        return until_painted(self.page, "keydown", lambda: box.press(str(below)), test)

    @property
    def rows(self) -> int:
        return int(self._table.grid.get_attribute("aria-rowcount")) - 1

    @property
    def columns(self) -> int:
        """How many columns the table shows."""
        return int(self._table.grid.get_attribute("aria-colcount")) - 1

    def widen(self, keys: Sequence[str]) -> None:
        """Show more columns, chosen by name."""
        wanted = self.columns + len(keys)
        self._table.area.get_by_role("button", name="Columns").click()
        chooser = self._table.area.get_by_role("dialog", name="columns")
        for key in keys:
            chooser.get_by_role("checkbox", name=key).check()
        self.page.keyboard.press("Escape")
        expect(self._table.grid).to_have_attribute("aria-colcount", str(wanted + 1))

    def scroll(self, seconds: float, to: str) -> dict[str, float]:
        """Scroll for some seconds to ``to`` (of the seconds ``t`` and the ``grid``)."""
        return self._table.grid.evaluate(
            f"grid => painting.scroll(grid, {seconds}, t => {to}, ({BLANK})(grid))"
        )

    # --- the comparison ------------------------------------------------------------------

    def compare(self, arguments: str, runs: int) -> float:
        """Run ``%compare`` in a new cell, until the lines of so many runs are drawn."""
        return self.show(f"%compare {arguments}", LINES.format(runs=runs))

    def brush(self, moves: int) -> list[float]:
        """Drag along the last axis, a metric's; return the seconds from each move to its effect."""
        page = self.page
        field = page.locator(".sd-parallel .sd-axis").last.locator(".sd-axis-field")
        field.scroll_into_view_if_needed()
        box = field.bounding_box()
        x, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 4
        page.evaluate(
            "() => { globalThis.drawn = painting.drawings('.sd-part');"
            "globalThis.plots = new Set([...document.querySelectorAll('.sd-part canvas')]"
            ".map(canvas => canvas.closest('.sd-part'))).size; }"
        )
        page.mouse.move(x, top)
        page.mouse.down()
        page.mouse.move(x, top + 5)
        times = [self._drag(x, top + 5 + 6 * (k + 1)) for k in range(moves)]
        page.mouse.up()
        return times

    def _drag(self, x: float, y: float) -> float:
        self.page.evaluate("() => drawn.clear()")
        return until_painted(
            self.page, "pointermove", lambda: self.page.mouse.move(x, y), HIGHLIGHTED
        )


@contextmanager
def screen(folder: Path, height: int) -> Iterator[Panels]:
    """Open a notebook on the store in a folder."""
    with tempfile.TemporaryDirectory(dir=folder) as home, browser_page(height) as page:
        lab = Lab(Path(home))
        try:
            lab.wait()
            open_lab(page, lab)
            panels = Panels(page, lab.write("panels.ipynb", []), lab.folder)
            panels.open()
            panels.run(BEGIN.format(store=str(folder / "shelduck.duckdb"), experiment=EXPERIMENT))
            yield panels
        finally:
            lab.stop()

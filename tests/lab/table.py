"""A run table as somebody sees it who looks for roles and words."""

from __future__ import annotations

from playwright.sync_api import Locator, expect


class Table:
    """The table in an output area."""

    def __init__(self, area: Locator) -> None:
        self.area = area
        self.grid = area.get_by_role("grid", name="runs")
        self.filter = area.get_by_role("combobox", name="filter runs")
        self.page = area.page
        expect(self.grid).to_be_visible()

    @property
    def count(self) -> Locator:
        """What it says of how many runs there are."""
        return self.area.get_by_role("toolbar").get_by_role("status")

    def head(self, column: str) -> Locator:
        """The header of a column."""
        return self.grid.get_by_role("columnheader", name=f"menu of {column}", exact=False)

    def row(self, name: str) -> Locator:
        """The row of a run."""
        cell = self.page.get_by_role("gridcell", name=name, exact=True)
        return self.grid.get_by_role("row").filter(has=cell)

    def cells(self, column: str) -> list[str]:
        """What a column says, from the top."""
        at = self.head(column).get_attribute("aria-colindex")
        found = self.grid.locator(f"[role=gridcell]:nth-child({at})").all_inner_texts()
        return [text.strip() for text in found]

    def first(self, column: str) -> Locator:
        """The topmost cell of a column."""
        at = self.head(column).get_attribute("aria-colindex")
        return self.grid.locator(f"[role=row][aria-rowindex='2'] > :nth-child({at})")

    def columns(self) -> list[str]:
        """The columns shown."""
        heads = self.grid.get_by_role("columnheader").all()
        return [head.inner_text().split("\n")[0].strip(" ⋮↑↓") for head in heads[1:]]

"""A comparison as somebody sees it who looks for roles and words."""

from __future__ import annotations

from playwright.sync_api import Locator, expect


class Comparison:
    """The comparison in an output area."""

    def __init__(self, area: Locator) -> None:
        self.area, self.page = area, area.page
        self.parallel = area.get_by_role("region", name="Parallel coordinates")
        self.scatter = area.get_by_role("region", name="Scatter")
        self.curves = area.get_by_role("region", name="Curves")
        self.differences = area.get_by_role("region", name="Differences")
        expect(self.parallel.get_by_role("group").first).to_be_visible()

    @property
    def status(self) -> Locator:
        """What a screen reader is told of the selection."""
        return self.area.get_by_role("status")

    def axis(self, name: str) -> Locator:
        """An axis of the parallel coordinates, which can have the focus."""
        return self.parallel.get_by_role("group", name=name)

    def brush(self, name: str, start: float, end: float) -> None:
        """Drag along an axis, between two shares of its length from the top."""
        axis = self.axis(name)
        axis.scroll_into_view_if_needed()
        box = axis.bounding_box()
        assert box is not None
        x, top, length = box["x"] + box["width"] / 2, box["y"] + 64, box["height"] - 76
        self.page.mouse.move(x, top + start * length)
        self.page.mouse.down()
        self.page.mouse.move(x, top + (start + end) / 2 * length, steps=3)
        self.page.mouse.move(x, top + end * length, steps=3)
        self.page.mouse.up()

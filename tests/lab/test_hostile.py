"""Names and values that try to be something else: they are shown, and nothing runs."""

import pytest
from playwright.sync_api import expect

HOSTILE = """
evil = [
    "<script>globalThis.owned = 1</script>",
    '"><img src=x onerror="globalThis.owned = 1">',
    "<svg onload='globalThis.owned = 1'>",
    "javascript:globalThis.owned=1//`${globalThis.owned = 1}`",
    "</script></style></template><iframe srcdoc='<script>parent.owned = 1</script>'>",
    "[a](javascript:globalThis.owned=1) ![b](x onerror=globalThis.owned=1)",
    "\\u202eabc\\u2066\\u200b\\u200d",
    "{{constructor.constructor('globalThis.owned = 1')()}}",
    "x" * 100_000,
]
shelduck.set_experiment("evil")
for i, text in enumerate(evil):
    with shelduck.start_run(run_name=text[:5000]):
        shelduck.log_param("p", text)
        shelduck.log_param("p" + text[:200], i)
        shelduck.log_metric("m" + text[:200], float("nan") if i % 2 else i)
        shelduck.log_metric("rmse", [i, float("inf"), float("-inf"), float("nan")][i % 4])
        shelduck.set_tag("t" + text[:200], text)
        shelduck.set_tag("mlflow.note.content", text)
        shelduck.log_text(text, "page.html")
        shelduck.log_text(text, "words.md")
"""
CARD = """%%track "<img src=x onerror=globalThis.owned=1>"
p = "<img src=x onerror=globalThis.owned=1>"
import time
for step in range(8):
    shelduck.log_metric("<img src=x onerror=globalThis.owned=1>", step, step=step)
    time.sleep(0.1)
raise ValueError("<script>globalThis.owned = 1</script>")
"""


@pytest.mark.parametrize("cell", ["%runs", "%compare", "%run_info"])
def test_nothing_of_a_run_is_executed(notebook, page, cell):
    notebook.run(HOSTILE)
    area = notebook.run(cell)
    expect(area.locator(".shelduck")).to_contain_text("rmse")
    _touch_all(area)
    _nothing_ran(page)
    notebook.reopen_without_kernel()
    expect(notebook.outputs.last).to_contain_text("rmse")
    _nothing_ran(page)


def test_nor_by_a_card(notebook, page):
    area = notebook.run(CARD)
    expect(area).to_contain_text("FAILED")
    _nothing_ran(page)


def _touch_all(area):
    """Open what can be opened: each makes elements of its own."""
    for button in area.get_by_role("button", expanded=False).all():
        button.click()
    for file in area.get_by_text("page.html").all():
        file.click()
    for cell in area.get_by_role("gridcell").all()[:40:4]:
        cell.hover()
    if area.get_by_role("grid").count():
        area.get_by_role("gridcell").nth(2).dblclick()
        expect(area.get_by_role("region", name="details of the run")).to_be_visible()


def _nothing_ran(page):
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("globalThis.owned") is None
    assert page.locator(".jp-OutputArea img[src=x]").count() == 0

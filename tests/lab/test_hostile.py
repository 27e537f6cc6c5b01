"""Names and values that try to be something else: they are shown, and nothing of them runs."""

import re

import pytest
from comparison import Comparison
from playwright.sync_api import Locator, Page, expect

from lab import Notebook
from table import Table

# Of each run every name and value is one of these: none may set `pwned`.
EVIL = [
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "<svg onload='window.pwned=1'>",
    "javascript:window.pwned=1//`${window.pwned = 1}`",
    "</script></style></template><iframe srcdoc='<script>parent.pwned = 1</script>'>",
    "[a](javascript:window.pwned=1) ![b](x onerror=window.pwned=1)",
    "{{constructor.constructor('window.pwned = 1')()}}",
    "שלום \u202eabc\u2066 def",
    "zero\u200bwidth\u200d\ufeff",
    "x" * 100_000,
]
HOSTILE = f"""
evil = {EVIL!r}
shelduck.set_experiment(evil[1])
for i, text in enumerate(evil):
    name = text[:200]
    with shelduck.start_run(run_name=name):
        shelduck.log_params({{"depth": i, "p": text, "p" + name: text}})
        for step in range(3):
            shelduck.log_metric("m" + name, [i, float("nan"), float("-inf")][step], step=step)
            shelduck.log_metric("rmse", i + step, step=step)
        shelduck.set_tags({{"t": text, "t" + name: text, "mlflow.note.content": text}})
        for ending in ("html", "md", "csv", "json"):
            shelduck.log_text(text, f"{{i}} " + name.replace("/", "_") + "." + ending)
"""
# The same of a cell: its name, params, metrics, bars and the runs inside it, until it breaks off.
CARD = f"""%%track "{EVIL[0]}"
import pathlib, time
evil = {EVIL!r}
for text in evil:
    shelduck.log_param(text[:200], text)
    shelduck.log_metric(text[:200], 1, step=0)
    shelduck.log_metric(text[:200], 2, step=1)
with shelduck.start_run(run_name=evil[1], nested=True):
    shelduck.log_metric(evil[1], 3)
from tqdm import tqdm
bar = tqdm(total=10, desc=evil[1])
bar.update()
while not pathlib.Path("go").exists(): time.sleep(0.01)
raise ValueError(evil[1])
"""


def test_a_card_shows_it_alive_and_after(notebook, page):
    area = notebook.start(CARD)
    card = area.get_by_role("group", name=re.compile(", running$"))
    expect(card.get_by_role("list", name="params")).to_contain_text(EVIL[0])
    expect(card.get_by_role("list", name="metrics")).to_contain_text(EVIL[1])
    expect(card.get_by_role("progressbar", name=EVIL[1])).to_be_visible()
    _nothing_ran(page)
    (notebook.path.parent / "go").touch()
    notebook.finish()
    expect(card).to_have_count(0)
    expect(area).to_contain_text("FAILED")
    expect(area).to_contain_text(EVIL[0])
    _nothing_ran(page)


def test_a_table_shows_it_and_works(notebook, page):
    notebook.run(HOSTILE)
    table = Table(notebook.run("%runs"))
    for name in EVIL[:3]:
        expect(table.row(name)).to_be_visible()
    table.head("depth").click()
    expect(table.head("depth")).to_have_attribute("aria-sort", "ascending")
    table.row(EVIL[1]).dblclick()
    details = table.area.get_by_role("region", name="details of the run")
    expect(details).to_contain_text("depth")
    table.grid.press("Escape")
    table.filter.fill(f"params.p = '{EVIL[0]}'")
    table.filter.press("Enter")
    expect(table.count).to_contain_text("1 of 10 runs")
    _unfold(table.area)
    _nothing_ran(page)
    _is_harmless_without_a_kernel(notebook, EVIL[0])


def test_a_comparison_shows_it_and_works(notebook, page):
    notebook.run(HOSTILE)
    compare = Comparison(notebook.run("%compare"))
    expect(compare.area).to_contain_text(EVIL[1])  # the experiment
    compare.brush("depth", 0.1, 0.6)
    axis = compare.axis("depth")
    expect(axis).to_have_accessible_name(re.compile("brushed"))
    expect(compare.differences.get_by_role("columnheader").nth(0)).to_be_attached()
    box = compare.scatter.get_by_role("img").bounding_box()
    for x in range(0, int(box["width"]), 20):  # over the points, whose names are shown
        page.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
    _unfold(compare.area)
    _nothing_ran(page)
    _is_harmless_without_a_kernel(notebook, EVIL[1])


def test_a_run_shows_it_and_works(notebook, page):
    notebook.run(HOSTILE)
    notebook.run("runs = shelduck.search_runs(order_by=['params.depth']).run_id")
    for i, name in enumerate(EVIL):
        run = _shown(notebook, i)
        expect(run.get_by_role("region", name="Params", exact=True)).to_contain_text(name[:4])
        _unfold(run)
        for file in run.get_by_role("treeitem").all():
            file.click()
            expect(file).to_have_attribute("aria-selected", "true")
        run.get_by_role("button", name="enlarge its curve").first.press("Enter")
        expect(run.get_by_role("figure").get_by_role("img", name="3 points")).to_be_visible()
        _nothing_ran(page)
        notebook.clear()
    run = _shown(notebook, 1)
    run.press("F2")
    run.get_by_role("textbox", name="Rename").fill(f"again {EVIL[1]}")
    run.get_by_role("textbox", name="Rename").press("Enter")
    expect(run.get_by_role("heading", level=2)).to_contain_text(f"again {EVIL[1]}")
    notebook.wait_for_html(lambda html: "again" in html)
    _nothing_ran(page)
    _is_harmless_without_a_kernel(notebook, f"again {EVIL[1]}")


def test_it_would_run_if_it_were_markup(notebook, page):
    notebook.run(f"from IPython.display import HTML\nHTML({EVIL[1]!r})")
    page.wait_for_function("globalThis.pwned === 1")
    page.evaluate("delete globalThis.pwned")


@pytest.mark.parametrize("panel", ["RunTable()", "Compare()", "RunView(last)"])
def test_a_mailed_page_is_harmless(notebook, browser, panel):
    notebook.run(HOSTILE)
    notebook.run("last = shelduck.search_runs(order_by=['params.depth']).iloc[1]")
    notebook.run(f"shelduck.{panel}.save('page.html')")
    page = browser.new_page()
    page.goto((notebook.path.parent / "page.html").as_uri())
    expect(page.locator("body")).to_contain_text(EVIL[1])
    _nothing_ran(page)
    page.close()


def _shown(notebook: Notebook, i: int) -> Locator:
    area = notebook.run(f"shelduck.RunView(runs[{i}])")
    return area.get_by_role("article", name="A run")


def _unfold(area: Locator) -> None:
    """Open what is folded away."""
    for button in area.get_by_role("button", expanded=False).all():
        button.click()


def _nothing_ran(page: Page) -> None:
    """See that nothing has run, when all that was under way has had its time."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("globalThis.pwned") is None
    assert (
        page.locator("[src=x], [onload], [onerror], [srcdoc*=pwned]:not([sandbox=''])").count() == 0
    )


def _is_harmless_without_a_kernel(notebook: Notebook, words: str) -> None:
    notebook.reopen_without_kernel()
    expect(notebook.outputs.last).to_contain_text(words)
    _nothing_ran(notebook.page)

"""What outlives the kernel: the saved notebook shows the last state, a saved page needs nobody."""

import pytest
from playwright.sync_api import expect
from seed import sweep

from table import Table


def test_the_table_reopened_without_a_kernel_is_as_it_was_left(notebook):
    notebook.run(sweep())
    table = Table(notebook.run("%runs"))
    table.filter.fill("params.model = 'lasso'")
    table.filter.press("Enter")
    expect(table.count).to_contain_text(" of 40 runs")
    table.head("rmse").click()
    expect(table.head("rmse")).to_have_attribute("aria-sort", "ascending")
    names = table.cells("name")
    table.row(names[1]).click()
    notebook.wait_for_html(lambda html: "selected" in html and html.find(names[0]) > 0)
    notebook.reopen_without_kernel()
    saved = notebook.outputs.last.get_by_role("table").first
    expect(saved).to_contain_text(names[0])
    rows = [row.inner_text() for row in saved.get_by_role("row").all()[1:]]
    assert [next(n for n in names if n in row) for row in rows] == names[: len(rows)]
    expect(notebook.outputs.last).to_contain_text("params.model = 'lasso'")


def test_the_comparison_reopened_without_a_kernel_shows_the_plots(notebook):
    notebook.run(sweep())
    area = notebook.run("%compare")
    expect(area.get_by_role("img", name="Parallel coordinates of 40 runs")).to_be_attached()
    notebook.reopen_without_kernel()
    saved = notebook.outputs.last
    expect(saved.locator("svg").first).to_be_visible()
    expect(saved).to_contain_text("learning_rate")
    expect(saved.get_by_role("combobox")).to_have_count(0)


def test_the_run_reopened_without_a_kernel_is_there_in_full(notebook):
    notebook.run("%%track first\nalpha = 0.5\nrmse = alpha * 13")
    area = notebook.run("%run_info first")
    expect(area.get_by_role("region", name="Params", exact=True)).to_contain_text("alpha")
    notebook.reopen_without_kernel()
    expect(notebook.outputs.last).to_contain_text("alpha")
    expect(notebook.outputs.last).to_contain_text("6.5")
    expect(notebook.outputs.nth(2)).to_contain_text("FINISHED")  # the card of the cell itself


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        ("shelduck.RunTable()", "xgboost"),
        ("shelduck.Compare()", "learning_rate"),
        ("shelduck.RunView(shelduck.search_runs(max_results=1))", "max_depth"),
    ],
)
def test_a_saved_page_works_with_neither_kernel_nor_network(notebook, browser, shown, says):
    notebook.run(sweep())
    notebook.run(f"{shown}.save('page.html')")
    context = browser.new_context(offline=True)
    page, asked, faults = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((notebook.path.parent / "page.html").as_uri())
    expect(page.locator("body")).to_contain_text(says)
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert faults == []
    context.close()

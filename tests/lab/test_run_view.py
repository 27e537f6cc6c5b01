"""One run in full in JupyterLab: opened, read, edited, and walked through by keyboard."""

from playwright.sync_api import Locator, expect

from lab import Notebook
from table import Table

CELL = """%%track xgb
# three values, so that there is something to see
shelduck.log_params({"max_depth": 6, "eta": 0.3})
for step in range(20):
    shelduck.log_metric("rmse", 6 + 3 / (step + 1), step=step)
    shelduck.log_metric("mae", 5 + 2 / (step + 1), step=step)
shelduck.log_metric("r2", 0.8)
shelduck.set_tag("developer", "ann")
"""
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
PAGE = (
    "<h1>A report</h1><script>document.querySelector('h1').textContent = 'A trap'</script>"
    "<img src='http://127.0.0.1:9/x.png' onerror='top.pwned = 1'>"
)
ARTIFACTS = f'''
import base64, pathlib
pathlib.Path("pixel.png").write_bytes(base64.b64decode("{PIXEL}"))
with shelduck.start_run(run_name="with files"):
    shelduck.log_text("Some words.", "notes/words.txt")
    shelduck.log_text("bird,trips\\nshelduck,12\\nheron,7\\n", "trips.csv")
    shelduck.log_text({PAGE!r}, "report.html")
    shelduck.log_artifact("pixel.png")
'''


def test_a_run_is_shown_in_full(notebook):
    notebook.run(CELL)
    run = _open(notebook)
    expect(run.get_by_role("heading", level=2)).to_contain_text("xgb")
    for words in ("FINISHED", "taxi.ipynb"):
        expect(run.get_by_role("list").first).to_contain_text(words)
    expect(_row(run, "Params", "max_depth")).to_contain_text("6")
    expect(_row(run, "Tags", "developer")).to_contain_text("ann")
    expect(_row(run, "Metrics", "r2")).to_contain_text("0.8")
    expect(_row(run, "Metrics", "rmse")).to_contain_text("6.15")
    expect(_part(run, "Load it")).to_contain_text("shelduck.get_run(")


def test_a_curve_is_enlarged_and_read_point_by_point(notebook):
    notebook.run(CELL)
    run = _open(notebook)
    metrics = _part(run, "Metrics")
    small = metrics.get_by_role("button", name="rmse, last 6.15")
    expect(small.locator("path")).to_be_attached()
    small.press("Enter")
    expect(small).to_have_attribute("aria-pressed", "true")
    large = metrics.get_by_role("figure").get_by_role("img")
    large.press("Home")
    expect(metrics.get_by_role("status")).to_contain_text("9")  # 6 + 3 at the first step
    large.press("Escape")
    expect(large).to_have_count(0)
    expect(small).to_be_focused()


def test_artifacts_are_previewed(notebook):
    notebook.run(ARTIFACTS)
    files = _part(_open(notebook), "Artifacts")
    files.get_by_role("treeitem", name="words.txt").click()
    expect(files).to_contain_text("Some words.")
    files.get_by_role("treeitem", name="trips.csv").click()
    rows = files.get_by_role("region", name="Rows of the table").get_by_role("row")
    expect(rows).to_have_text(["birdtrips", "shelduck12", "heron7"])
    files.get_by_role("treeitem", name="pixel.png").click()
    picture = files.get_by_role("img", name="pixel.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("e => e.naturalWidth") == 1


def test_a_page_is_shown_and_executes_nothing(notebook, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    notebook.run(ARTIFACTS)
    files = _part(_open(notebook), "Artifacts")
    files.get_by_role("treeitem", name="report.html").click()
    expect(files.get_by_text("Its scripts are switched off here.")).to_be_visible()
    inside = files.frame_locator("iframe[title='report.html']")
    expect(inside.get_by_role("heading")).to_have_text("A report")
    assert page.evaluate("globalThis.pwned") is None
    assert not [url for url in asked if "x.png" in url]


def test_a_name_edited_on_screen_is_there_in_python(notebook, page):
    notebook.run(CELL)
    run = _open(notebook)
    run.focus()
    page.keyboard.press("F2")
    expect(run.get_by_role("textbox", name="Rename")).to_be_focused()
    page.keyboard.type("the good one")
    page.keyboard.press("Enter")
    expect(run.get_by_role("heading", level=2)).to_contain_text("the good one")
    notebook.run("print(shelduck.find_run('the good one').info.status)")
    assert notebook.text().strip() == "FINISHED"


def test_a_note_is_written_in_markdown(notebook):
    notebook.run(CELL)
    note = _part(_open(notebook), "Note")
    note.get_by_role("button", name="Edit the note").press("Enter")
    box = note.get_by_role("textbox", name="The note, in markdown")
    box.press_sequentially("# Deeper")
    box.press("Enter")
    box.press("Enter")
    box.press_sequentially("**no** better, <b>see</b> [why](javascript:alert(1))")
    box.press("Control+Enter")
    expect(note.get_by_role("heading", name="Deeper")).to_be_visible()
    expect(note).to_contain_text("no better, <b>see</b>")
    expect(note.get_by_role("link")).to_have_count(0)
    notebook.run("print(shelduck.find_run('xgb').data.tags['mlflow.note.content'])")
    assert notebook.text().startswith("# Deeper\n\n**no** better")


def test_a_tag_is_added_changed_and_removed(notebook):
    notebook.run(CELL)
    tags = _part(_open(notebook), "Tags")
    tags.get_by_role("textbox", name="New tag: name").fill("stage")
    tags.get_by_role("textbox", name="New tag: value").fill("trial")
    tags.get_by_role("textbox", name="New tag: value").press("Enter")
    row = tags.get_by_role("row").filter(has_text="stage")
    row.get_by_role("button", name="trial").press("F2")
    row.get_by_role("textbox").fill("final")
    row.get_by_role("textbox").press("Enter")
    expect(row).to_contain_text("final")
    row.get_by_role("button", name="Remove the tag stage").click()
    expect(row).to_have_count(0)
    expect(tags).to_contain_text("ann")


def test_the_runs_of_a_cell_are_walked_through_by_keyboard(notebook, page):
    notebook.run(CELL)
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    run = _open(notebook)
    where = run.get_by_role("navigation", name="Runs of this cell")
    expect(where).to_contain_text("attempt 2 of 2")
    cells = len(notebook.save().cells)
    run.focus()
    page.keyboard.press("[")
    expect(where).to_contain_text("attempt 1 of 2")
    expect(where.get_by_role("button", name="Previous run")).to_be_disabled()
    page.keyboard.press("]")
    expect(where).to_contain_text("attempt 2 of 2")
    assert len(notebook.save().cells) == cells  # the notebook took no key for its own


def test_the_source_has_colours(notebook):
    notebook.run(CELL)
    source = _open(notebook).get_by_role("region", name="Source of the cell")
    expect(source).to_contain_text('shelduck.log_params({"max_depth": 6, "eta": 0.3})')
    colour = "e => getComputedStyle(e).color"
    kinds = ["# three values", '"max_depth"', "for"]
    assert len({source.get_by_text(kind).first.evaluate(colour) for kind in kinds}) == 3


def test_a_run_is_opened_from_the_table(notebook):
    notebook.run(CELL)
    table = Table(notebook.run("%runs"))
    table.row("xgb").dblclick()
    table.area.get_by_role("button", name="Open", exact=True).click()
    run = table.area.get_by_role("article", name="A run")
    expect(run.get_by_role("heading", level=2)).to_contain_text("xgb")
    expect(_row(run, "Params", "eta")).to_contain_text("0.3")


def test_a_failed_run_shows_why_and_one_under_way_what_is_new(notebook):
    notebook.run("%%track broken\nraise ValueError('no such depth')")
    run = _open(notebook)
    expect(run).to_contain_text("FAILED")
    expect(run.get_by_text("ValueError: no such depth").first).to_be_visible()
    notebook.run("going = shelduck.start_run(run_name='going')")
    run = _open(notebook, "going")
    expect(run).to_contain_text("RUNNING")
    notebook.run("shelduck.log_metric('rmse', 4); shelduck.end_run()")
    expect(run).to_contain_text("FINISHED")
    expect(_row(run, "Metrics", "rmse")).to_contain_text("4")


def test_the_keyboard_alone_reaches_every_part(notebook, page):
    notebook.run(CELL + 'shelduck.log_text("Some words.", "notes/words.txt")\n')
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    run = _open(notebook)
    cells = len(notebook.save().cells)
    run.focus()
    met = _tabbed_through(run)
    wanted = ("Rename", "Previous run", "Edit the note", "enlarge its curve", "Copy the source")
    for name in wanted:
        assert any(name in label for label in met), (name, met)
    environment = _part(run, "Environment")
    environment.get_by_role("button", name="Environment").press("Enter")
    expect(environment.get_by_role("rowheader", name="numpy", exact=True)).to_be_visible()
    tree = run.get_by_role("tree", name="Artifacts")
    tree.get_by_role("treeitem", name="notes").focus()
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(tree.get_by_role("treeitem", selected=True)).to_contain_text("words.txt")
    expect(_part(run, "Artifacts")).to_contain_text("Some words.")
    assert len(notebook.save().cells) == cells


def _open(notebook: Notebook, which: str = "") -> Locator:
    """Show a run, or the last one, and return its panel."""
    return notebook.run(f"%run_info {which}").get_by_role("article", name="A run")


def _part(run: Locator, title: str) -> Locator:
    return run.get_by_role("region", name=title, exact=True)


def _row(run: Locator, title: str, key: str) -> Locator:
    """The row of a name in a part."""
    name = run.page.get_by_role("rowheader", name=key, exact=True)
    return _part(run, title).get_by_role("row").filter(has=name)


def _tabbed_through(run: Locator) -> list[str]:
    """The names of what the Tab key comes to, until it leaves."""
    label = "e => e.contains(document.activeElement) && (document.activeElement.ariaLabel ?? '-')"
    met: list[str] = []
    while (name := run.evaluate(label)) is not False:
        met.append(name)
        run.page.keyboard.press("Tab")
    return met

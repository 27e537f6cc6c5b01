import json
import sys

import nbformat
import pytest

from shelduck.demo.notebook import execute, write_html
from shelduck.errors import ShelduckError


@pytest.fixture
def notebook(tmp_path):
    def write(*cells):
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        made.cells.insert(0, nbformat.v4.new_markdown_cell("# A title"))
        for cell in made.cells[1:]:
            cell.outputs = [nbformat.v4.new_output("stream", text="of another day\n")]
        path = tmp_path / "made.ipynb"
        nbformat.write(made, path)
        return path

    return write


def printed(path):
    cells = nbformat.read(path, as_version=4).cells[1:]
    return ["".join(o.text for o in cell.outputs if o.output_type == "stream") for cell in cells]


def test_cells_run_in_order_in_the_notebooks_folder_by_this_interpreter(
    notebook, tmp_path, monkeypatch
):
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["false"], "display_name": "x", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    path = notebook(
        "import os, sys\nprint(sys.executable)",
        "print(os.getcwd())",
        "print(os.environ['JPY_SESSION_NAME'], os.environ['COLOUR'])",
    )
    execute(path, {"COLOUR": "blue"})
    assert printed(path) == [f"{sys.executable}\n", f"{tmp_path}\n", f"{path} blue\n"]


def test_each_cell_has_a_line(notebook, capsys):
    execute(notebook("a = 1\nb = 2", "print(a)"), {})
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["1", "of", "2", "a", "=", "1", first.split()[-2], "s"]
    assert second.split()[:4] == ["2", "of", "2", "print(a)"]


def test_a_failing_cell_is_named_and_the_rest_left_empty(notebook):
    path = notebook("print('one')", "print('two')\n1 / 0", "print('three')")
    with pytest.raises(ShelduckError) as caught:
        execute(path, {})
    message = str(caught.value)
    assert message.startswith("cell 2 of 3 failed")
    assert "ZeroDivisionError: division by zero" in message
    assert str(path) in message
    assert "\x1b" not in message
    assert printed(path) == ["one\n", "two\n", ""]
    failed = nbformat.read(path, as_version=4).cells[2]
    assert [o.ename for o in failed.outputs if o.output_type == "error"] == ["ZeroDivisionError"]


def test_a_kernel_that_dies_is_said(notebook):
    path = notebook("print('one')", "import os\nos._exit(1)")
    with pytest.raises(ShelduckError, match=r"cell 2 of 2 failed\.\nKernel died"):
        execute(path, {})
    assert printed(path)[0] == "one\n"


def test_the_page_loads_nothing(notebook):
    path = notebook("1")
    html = write_html(path)
    assert html == path.with_suffix(".html")
    page = html.read_text(encoding="utf-8")
    assert "A title" in page
    assert "<script" not in page
    assert "<link" not in page

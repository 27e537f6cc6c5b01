"""Figures and images as artifacts."""

from __future__ import annotations

import numpy as np
import pytest

from shelduck.errors import BadValue


@pytest.fixture
def run(shelduck):
    with shelduck.start_run() as run:
        yield run


def picture(shelduck, path):
    from PIL import Image

    return Image.open(shelduck.download_artifacts(artifact_path=path))


def test_a_figure_in_the_format_of_its_name(shelduck, run):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2, 3])
    shelduck.log_figure(figure, "plots/loss.png", save_kwargs={"dpi": 50})
    shelduck.log_figure(figure, "plots/loss.svg")
    assert picture(shelduck, "plots/loss.png").size == (100, 50)
    with open(shelduck.download_artifacts(artifact_path="plots/loss.svg")) as svg:
        assert "<svg" in svg.read()


@pytest.mark.parametrize(
    ("array", "pixel"),
    [
        (np.full((4, 6), 200, "uint8"), 200),
        (np.full((4, 6), 200, "int64"), 200),
        (np.full((4, 6, 1), 0.5), 128),
        (np.full((4, 6, 3), 1.0, "float32"), (255, 255, 255)),
        (np.full((4, 6), 1.7), 255),
        (np.full((4, 6), True), 255),
        (np.full((4, 6, 4), 7, "uint8"), (7, 7, 7, 7)),
    ],
)
def test_an_array_is_a_picture(shelduck, run, array, pixel):
    shelduck.log_image(array, "x.png")
    found = picture(shelduck, "x.png")
    assert found.size == (6, 4)
    assert found.getpixel((5, 3)) == pixel


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full((4, 6), 256), "0 to 255, not 256"),
        (np.full((4, 6), -1), "not -1"),
        (np.zeros((4, 6, 2)), "not the shape"),
        (np.zeros(4), "not the shape"),
    ],
)
def test_what_is_no_picture_is_refused(shelduck, run, array, message):
    with pytest.raises(BadValue, match=message):
        shelduck.log_image(array, "x.png")


def test_a_picture_of_pillows(shelduck, run):
    from PIL import Image

    shelduck.log_image(Image.new("RGB", (3, 2), (9, 8, 7)), "x.png")
    assert picture(shelduck, "x.png").getpixel((0, 0)) == (9, 8, 7)


def test_a_series_of_steps(shelduck, run):
    for step in range(3):
        shelduck.log_image(np.zeros((2, 2)), key="conv/1", step=step, timestamp=5)
    assert [f.path for f in shelduck.list_artifacts(artifact_path="images")] == [
        f"images/conv#1%step%{step}%timestamp%5.png" for step in range(3)
    ]
    with pytest.raises(BadValue, match="artifact_file, or the key"):
        shelduck.log_image(np.zeros((2, 2)))

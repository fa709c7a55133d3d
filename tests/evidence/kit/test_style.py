"""Figures are vectors, and pixels only where vectors would be too many."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import select_figure_formats

from evidence.kit import style


@pytest.mark.parametrize(("most", "kind"), [(style.LARGEST, "image/svg+xml"), (99, "image/png")])
def test_a_figure_is_one_image_and_its_pixels_only_where_its_vectors_are_many(
    most, kind, monkeypatch
):
    monkeypatch.setattr(style, "LARGEST", most)
    shell = InteractiveShell()
    select_figure_formats(shell, {"png"})
    style.show_vectors(shell.display_formatter.formatters)
    with style.panels(1, 1.0) as (figure, _):
        pass
    shown, _ = shell.display_formatter.format(figure)
    assert set(shown) == {kind, "text/plain"}

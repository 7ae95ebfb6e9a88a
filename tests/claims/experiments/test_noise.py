import numpy as np
import pytest
from matplotlib.figure import Figure

from r1gym.claims.experiments import noise, noise_kinds


def test_the_grid_is_whole_and_a_seed_is_done_before_the_next(tmp_path):
    cells = noise.grid(tmp_path)
    size = len(noise.RATES) ** 2
    assert len({cell.file for cell in cells}) == len(cells) == size * len(noise.SEEDS)
    assert {cell.seed for cell in cells[:size]} == {0}


def result(fp, fn, seed, after):
    settings = {"false_positive": fp, "false_negative": fn}
    return {"settings": settings, "seed": seed, "found": {"before": 0.1, "after": after}}


def test_draws_what_there_is(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(Figure, "savefig", lambda self, path, dpi: seen.append((self, path)))
    results = [result(0.0, 0.0, 0, 0.8), result(0.0, 0.0, 1, 0.6), result(0.4, 0.6, 0, 0.1)]
    noise.draw_cells(results, tmp_path / "new" / "noise.png")
    figure, path = seen[0]
    assert path == tmp_path / "new" / "noise.png"
    grid = figure.axes[0]
    shown = np.asarray(grid.images[0].get_array())
    assert shown[0, 0] == pytest.approx(0.7)
    assert shown[1, 1] == pytest.approx(0.1)
    assert np.isnan(shown[0, 1])
    assert {text.get_text() for text in grid.texts} == {"0.70\n±0.14", "0.10"}


def test_the_line_joins_rates_that_add_up_to_1(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(Figure, "savefig", lambda self, path, dpi: seen.append(self))
    results = [result(fp, fn, 0, 0.5) for fp in noise.RATES for fn in noise.RATES]
    noise.draw_cells(results, tmp_path / "noise.png")
    x, y = seen[0].axes[0].lines[0].get_data()
    step = noise.RATES[1] - noise.RATES[0]
    assert [(a + b) * step for a, b in zip(x, y, strict=True)] == pytest.approx([1.0, 1.0])


def test_kinds_of_errors_are_cells_with_their_rates(tmp_path, monkeypatch):
    asked = []

    def run(folder, seed, fp, fn, steps):
        asked.append((fp, fn))
        return {"before": 0.1, "after": 1 - fp - fn / 2, "gain": 0.0}

    monkeypatch.setattr(noise, "run", run)
    found = noise_kinds.run(tmp_path, 0, rate=0.3)
    assert asked == [(0.0, 0.0), (0.3, 0.0), (0.0, 0.3), (0.3, 0.7)]
    assert found["positives_cost"] == pytest.approx(0.15)
    assert found["before"] == 0.1

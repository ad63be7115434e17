"""`allostasis receptor curve` and `record`: what they print and write, what they refuse, and that nothing is half-written."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from allostasis.cli import compile_cache, main
from allostasis.drawing import chart, svg
from allostasis.receptor.curves import ec_fraction_gaba, open_probability
from allostasis.receptor.dwell import open_times, opening_frequency
from allostasis.receptor.gating import kinetics
from allostasis.receptor.modulator import Modulator
from allostasis.report import receptor_figures
from allostasis.report.figure_command import write_figures
from allostasis.report.log_axis import log_axis

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def no_cache(monkeypatch):
    """Compiled programs of the tests stay out of the user's cache folder."""
    monkeypatch.setattr(compile_cache, "enable", lambda: None)


def status(*arguments) -> int:
    """Run the command in this process; its exit status."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code or 0


def page_of(path: Path) -> tuple[str, dict]:
    """Text of a page without its scripts, and its figures."""
    text = path.read_text(encoding="utf-8")
    figures = json.loads(re.search(r'<script type="application/json" id="figures">(.*?)</script>', text, re.DOTALL)[1])
    return re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL), figures


def test_curves_of_the_model(tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ("--ligand", "Valium", "--compare", "imidazenil,DMCM", "--gaba", "5 uM", "--with", "flumazenil 0.1 uM")
    assert status("receptor", "curve", "--receptor", "a1b3g2", *arguments, "--coupling", "1", "--out", out) == 0
    assert {p.name for p in out.iterdir()} == {"curve.csv", "curve.html", "fit.csv", "run.json"}
    fit = pd.read_csv(out / "fit.csv").set_index("curve")
    assert list(fit.index[:3]) == ["diazepam", "diazepam + flumazenil 100 nM", "imidazenil"]
    alone, shifted = fit.loc["diazepam"], fit.loc["diazepam + flumazenil 100 nM"]
    half = float(open_probability("a1b3g2", 5.0, {"diazepam": alone.ec50}))
    assert half == pytest.approx((alone.bottom + alone.emax) / 2, rel=1e-6)
    assert alone.hill == pytest.approx(1, abs=1e-4)
    assert fit.loc["imidazenil"].ec50 < alone.ec50
    assert fit.loc["imidazenil"].emax < alone.emax
    assert fit.loc["DMCM"].turning > 0
    assert np.isnan(fit.loc["DMCM"].hill)
    printed = capsys.readouterr()
    assert f"flumazenil 100 nM shifts diazepam {shifted.ec50 / alone.ec50:.0f}-fold" in printed.out
    assert "DMCM turns round at" in printed.out
    assert "EC50 [nM]" in printed.out
    assert max(len(line) for line in printed.out.splitlines() if "Written" not in line) <= 80
    assert printed.err == ""
    table = pd.read_csv(out / "curve.csv")
    rows = table[table.curve == "diazepam"]
    expected = open_probability("a1b3g2", 5.0, {"diazepam": rows.concentration.to_numpy()})
    np.testing.assert_allclose(rows.open_probability, expected, rtol=1e-4)
    np.testing.assert_allclose(rows.hill_equation, expected, rtol=1e-4)
    text, figures = page_of(out / "curve.html")
    assert set(figures) >= {"plot-curves", "plot-potency", "plot-efficacy"}
    assert "://" not in re.sub(r"http://www\.w3\.org/\S+", "", text)
    assert "most potent" in text
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["made_by"] == "allostasis"
    assert len(record["curves"]) == 6


def test_gaba_curves_of_several_receptors(tmp_path, capsys):
    out = tmp_path / "out"
    receptors = [part for name in ("a1b3g2", "a4b2d") for part in ("--receptor", name)]
    assert status("receptor", "curve", "--ligand", "gaba", *receptors, "--out", out) == 0
    fit = pd.read_csv(out / "fit.csv").set_index("receptor")
    assert fit.unit.tolist() == ["uM", "uM"]
    for name in fit.index:
        assert fit.loc[name].ec50 == pytest.approx(float(ec_fraction_gaba(name, 0.5)), rel=1e-9)
    assert "\N{MICRO SIGN}M" in capsys.readouterr().out
    _, figures = page_of(out / "curve.html")
    assert "plot-rest" in figures  # two sites are no Hill curve


DATA = {"full <b>": (90.0, 30.0), "partial": (45.0, 1.5)}


@pytest.fixture
def data(tmp_path) -> Path:
    """Two curves with replicates, and one that is flat."""
    rng, rows = np.random.default_rng(2), ["concentration,response,curve"]
    for name, (emax, ec50) in DATA.items():
        for x in np.repeat([0, *np.geomspace(0.1, 1000, 9)], 2):
            rows += [f"{x:.6g},{emax * x / (x + ec50) + rng.normal(0, 2):.4f},{name}"]
    rows += [f"{x},{k % 3 - 1},flat" for k, x in enumerate([0, 0, 1, 1, 10, 10, 100, 100])]
    path = tmp_path / "data.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("profile", [False, True], ids=["covariance", "profile"])
def test_own_data_are_fitted(data, tmp_path, capsys, profile):
    out = tmp_path / "out"
    more = ["--profile-likelihood"] if profile else []
    assert status("receptor", "curve", "--data", data, "--unit", "nM", "--bottom", "0", *more, "--out", out) == 0
    assert {p.name for p in out.iterdir()} == {"curve.csv", "curve.html", "fit.csv", "run.json"}
    fit = pd.read_csv(out / "fit.csv").set_index("curve")
    for name, (emax, ec50) in DATA.items():
        row = fit.loc[name]
        assert row.ec50_low < ec50 < row.ec50_high
        assert row.emax_low < emax < row.emax_high
        assert row.identified
        assert row.method == ("profile" if profile else "covariance")
    assert not fit.loc["flat"].identified
    printed = capsys.readouterr().out
    assert "(!) flat is not determined by its data" in printed
    assert printed.count(": differ (F(1, ") == 2  # EC50, Emax
    assert max(len(line) for line in printed.splitlines() if "Written" not in line) <= 80
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert {test["question"] for test in record["tests"]} == {"same ec50", "same emax"}
    text, figures = page_of(out / "curve.html")
    assert "full &lt;b&gt;" in text
    assert "full <b>" not in text
    assert "is not determined by its data" in text
    dotted = [trace for trace in figures["plot-curves"]["data"] if trace.get("line", {}).get("dash") == "dot"]
    assert len(dotted) == 1


@pytest.mark.parametrize("modulator", [None, "benzodiazepine", "barbiturate"])
def test_record_prints_estimates_beside_exact_numbers(tmp_path, capsys, modulator):
    out = tmp_path / "out"
    more = [] if modulator is None else ["--modulator", modulator, "--occupancy", "0.5"]
    assert status("receptor", "record", "--gaba", "2 uM", "--seconds", "30", "--seed", "4", *more, "--out", out) == 0
    assert {p.name for p in out.iterdir()} == {"record.csv", "record.html", "summary.csv", "ipsc.csv", "run.json"}
    model = kinetics(modulators=[Modulator(modulator, 0.5)] if modulator else [], celsius=22.0)
    found = pd.read_csv(out / "summary.csv").set_index("quantity")
    exact = {"opening frequency": opening_frequency(model, 2.0), "mean open time": open_times(model, 2.0).mean}
    for name, value in exact.items():
        row = found.loc[name]
        assert row.exact == pytest.approx(value)
        assert abs(row.value - value) < 5 * row.standard_error
    dwells = pd.read_csv(out / "record.csv")
    assert dwells.duration_ms.sum() == pytest.approx(30_000)
    assert (dwells.open.diff().dropna().abs() == 1).all()
    whole = dwells[(dwells.open == 1) & (dwells.complete == 1)]
    assert whole.duration_ms.mean() == pytest.approx(found.loc["mean open time"].value, rel=1e-4)
    currents = pd.read_csv(out / "ipsc.csv")
    assert currents.curve.nunique() == (1 if modulator is None else 2)
    assert currents.current_pA.max() > 5
    printed = capsys.readouterr()
    assert " ± " in printed.out
    assert ("exact  without" in printed.out) == (modulator is not None)
    assert printed.err == ""
    text, figures = page_of(out / "record.html")
    assert set(figures) == {"plot-trace-0", "plot-trace-1", "plot-open", "plot-shut", "plot-ipsc", "plot-ipsc-scaled"}
    assert "± standard error" in text


def test_a_record_is_that_of_its_seed(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert (
            status("receptor", "record", "--gaba", "10 uM", "--seconds", "2", "--seed", seed, "--out", tmp_path / name)
            == 0
        )
    a, b, c = ((tmp_path / name / "record.csv").read_bytes() for name in "abc")
    assert a == b != c


def test_a_record_without_an_opening_is_written(tmp_path, capsys):
    arguments = ("--gaba", "0.001 uM", "--seconds", "0.005", "--celsius", "20", "--scheme", "jones_westbrook")
    assert status("receptor", "record", *arguments, "--out", tmp_path / "out") == 0
    assert "none" in capsys.readouterr().out
    _, figures = page_of(tmp_path / "out" / "record.html")
    assert "plot-open" not in figures
    assert "plot-ipsc" in figures


@pytest.mark.parametrize(
    ("arguments", "taught"),
    [
        (["curve", "--out", "OUT"], "--ligand or --data"),
        (["curve", "--ligand", "diazepam"], "--out"),
        (["curve", "--ligand", "diazepan", "--out", "OUT"], "did you mean 'diazepam'"),
        (["curve", "--ligand", "diazepam", "--receptor", "a1b3", "--out", "OUT"], "without constants of GABA"),
        (["curve", "--ligand", "diazepam", "--receptor", "a1g2", "--out", "OUT"], "receptor"),
        (["curve", "--ligand", "diazepam", "--gaba", "5", "--out", "OUT"], "has no unit"),
        (["curve", "--ligand", "diazepam", "--gaba", "-5 uM", "--out", "OUT"], "out of range"),
        (["curve", "--ligand", "diazepam", "--gaba", "EC0", "--coupling", "2", "--out", "OUT"], "coupling"),
        (["curve", "--ligand", "GABA", "--gaba", "5 uM", "--out", "OUT"], "leave --gaba out"),
        (["curve", "--ligand", "GABA", "--compare", "diazepam", "--out", "OUT"], "one by one"),
        (["curve", "--ligand", "diazepam", "--with", "flumazenil", "--out", "OUT"], "write 'flumazenil 100 nM'"),
        (["curve", "--ligand", "diazepam", "--with", "flumazenil 5 mg", "--out", "OUT"], "wrong dimension"),
        (["curve", "--ligand", "diazepam", "--compare", "Valium", "--out", "OUT"], "asked for twice"),
        (["curve", "--ligand", "diazepam", "--unit", "nM", "--out", "OUT"], "go with --data"),
        (["curve", "--data", "DATA", "--out", "OUT"], "write --unit nM"),
        (["curve", "--data", "DATA", "--unit", "nM", "--gaba", "5 uM", "--out", "OUT"], "--gaba goes with --ligand"),
        (["curve", "--data", "DATA", "--unit", "nM", "--bottom", "low", "--out", "OUT"], "write --bottom 0"),
        (["curve", "--data", "nowhere.csv", "--unit", "nM", "--out", "OUT"], "no such table"),
        (["curve", "--data", "BAD", "--unit", "nM", "--out", "OUT"], "curve 'x' of bad.csv: negative concentration"),
        (["record", "--out", "OUT"], "--gaba"),
        (["record", "--gaba", "2", "--out", "OUT"], "has no unit"),
        (["record", "--gaba", "0 uM", "--out", "OUT"], "above 0 uM"),
        (["record", "--gaba", "2 uM", "--seconds", "0", "--out", "OUT"], "--seconds out of range"),
        (["record", "--gaba", "2 uM", "--seconds", "1e9", "--out", "OUT"], "--seconds out of range"),
        (["record", "--gaba", "2 uM", "--seed", "-1", "--out", "OUT"], "--seed"),
        (["record", "--gaba", "2 uM", "--celsius", "60", "--out", "OUT"], "--celsius out of range"),
        (["record", "--gaba", "2 uM", "--scheme", "mwc", "--out", "OUT"], "mwc_flip"),
        (["record", "--gaba", "2 uM", "--modulator", "alcohol", "--out", "OUT"], "unknown modulator"),
        (["record", "--gaba", "2 uM", "--modulator", "barbiturate", "--occupancy", "2", "--out", "OUT"], "occupancy"),
        (["record", "--gaba", "2 uM", "--occupancy", "0.5", "--out", "OUT"], "go with --modulator"),
        (["record", "--gaba", "2 uM", "--critical", "0 ms", "--out", "OUT"], "critical shut time"),
        (
            [
                "record",
                "--gaba",
                "2 uM",
                "--scheme",
                "jones_westbrook",
                "--modulator",
                "benzodiazepine",
                "--out",
                "OUT",
            ],
            "use scheme 'mwc_flip'",
        ),
    ],
    ids=lambda value: " ".join(value[:-2])[:60] if isinstance(value, list) else "",
)
def test_bad_arguments_are_refused_and_nothing_is_written(tmp_path, data, capsys, arguments, taught):
    (tmp_path / "bad.csv").write_text("concentration,response,curve\n-1,2,x\n", encoding="utf-8")
    named = {"OUT": str(tmp_path / "out"), "DATA": str(data), "BAD": str(tmp_path / "bad.csv")}
    assert status("receptor", *(named.get(argument, argument) for argument in arguments)) == 2
    printed = capsys.readouterr()
    assert taught in printed.err
    assert "Traceback" not in printed.err
    assert {p.name for p in tmp_path.iterdir()} == {"bad.csv", "data.csv"}


@pytest.mark.parametrize("command", ["curve", "record"])
def test_what_fails_while_writing_leaves_nothing(tmp_path, data, monkeypatch, command):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("allostasis.report.page.write_page", broken)
    arguments = {
        "curve": ("--data", data, "--unit", "nM"), "record": ("--gaba", "2 uM", "--seconds", "1"),
    }[command]  # fmt: skip
    assert status("receptor", command, *arguments, "--out", tmp_path / "out") == 1
    assert {p.name for p in tmp_path.iterdir()} == {"data.csv"}


def test_a_former_output_needs_overwrite(tmp_path, capsys):
    arguments = ("receptor", "record", "--gaba", "2 uM", "--seconds", "1", "--out", tmp_path / "out")
    assert status(*arguments) == 0
    assert status(*arguments) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert status(*arguments, "--overwrite") == 0


def test_figures_of_the_pages_are_there_and_made_by_the_command(tmp_path):
    pages = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("receptor.md", "gating.md"))
    for name in receptor_figures.FIGURES:
        assert f"(images/{name}.svg)" in pages
        assert (ROOT / "docs" / "images" / f"{name}.svg").is_file()
    (path,) = write_figures(receptor_figures.FIGURES, tmp_path, ("receptor_dmcm",))
    drawing = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    lines = drawing.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 3
    assert drawing.attrib["aria-label"]
    x = np.array([float(point.split(",")[0]) for point in lines[0].attrib["points"].split()])
    assert (np.diff(x) > 0).all()


def test_text_in_a_drawing_is_escaped():
    line = chart.Series("<b>", 0, [1.0, np.nan, 10.0], [0.0, 0.5, 1.0])
    other = chart.Series("b", 7, [1.0, 10.0], [0.0, 2.0], kind="bars")
    axes = chart.Axis("x & y", 1, 10, log=True), chart.Axis("y", 0, 1)
    drawn = ElementTree.fromstring(chart.chart([chart.Panel('"t"', *axes, [line, other], level=0.5)], 'a "label"'))
    words = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"<b>", "x & y", '"t"'} <= set(words)
    assert svg.text(0, 0, "<", "start").count("&lt;") == 1


def test_a_log_axis_has_a_place_for_the_control():
    axis = log_axis("x", 0.02, 2000, control=0.02)
    assert axis["ticktext"][0] == "0"
    assert axis["ticktext"][-1] == "1000"
    assert log_axis("x", 1e-9, 1e9)["ticktext"][0] == "10⁻⁹"

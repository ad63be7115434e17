"""The report: self-contained, true to the numbers, safe with any text, and readable without its figures."""

import json
import re
import tomllib
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from allostasis import clinic, library
from allostasis.quantity import InputError
from allostasis.report import arms_table, report_html, write_report
from allostasis.report.facts import arm_facts
from allostasis.report.figure_exposure import exposure_section
from allostasis.report.figure_imbalance import imbalance_section
from allostasis.report.tables import case_text, check_rows, status_counts
from allostasis.report.view import MOST_POINTS, View
from allostasis.simulation import Result, load_case, parse_case

EXAMPLES = sorted(
    path for path in (Path(__file__).parents[1] / "examples").glob("*.toml") if "[[arm]]" in path.read_text(encoding="utf-8")
)
EFFECTS = ("sedation", "anticonvulsant", "anxiolysis", "amnesia")
SUBTYPES = ("a1", "a2", "a3", "a5")


def fake(names=("stop", "taper"), intervals=60, every=24.0, patients=1, title="A question") -> Result:
    """A result with invented series: each arm peaks once, the first highest, and every interval has its own band."""
    case = parse_case({
        "title": title, "description": "Why & how?", "horizon": f"{intervals * every:g} h",
        "output": {"every": f"{every * 60:g} min"}, "solver": {"step": "30 min" if every >= 1 else "1 min"},
        "arm": [{"name": name, "regimen": "lorazepam 1 mg po bid for 7 d, then stop"} for name in names],
    })  # fmt: skip
    times = np.arange(intervals + 1) * every
    middle, heights = intervals // 2, 1.2 / (1 + np.arange(len(names)))
    bump = np.exp(-(((np.arange(intervals + 1) - middle) / (intervals / 20)) ** 2))
    factor = 1 + 0.1 * np.arange(patients)
    mean = heights[:, None, None] * factor[None, :, None] * bump[None, None, :]
    dims = ("arm", "patient", "time")
    data = {
        "imbalance_mean": (dims, mean - 0.1), "imbalance_min": (dims, mean - 0.2), "imbalance_max": (dims, mean),
        "imbalance_time_of_max": (dims, np.broadcast_to(times, mean.shape)), "withdrawal_score_max": (dims, 50 * mean),
        "log_inhibition_gain_mean": (dims, 0.1 - 0.05 * mean), "log_adaptation_last": (dims, 0.1 + 0.05 * mean),
        "dose": (("arm", "time", "drug"), np.where(times[None, :, None] < times[middle], 2.0, 0.0) * np.ones((len(names), 1, 1))),
    }  # fmt: skip
    for port, axis, members in (
        ("plasma", "moiety", ("lorazepam",)), ("unbound_brain", "ligand", ("lorazepam",)),
        ("occupancy", "subtype", SUBTYPES), ("effect", "effect", EFFECTS),
    ):  # fmt: skip
        values = np.repeat(10 * mean[..., None], len(members), axis=-1)
        data[f"{port}_mean"] = ((*dims, axis), values)
        data[f"{port}_max"] = ((*dims, axis), values * 1.5)
    coordinates = {
        "arm": list(names), "patient": np.arange(patients), "time": times, "drug": ["lorazepam"], "moiety": ["lorazepam"],
        "ligand": ["lorazepam"], "subtype": list(SUBTYPES), "effect": list(EFFECTS),
    }  # fmt: skip
    used = {"balance.seizure_threshold": library.parameter_set("circuit")["seizure_threshold"]}
    used |= {f"exposure.{p.name}": p for p in library.drug("lorazepam").parameters()}
    return Result(
        xr.Dataset(data, coordinates), case, used, {n: "lorazepam 1 mg oral bid for 7 d, then stop" for n in names},
        {n: 156.0 for n in names}, {"versions": {"allostasis": "0"}, "parameter_hash": "abc", "case": case.model_dump()},
    )  # fmt: skip


def html_of(result: Result) -> str:
    return report_html(result, clinic.summary(result))


def without_scripts(text: str) -> str:
    return re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def embedded_figures(text: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="figures">(.*?)</script>', text, re.DOTALL)[1])


@pytest.fixture(scope="module")
def page() -> str:
    return html_of(fake())


def test_nothing_is_loaded_from_elsewhere(page):
    text = without_scripts(page)
    assert re.findall(r"""(?:src|href|srcset|action)\s*=\s*["']?(?!#|data:)[^\s>"']+""", text) == []
    assert "@import" not in text
    assert "url(" not in text
    assert page.count("plotly.js v") == 1
    assert "default-src 'none'" in text


def test_the_page_has_the_bones_of_an_accessible_one(page):
    text = without_scripts(page)
    assert '<html lang="en">' in text
    assert len(re.findall(r"<h1", text)) == 1
    identifiers = re.findall(r'\bid="([^"]+)"', text)
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'aria-labelledby="([^"]+)"', text)) <= set(identifiers)
    plots = re.findall(r'<div class="plot" id="([^"]+)" role="img" aria-label="([^"]{20,})"', text)
    assert {identifier for identifier, _ in plots} == set(embedded_figures(page))
    assert len(re.findall(r"<h3>In words</h3>", text)) == 5


def test_the_answer_gives_the_numbers_and_no_advice(page):
    answer = unescape(re.search(r'<section class="answer".*?</section>', page, re.DOTALL)[0])
    assert "“stop” crosses the seizure threshold" in answer
    assert "1.20 times the median seizure threshold" in answer.replace("\N{NO-BREAK SPACE}", " ")
    assert "“taper” stays lowest, at 0.60" in answer
    assert "1 of 2 arms crosses" in answer
    text = unescape(without_scripts(page)).lower()
    assert not re.search(r"\b(you should|we recommend|recommended|is safe|safer)\b", text)
    assert "ranking under a calibrated threshold" in text


def test_the_order_of_the_arms_changes_the_answer():
    result = fake(("a", "b"))
    result.data["imbalance_max"][:] = result.data["imbalance_max"].values[::-1]
    assert "“b” crosses the seizure threshold" in html_of(result)


@pytest.mark.parametrize("names", [("only",), tuple(f"arm {k}" for k in range(12))], ids=len)
def test_one_arm_and_twelve(names):
    result = fake(names)
    text = html_of(result)
    arms = View(result).arms
    assert len({(arm.colour, arm.dash) for arm in arms}) == len(names)
    assert all(f"--arm{arm.colour}:" in text for arm in arms)
    assert len(arms_table(result, clinic.summary(result))[1]) == len(names)


def test_hostile_text_stays_text():
    name, title = "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)> \u2028"
    text = html_of(fake((name, "taper"), title=title))
    assert "<script>alert" not in text
    assert "<img" not in without_scripts(text)
    traces = embedded_figures(text)["plot-imbalance"]["data"]
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in {trace.get("name") for trace in traces}


def test_no_trace_is_longer_than_agreed_and_no_peak_is_lost():
    result = fake(intervals=7000)
    text = html_of(result)
    traces = [t for figure in embedded_figures(text).values() for t in figure["data"]]
    assert max(len(t["x"]) for t in traces) <= MOST_POINTS + 1
    assert all(len(t["x"]) == len(t["y"]) for t in traces)
    view = View(result)
    assert view.series("imbalance", "max", view.arms[0]).max() == result.data["imbalance_max"].values.max()
    assert (
        view.series("imbalance", "min", view.arms[0]).min() == result.data["imbalance_min"].sel(arm="stop").values.min()
    )


@pytest.mark.parametrize(
    ("every", "intervals", "unit", "last"),
    [(24.0, 60, "day", 60.0), (0.5, 40, "hour", 20.0), (1 / 60, 120, "minute", 120.0), (0.5, 9600, "day", 200.0)],
)
def test_time_axis_fits_the_run(every, intervals, unit, last):
    view = View(fake(intervals=intervals, every=every))
    assert view.unit == unit
    assert view.starts[-1] == pytest.approx(last)


def test_plasma_is_shown_in_mass_per_volume():
    result = fake()
    panel = exposure_section(View(result)).panels[0]
    shown = max(v for trace in panel.figure["data"] for v in trace["y"])
    highest = float(result.data["plasma_max"].max())
    assert shown == pytest.approx(highest * 321.16 / 1000, rel=1e-4)  # nmol/L x g/mol = ng/L; 1000 mL in a litre


def test_time_axis_is_shared_with_the_doses():
    result = fake()
    view = View(result)
    figure = imbalance_section(view, arm_facts(view, clinic.summary(result))).panels[0].figure
    assert figure["layout"]["xaxis"]["anchor"] == "y2"
    assert {trace.get("xaxis", "x") for trace in figure["data"]} == {"x"}
    doses = next(trace for trace in figure["data"] if trace.get("yaxis") == "y2")
    assert max(doses["y"]) == 2.0


def test_patients_become_medians_with_a_range():
    text = unescape(html_of(fake(patients=3)))
    assert "3 modelled adults" in text
    assert re.search(r"1\.32 \(1\.20 to 1\.44\)", text)


def test_series_that_a_large_population_drops_are_left_out():
    result = fake(patients=2)
    kept = {k: v for k, v in result.data.items() if not re.match(r"plasma|unbound|occupancy|effect_max", str(k))}
    text = html_of(Result(xr.Dataset(kept), *(getattr(result, f) for f in tuple(Result.__dataclass_fields__)[1:])))
    assert "plot-effect-sedation" in text
    assert "plot-plasma" not in text


def test_every_parameter_is_listed_with_its_status(page):
    result = fake()
    counts = status_counts(result.used)
    assert sum(c["count"] for c in counts) == len(result.used)
    assert page.count('<td class="source">') == len(result.used)
    for count in counts:
        assert f"{count['count']} {count['status']}" in page
    assert library.bibliography()["LZAPT83"].citation in unescape(page)


def test_exactness_is_shown_when_it_was_checked(page):
    assert "How exact is this" not in page
    row = {
        "arm": "stop", "quantity": "peak imbalance", "unit": "seizure thresholds", "value": 1.2, "half_step": 1.201,
        "reference": None, "step_error": -0.001, "reference_error": None,
    }  # fmt: skip
    result = fake()
    result.checks["headlines"] = [row, row | {"quantity": "time of the peak", "unit": "h", "value": 720.0}]
    text = html_of(result)
    assert "How exact is this" in text
    assert [r["value"] for r in check_rows(result.checks)] == ["1.2", "day 30"]
    assert "none (rule)" in text


def test_a_foreign_summary_is_refused(tmp_path):
    result = fake()
    other = clinic.summary(fake(("x", "y")))
    with pytest.raises(InputError, match="different arms"):
        write_report(result, other, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_values_that_are_not_finite_leave_a_gap():
    result = fake()
    result.data["plasma_mean"][0, 0, 5] = np.nan
    assert None in [v for t in embedded_figures(html_of(result))["plot-plasma-lorazepam"]["data"] for v in t["y"]]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_case_text_reads_back_as_the_same_case(path):
    case = load_case(path)
    assert parse_case(tomllib.loads(case_text(case.model_dump()))) == case


def test_there_are_examples():
    assert {path.stem for path in EXAMPLES} >= {"lorazepam_stop_or_taper", "flumazenil_overdose_resedation"}


LONG = ("alcohol_symptom_triggered", "alcohol_loading")
"""Examples whose steps of minutes take half a minute; tests/test_protocols.py runs them in short."""


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=pytest.mark.slow) if p.stem in LONG else p for p in EXAMPLES],
    ids=lambda path: path.stem,
)
def test_every_example_runs_and_is_reported(path, tmp_path):
    case = load_case(path)
    assert len(case.description) > 100
    short = case.model_copy(update={"horizon": "150 min" if case.step_h < 0.5 else "195 d"})
    result = clinic.simulate(short)
    summary = clinic.summary(result)
    written = write_report(result, summary, tmp_path / "report.html")
    text = written.read_text(encoding="utf-8")
    assert all(name in unescape(text) for name in summary["arm"])
    assert np.isfinite(summary.select_dtypes("number").to_numpy()).all()
    assert isinstance(summary, pd.DataFrame)


def test_resedation_is_told():
    case = load_case(next(path for path in EXAMPLES if "resedation" in path.stem))
    short = case.model_copy(update={"horizon": "5 h", "arm": case.arm[:2]})
    text = unescape(html_of(clinic.simulate(short)))
    assert "Sedation comes back in 1 of 2 arms" in text
    assert "Most of all in “flumazenil once”" in text

"""Comparison with observed data: a folder made up from a closed form must come out at fold 1."""

import csv
import math

import numpy as np
import pandas as pd
import pytest

from allostasis import library
from allostasis.model import Solver, integrate, records
from allostasis.patient import Patient, allometric
from allostasis.regimen import Dose, schedule
from allostasis.simulation.assemble import assemble
from allostasis.validation.observed import validate
from allostasis.validation.observed.dosing import Input
from allostasis.validation.observed.predict import Predictor
from allostasis.validation.observed.selection import Study

TIMES = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0])
PLAIN = {
    "publication": "Nobody 2001", "matrix": "plasma", "dose_unit": "mg", "n_doses": "1", "dose_times_h": "0",
    "comedication_role": "none",
}  # fmt: skip


def write(folder, studies, observations):
    """Write a folder of observed data; a missing cell is empty."""
    folder.mkdir(exist_ok=True)
    for name, rows in (("studies", studies), ("observations", observations)):
        columns = list(dict.fromkeys(key for row in rows for key in row))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def observed(study_id, times, values):
    return [{"study_id": study_id, "time_h": t, "value": v} for t, v in zip(times, values, strict=True)]


@pytest.fixture(scope="module")
def simple():
    """A one-compartment drug of the library without metabolites, by mouth and vein."""
    for name in library.drug_names():
        drug = library.drug(name)
        oral = drug.routes.get("oral")
        if drug.n_compartments == 1 and oral and oral.ka and "iv" in drug.routes and not drug.metabolites:
            return drug
    pytest.skip("the library has no one-compartment drug left")


class ClosedForm:
    """Concentrations [ng/mL] of the one-compartment drug, written down independently of the package."""

    def __init__(self, drug, weight=70.0):
        clearance, volume = allometric(Patient(weight), library.parameter_set("patient"))
        self.v = drug.V1.to("L") * volume
        self.k = drug.CL.to("L/h") * clearance / self.v
        oral = drug.routes["oral"]
        self.ka, self.f, self.lag = oral.ka.to("1/h"), oral.F.to("1"), oral.Tlag.to("h")

    def bolus(self, mg, t):
        return np.where(t > 0, 1000 * mg / self.v * np.exp(-self.k * np.maximum(t, 0)), 0.0)

    def oral(self, mg, t):
        s = np.maximum(t - self.lag, 0)
        scale = 1000 * mg * self.f * self.ka / (self.v * (self.ka - self.k))
        return scale * (np.exp(-self.k * s) - np.exp(-self.ka * s))

    def infusion(self, mg, hours, t):
        running = np.clip(t, 0, hours)
        level = 1000 * mg / hours / (self.v * self.k) * (1 - np.exp(-self.k * running))
        return level * np.exp(-self.k * np.maximum(t - hours, 0))


def test_data_of_a_closed_form_have_fold_one(tmp_path, simple):
    one, heavy = ClosedForm(simple), ClosedForm(simple, 90.0)
    base = PLAIN | {"drug": simple.name, "analyte": simple.name.upper()}
    studies = [
        base | {"study_id": "oral", "route": "p.o.", "dose_value": "2"},
        base | {"study_id": "late", "route": "oral", "dose_value": "2", "dose_times_h": "100"},
        base | {"study_id": "iv", "route": "iv", "dose_value": "2"},
        base | {"study_id": "infusion", "route": "iv", "dose_value": "3", "infusion_min": "90"},
        base | {"study_id": "kg", "route": "iv", "dose_value": "0.05", "dose_unit": "mg/kg", "weight_mean": "90"},
        base | {"study_id": "twice", "route": "oral", "dose_value": "9", "n_doses": "2",
                "dose_times_h": "0;6", "dose_amounts": "1;2"},
        base | {"study_id": "both", "route": "iv", "dose_value": "3", "n_doses": "2", "dose_times_h": "0;0.05",
                "dose_amounts": "1;2", "infusion_min": "0 + 120"},
        base | {"study_id": "range", "route": "iv", "dose_value": "3", "n_doses": "2", "dose_times_h": "0;0.05",
                "dose_amounts": "1;2", "infusion_min": "3-120"},
        base | {"study_id": "mixed", "route": "iv+oral", "dose_value": "", "n_doses": "2", "dose_times_h": "0;6",
                "dose_amounts": "2;1", "dose_text": "X_po_2mg: 2 mg; X_iv_1mg_6h: 1 mg"},
    ]  # fmt: skip
    twice = one.oral(1, TIMES) + one.oral(2, TIMES - 6)
    both = one.bolus(1, TIMES) + one.infusion(2, 2.0, TIMES - 0.05)
    short = one.infusion(1, 0.05, TIMES) + one.infusion(2, 2.0, TIMES - 0.05)
    mixed = one.oral(2, TIMES) + one.bolus(1, TIMES - 6)
    rows = (
        observed("oral", TIMES, one.oral(2, TIMES)) + observed("late", TIMES + 100, one.oral(2, TIMES))
        + observed("iv", TIMES, one.bolus(2, TIMES)) + observed("infusion", TIMES, one.infusion(3, 1.5, TIMES))
        + observed("kg", TIMES, heavy.bolus(4.5, TIMES)) + observed("twice", TIMES, twice)
        + observed("both", TIMES, both) + observed("range", TIMES, short) + observed("mixed", TIMES, mixed)
    )  # fmt: skip
    progress = []
    report = validate(write(tmp_path / "data", studies, rows), on_progress=progress.append)
    assert report.skipped.empty
    assert set(report.studies["study_id"]) == {s["study_id"] for s in studies}
    assert report.points["fold"].to_numpy() == pytest.approx(1, rel=1e-9)
    assert report.studies[["gmfe", "bias", "auc_fold", "cmax_fold"]].to_numpy() == pytest.approx(1, rel=1e-9)
    assert (report.studies["within_1.5"] == 100).all()
    assert progress[-1] == 1.0
    assert len(progress) == len(studies)
    assert dict(zip(report.studies["study_id"], report.studies["dose_mg"], strict=True))["kg"] == pytest.approx(4.5)
    assert "weight not reported: 70 kg taken" in report.studies.set_index("study_id").loc["iv", "flags"]
    assert report.studies.set_index("study_id").loc["kg", "flags"] == ""


def test_known_errors_come_out_as_known_figures(tmp_path, simple):
    one, base = (
        ClosedForm(simple),
        PLAIN | {"drug": simple.name, "analyte": simple.name, "route": "iv", "dose_value": "2"},
    )
    factors = {"A": 0.5, "B": 2.0, "C": 4.0}  # observed = predicted x factor, so fold = 1/factor
    studies = [base | {"study_id": k, "publication": f"{k} 2001"} for k in factors]
    rows = [r for k, f in factors.items() for r in observed(k, TIMES, f * one.bolus(2, TIMES))]
    report = validate(write(tmp_path / "data", studies, rows))
    assert report.studies["study_id"].tolist() == ["C", "A", "B"]  # worst first
    assert report.studies["bias"].tolist() == pytest.approx([0.25, 2.0, 0.5])
    group = report.by_group.iloc[0]
    assert (group["n_publications"], group["n_studies"], group["n_points"]) == (3, 3, 21)
    assert group["gmfe"] == pytest.approx(2 ** (4 / 3))
    assert group["gmfe_median_study"] == pytest.approx(2)
    assert group["bias"] == pytest.approx(0.25 ** (1 / 3))
    assert (group["within_1.5"], group["within_2"]) == (0, pytest.approx(200 / 3))
    assert group["auc_gmfe"] == group["cmax_gmfe"] == pytest.approx(2 ** (4 / 3))
    logs = np.log(list(factors.values()))
    assert group["n_laboratories"] == 3
    assert group["laboratory_gsd"] == pytest.approx(math.exp(logs.std(ddof=1)))
    assert group["laboratory_gmfe"] == pytest.approx(math.exp(np.abs(logs - logs.mean()).mean()))
    assert report.overall.set_index("which").loc["verify", "gmfe"] == pytest.approx(2 ** (4 / 3))


def test_area_per_dose_recovers_clearance(tmp_path, simple):
    """AUC to infinity per mg of an iv bolus is 1/CL."""
    base = PLAIN | {"drug": simple.name, "analyte": simple.name, "route": "iv", "dose_value": "2", "study_id": "iv"}
    times = np.append(TIMES, 48.0)
    report = validate(write(tmp_path / "d", [base], observed("iv", times, ClosedForm(simple).bolus(2, times))))
    assert report.studies["auc_per_dose"][0] == pytest.approx(1000 / simple.CL.to("L/h"), rel=1e-6)


def test_points_that_enter_no_fold_error_say_why(tmp_path, simple):
    one = ClosedForm(simple)
    base = PLAIN | {"study_id": "a", "drug": simple.name, "analyte": simple.name, "route": "iv", "dose_value": "2"}
    rows = observed(
        "a", [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 1.0, *one.bolus(2, np.array([1.0])), "", 0, "inf", "x"]
    )
    rows[3] |= {"censored": "below_lloq", "lloq": "1"}
    rows.append({"study_id": "a", "time_h": 6.0, "value": -0.2, "censored": "negative_digitised"})
    rows.append({"study_id": "a", "time_h": 7.0, "value": 5, "unit": "nM"})
    rows += observed("a", ["noon"], [3]) + observed("nobody", [1.0], [3])
    report = validate(write(tmp_path / "data", [base], rows))
    assert report.points["use"].tolist() == [
        "not after the first dose", "not after the first dose", "used", "below the limit of quantification",
        "zero or negative", "no number", "no number", "zero or negative", "unit nM instead of ng/mL",
    ]  # fmt: skip
    assert report.studies["n_points"][0] == 1
    assert report.studies["gmfe"][0] == pytest.approx(1)
    assert math.isnan(report.studies["auc_fold"][0])
    assert len(report.notes) == 2


def test_exact_path_equals_the_integrator():
    """Matrix exponentials at sample times against the scan of `model.integrate`, with metabolites, lag and infusion."""
    study = Study(
        "x", "X 2001", "diazepam", "nordiazepam", "iv+oral", Patient(82.0),
        (Input("oral", 10.0, 0.0, 0.0), Input("iv", 5.0, 3.3, 0.75)), (),
    )  # fmt: skip
    system = assemble({("diazepam", "oral"), ("diazepam", "iv")}, Patient(82.0))
    step, steps = 0.5, 48
    doses = [Dose("diazepam", d.route, d.amount_mg, "mg", d.time_h, d.duration_h) for d in study.inputs]
    inputs = schedule(doses, step, steps, lag_h=system.lags)
    kept = records(system.composition.ports, {"plasma": ("last",)})
    series = integrate(
        system.composition, system.parameters, inputs.amounts, inputs.columns, kept, solver=Solver(step, 1)
    )
    names = system.composition.ports["plasma"].components
    found = next(v for k, v in series.items() if k.component == names.index("nordiazepam"))[1:, 0]
    times = step * np.arange(1, steps + 1)
    exact = Predictor().concentrations(study, times)
    in_mass = found * library.drug("nordiazepam").molar_mass.to("g/mol") / 1000
    assert exact == pytest.approx(in_mass[:steps], rel=1e-6, abs=1e-9)


def test_files_are_self_contained(tmp_path, simple):
    one = ClosedForm(simple)
    base = PLAIN | {
        "drug": simple.name,
        "analyte": simple.name,
        "dose_value": "2",
        "publication": "<b>Odd & Co</b> 2001",
    }
    studies = [base | {"study_id": "a<i>", "route": "iv"}, base | {"study_id": "b", "route": "oral"},
               base | {"study_id": "c", "route": "nose flute"}]  # fmt: skip
    rows = observed("a<i>", TIMES, one.bolus(2, TIMES)) + observed("b", TIMES, 3 * one.oral(2, TIMES))
    out = tmp_path / "out"
    report = validate(write(tmp_path / "data", studies, rows), out)
    assert {p.name for p in out.iterdir()} == {
        "validation.html", "groups.csv", "drugs.csv", "studies.csv", "skipped.csv", "points.csv", "bars.csv",
        "interactions.csv",
    }  # fmt: skip
    html = (out / "validation.html").read_text(encoding="utf-8")
    assert "://" not in html
    assert "<script" not in html
    assert "<b>Odd" not in html
    assert html.count("<svg") == 3
    assert html.index("misses first") < html.index("By drug, route and analyte")
    assert "nose flute" in html
    assert len(pd.read_csv(out / "points.csv")) == 2 * len(TIMES)
    text = report.text()
    assert text.index("Worst studies first") < text.index("By drug, route and analyte") < text.index("Skipped")
    assert "2 studies of 1 publications (" in report.headline()

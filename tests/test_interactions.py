"""Interactions: who acts on what, how fast clearance rises and returns, several at once; co-medication and ratios of areas."""

import csv
import math

import numpy as np
import pytest

from allostasis import library
from allostasis.exposure import EnzymeActivity, MetabolicClearance, Perpetrator, Substrate
from allostasis.exposure.enzymes import terms
from allostasis.model import Solver, integrate, records
from allostasis.patient import Patient
from allostasis.regimen import Dose, schedule
from allostasis.simulation import parse_case, simulate
from allostasis.simulation.assemble import assemble
from allostasis.validation.observed import validate
from allostasis.validation.observed.comedication import comedication_of
from allostasis.validation.observed.dosing import Input
from allostasis.validation.observed.guest import guest_limits, inside, summary
from allostasis.validation.observed.interaction_calibration import Pair, Ratios, calibrate
from allostasis.validation.observed.interaction_strengths import STRENGTHS
from allostasis.validation.observed.interactions import COLUMNS, Arm, ratio
from allostasis.validation.observed.predict import Predictor
from allostasis.validation.observed.schedule_text import Unreadable, schedule_of
from allostasis.validation.observed.selection import Study
from allostasis.validation.observed.skip import Skip

PERPETRATORS = (
    "ketoconazole", "itraconazole", "erythromycin", "clarithromycin", "fluconazole", "fluvoxamine", "omeprazole", "cimetidine",
    "grapefruit juice", "diltiazem", "rifampicin", "carbamazepine", "phenytoin", "phenobarbital",
)  # fmt: skip


def study(drug, mg, time_h=0.0, route="oral", comedication=()):
    dose = Input(route, mg, time_h, 0.0)
    return Study("s", "Nobody 2001", drug, drug, route, Patient(), (dose,), (), tuple(comedication))


def given(drug, mg, times):
    return [(drug, Input("oral", mg, float(t), 0.0)) for t in times]


def host_ratio(drug, mg, time_h, comedication, route="oral", hours=72.0):
    times = time_h + np.linspace(0, 1, 401)[1:] ** 2 * hours
    predictor = Predictor()
    areas = [
        np.trapezoid(predictor.concentrations(study(drug, mg, time_h, route, c), times), times) for c in ((), comedication)
    ]
    return areas[1] / areas[0]


@pytest.mark.parametrize("name", PERPETRATORS)
def test_perpetrators_of_the_task_are_there_and_whole(name):
    rows = {k for k in library.parameter_set("interactions") if k.startswith(f"{name}.")}
    assert f"{name}.fu" in rows
    assert any(k.endswith((".Ki", ".kinact", ".Emax")) for k in rows)
    for key in rows:
        for one, other in (("KI", "kinact"), ("Emax", "EC50")):
            if key.endswith(f".{one}"):
                assert key.removesuffix(one) + other in rows
    assert "oral" in library.drug(name).routes


def test_calibrated_strengths_are_marked_and_have_build_publications():
    rows = library.parameter_set("interactions")
    calibrated = {k.split(".")[0] for k, row in rows.items() if row.status == "calibrated" and not k.startswith("kdeg")}
    with (library.loader.DATA / "targets" / "interaction_build.csv").open(newline="") as file:
        named = {row["perpetrator"] for row in csv.DictReader(file)}
    assert calibrated - {"hydroxyitraconazole"} == named == {s.perpetrator for s in STRENGTHS}
    assert all(row.source == "INTERACTIONS_DEV" for row in rows.values() if row.status == "calibrated")


def test_a_perpetrator_alone_changes_nothing_and_runs():
    system = assemble([("ketoconazole", "oral")], Patient())
    assert "enzymes" not in {s.name for s in system.composition.submodels}
    arms = [{"name": "a", "regimen": "ketoconazole 400 mg po od for 3 d"}]
    result = simulate(parse_case({"title": "t", "horizon": "3 d", "arm": arms}))
    assert float(result.data["plasma_mean"].max()) > 0
    assert float(abs(result.data["imbalance_mean"]).max()) == 0


def acting(*sites):
    system = assemble([(drug, "oral") for drug in sites], Patient())
    by_name = {s.name: s for s in system.composition.submodels}
    pairs = {(p.moiety, p.enzyme) for p in by_name["enzymes"].perpetrators}
    return pairs, {s.moiety: s.enzymes for s in by_name["clearance"].substrates}


def test_what_a_drug_does_to_its_own_clearance_is_not_counted_twice():
    pairs, cleared = acting("carbamazepine", "midazolam", "ketoconazole")
    own = "own enzyme of carbamazepine"
    assert cleared["carbamazepine"] == (own,)
    assert ("ketoconazole", own) in pairs  # it inhibits what carbamazepine has induced
    assert ("carbamazepine", "CYP3A4") in pairs
    assert "CYP3A4" in cleared["midazolam"]
    pairs, cleared = acting("phenobarbital", "phenytoin")
    assert all("phenobarbital" in enzyme for enzyme in cleared["phenobarbital"])
    assert ("phenytoin", "CYP2C9 but for phenobarbital") in pairs
    assert ("phenobarbital", "CYP2C9 but for phenobarbital") not in pairs


def test_inhibitors_add_up_and_inducers_compete():
    who = tuple(Perpetrator(m, "CYP3A4", ("induction", "competitive")) for m in ("a", "b"))
    model = EnzymeActivity(("CYP3A4",), who, ("a", "b"), ())
    p = {"fu.a": 1.0, "fu.b": 1.0, "Q_liver": 90.0} | {
        f"{c}.CYP3A4.{m}": v for m, e in (("a", 6.0), ("b", 2.0)) for c, v in (("Emax", e), ("EC50", 10.0), ("Ki", 5.0))
    }
    blocked, lost, made = terms(model, "liver", "CYP3A4", {"plasma": (10.0, 10.0)}, p)
    assert (blocked, lost) == (4.0, 0.0)
    assert made == pytest.approx(8 / 3)  # less than the stronger alone could give
    assert terms(model, "liver", "CYP3A4", {"plasma": (10.0, 0.0)}, p)[2] == pytest.approx(3.0)


def test_induction_unsaturates_first_pass_and_inhibition_never_exceeds_the_dose():
    model = MetabolicClearance(("CYP3A4",), (Substrate("drug", ("CYP3A4",), ("oral", "oral_bypass")),))
    p = {"fm.CYP3A4.drug": 0.9, "extraction.drug": 0.3, "F_gut.drug.oral": 0.5, "F_gut.drug.oral_bypass": 0.8}
    for activity, check in ((1.0, lambda s, b: s == b == 1), (5.0, lambda s, b: b < 1.35 * s), (0.0, lambda s, b: b < s)):
        ports = {"liver_activity": (activity,), "gut_activity": (activity,)}
        small, saturated = (float(x) for x in model.readout(0.0, {}, ports, p)["availability"])
        assert check(small, saturated), activity
        assert small * 0.5 * 0.7 <= 1
        assert saturated * 0.8 * 0.7 <= 1


def test_ketoconazole_in_a_case_agrees_with_the_exact_course():
    line = "midazolam 7.5 mg po once at 24 h"
    arms = [
        {"name": "alone", "regimen": line}, {"name": "with", "regimen": f"{line}; ketoconazole 400 mg po od for 3 d"},
    ]  # fmt: skip
    result = simulate(parse_case({"title": "t", "horizon": "5 d", "arm": arms}))
    alone, both = result.data["plasma_mean"].sel(moiety="midazolam").squeeze("patient").sum("time").values
    exact = host_ratio("midazolam", 7.5, 24.0, given("ketoconazole", 400.0, (0, 24, 48)))
    assert 4 < exact < 12
    assert both / alone == pytest.approx(exact, rel=0.04)


def clearance_course(doses, days):
    system = assemble(sorted({(d.drug, d.route) for d in doses} | {("midazolam", "oral")}), Patient())
    steps = round(days * 48)
    inputs = schedule(doses, 0.5, steps)
    kept = records(system.composition.ports, {"clearance_activity": ("mean",)})
    found = integrate(
        system.composition, system.parameters, inputs.amounts, inputs.columns, kept, solver=Solver(0.5, 48)
    )
    names = system.composition.ports["clearance_activity"].components
    return next(v[1:, 0] for r, v in found.items() if names[r.component] == "midazolam")


def test_rifampicin_raises_clearance_within_a_week_and_it_returns_in_one_to_two():
    days = clearance_course([Dose("rifampicin", "oral", 600.0, "mg", 24.0 * k) for k in range(14)], 35)
    plateau = days[13]
    assert plateau > 1.7
    assert 0.2 < (days[1] - 1) / (plateau - 1) < 0.75  # second day
    assert (days[6] - 1) / (plateau - 1) > 0.85  # seventh day
    assert 0.1 < (days[13 + 5] - 1) / (plateau - 1) < 0.7  # five days after the last dose
    assert (days[13 + 14] - 1) / (plateau - 1) < 0.1


def test_mechanism_based_inhibition_outlasts_the_inhibitor_and_a_competitive_one_does_not():
    slow = clearance_course([Dose("clarithromycin", "oral", 500.0, "mg", 12.0 * k) for k in range(10)], 20)
    quick = clearance_course([Dose("fluconazole", "oral", 200.0, "mg", 0.0)], 12)
    assert slow[4] < 0.35
    assert slow[6] < 0.75  # two days after the last dose
    assert slow[14] > 0.9  # ten days
    assert quick[0] < 0.8
    assert quick[-1] > 0.95


def test_several_perpetrators_at_once():
    rifampicin = given("rifampicin", 600.0, range(0, 240, 24))
    ketoconazole = given("ketoconazole", 400.0, (216, 240))
    induced, inhibited = (host_ratio("midazolam", 7.5, 240.0, c) for c in (rifampicin, ketoconazole))
    assert induced < 0.2
    assert inhibited > 4
    assert induced < host_ratio("midazolam", 7.5, 240.0, rifampicin + ketoconazole) < inhibited


def test_grapefruit_acts_in_the_gut_wall_only():
    juice = given("grapefruit juice", 200.0, (-1.0,))
    assert host_ratio("midazolam", 7.5, 0.0, juice) > 1.2
    assert host_ratio("midazolam", 5.0, 0.0, juice, route="iv") == pytest.approx(1.0, abs=0.02)


def test_other_enzymes():
    """Directions that the labels tell: CYP2C19 and diazepam, UGT and lorazepam, lamotrigine with valproate and phenytoin."""
    assert host_ratio("diazepam", 5.0, 168.0, given("omeprazole", 40.0, range(0, 340, 24)), hours=168.0) > 1.2
    assert host_ratio("lorazepam", 2.0, 240.0, given("rifampicin", 600.0, range(0, 288, 24))) < 0.75
    assert host_ratio("lamotrigine", 100.0, 240.0, given("valproate", 500.0, range(0, 400, 12)), hours=150.0) > 1.4
    assert host_ratio("lamotrigine", 100.0, 480.0, given("phenytoin", 300.0, range(0, 600, 24)), hours=120.0) < 0.8


@pytest.mark.parametrize(
    ("text", "amounts", "count", "last"),
    [
        ("S0-T24-R4", "400", 4, (72.0, 400.0)), ("(S0-T24-R4)", "400", 4, (72.0, 400.0)),
        ("0-(S12-T12-R13)", "500", 14, (156.0, 500.0)), ("(S-0,T-12-R-10)", "250", 10, (108.0, 250.0)),
        ("(S0-T8-R16)-126-136", "500", 18, (136.0, 500.0)), ("0-12-24,5", "400", 3, (24.5, 400.0)),
        ("(S0-T24-R9)-(S4-T24-R9)", "300", 18, (196.0, 300.0)), ("S0-(S0-T6-R3)-T24-R28", "8.9", 84, (660.0, 8.9)),
        ("S0-T24-R18 (10 mg), S432-T24-R18 (75 mg)", "first 10, then 75", 36, (840.0, 75.0)),
        ("33mg:0-24; 11mg: S48-(S0-T6-R3)-T24-R17", "33mg day 1 and2, later 11mg", 53, (444.0, 11.0)),
    ],
)  # fmt: skip
def test_schedules_are_read(text, amounts, count, last):
    found = schedule_of(text, amounts)
    assert (len(found), found[-1]) == (count, last)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("S0-T24", "4"), ("S0-T24-R0", "4"), ("(0-24", "4"), ("0-24)", "4"), ("noon", "4"), ("", "4"), ("0", "4/8"),
        ("S0-T1-R9999", "4"), ("0; (4mg): 5", "4"), ("0 (4 mg), 5", "4"), ("S0-S4-T24-R1", "4"),
    ],
)  # fmt: skip
def test_schedules_that_cannot_be_read_are_refused(text, amounts):
    with pytest.raises(Unreadable):
        schedule_of(text, amounts)


def test_comedication_of_rates_and_single_doses():
    row = {
        "comedication": "alfentanil; rifampicin", "comedication_role": "inducer",
        "comedication_regimen": "ALF: alfentanil 0.0 count iv single dose from 1.0 hr; "
        "RIF: rifampicin 0.025 gram / hour oral multiple dose from -5.0 day",
    }  # fmt: skip
    flags, doses = comedication_of(row, [Input("oral", 7.5, 0.0, 0.0)])
    assert flags == [
        "co-medication without known effect: alfentanil", "interval of the co-medication not reported: once a day taken",
    ]  # fmt: skip
    assert doses[0] == ("rifampicin", Input("oral", 600.0, -120.0, 0.0))
    assert [dose.time_h for _, dose in doses[:6]] == [-120.0, -96.0, -72.0, -48.0, -24.0, 0.0]
    odd = row | {"comedication_regimen": row["comedication_regimen"].replace("-5.0 day", "-12.0 hr")}
    with pytest.raises(Skip, match="does not fit"):
        comedication_of(odd, [Input("oral", 7.5, 0.0, 0.0)])


def test_limits_of_guest():
    for observed in (0.05, 0.5, 1.0, 1.5, 4.0, 20.0):
        low, high = guest_limits(observed)
        assert low * high == pytest.approx(observed**2)
        assert high / observed <= 2
        wide = guest_limits(observed, 1.25)
        assert wide[0] < low <= observed <= high < wide[1]
    assert not inside(1.0, 1.1)
    assert inside(1.0, 1.1, 1.25)
    assert summary([]).empty


def test_strengths_of_the_calibration_are_parameters_and_lie_near_their_priors():
    held = library.parameter_set("interactions")
    for strength in STRENGTHS:
        values = assemble([("midazolam", "oral"), (strength.perpetrator, "oral")], Patient()).parameters["enzymes"]
        factors = {values[key.removeprefix("enzymes.")] / prior for key, prior in strength.prior.items()}
        assert np.ptp(list(factors)) < 0.02 * max(factors)  # one factor, rounded
        assert abs(math.log(max(factors))) < 2 * strength.sd
    assert held["kdeg.liver.CYP3A4"].status == "calibrated"


def test_calibration_finds_a_strength():
    base, times = Predictor(), 72 + np.array([0.5, 1.0, 2.0, 4.0, 6.0, 8.0])
    doses = given("ketoconazole", 400.0, (0, 24, 48, 72))
    alone, treated = study("midazolam", 7.5, 72.0), study("midazolam", 7.5, 72.0, comedication=doses)
    arms = [Arm(s, times, base.changed(o).concentrations(s, times)) for s, o in (
        (alone, {}), (treated, {"enzymes.Ki.CYP3A4.ketoconazole": 60.0}),
    )]  # fmt: skip
    pair = Pair(arms[1], arms[0], 8.0, ratio(arms[1], arms[0], 8.0), 1.0, ("ketoconazole",))
    found = dict(zip([s.perpetrator for s in STRENGTHS], calibrate([pair], Ratios(base)), strict=True))
    assert 0.3 < found["ketoconazole"] < math.log(4)  # four times the prior of 15 nM, drawn towards it
    assert found["erythromycin"] == 0


def write(path, name, rows):
    with (path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(k for row in rows for k in row)), restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A folder whose measured concentrations are the predicted ones: midazolam alone, with ketoconazole, with an unknown."""
    path, times = tmp_path_factory.mktemp("observed"), np.array([0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0])
    base = {
        "publication": "Nobody 2001", "drug": "midazolam", "analyte": "midazolam", "matrix": "plasma", "route": "oral",
        "dose_value": "7.5", "dose_unit": "mg", "dose_times_h": "0", "population": "healthy", "data_type": "aggregated",
    }  # fmt: skip
    taken = {"comedication": "ketoconazole", "comedication_role": "inhibitor"}
    regimen = {"comedication_regimen": "400 mg PO at S0-T24-R4 h"}
    write(path, "studies", [
        base | {"study_id": "alone"}, base | taken | regimen | {"study_id": "with", "dose_times_h": "72"},
        base | taken | {"study_id": "blank", "dose_times_h": "72"},
        base | {"study_id": "odd", "comedication": "paroxetine", "comedication_role": "inhibitor"},
    ])  # fmt: skip
    doses = given("ketoconazole", 400.0, (0, 24, 48, 72))
    treated = Predictor().concentrations(study("midazolam", 7.5, 72.0, comedication=doses), times + 72)
    alone = Predictor().concentrations(study("midazolam", 7.5), times)
    curves = {"alone": (times, alone), "with": (times + 72, treated), "blank": (times + 72, 2 * treated), "odd": (times, alone)}
    write(path, "observations", [
        {"study_id": name, "time_h": f"{t:g}", "value": repr(float(v))}
        for name, (ts, vs) in curves.items() for t, v in zip(ts, vs, strict=True)
    ])  # fmt: skip
    pair = {"publication": "Nobody 2001", "control_study_id": "alone", "window_h": "12", "data_type": "aggregated"}
    write(path, "ddi", [
        pair | {"treated_study_id": "with", "auc_ratio_common_window": "5", "cmax_ratio": "3"},
        pair | {"treated_study_id": "blank", "auc_ratio_common_window": "50", "cmax_ratio": "6"},
        pair | {"treated_study_id": "odd", "auc_ratio_common_window": "1"},
        {"publication": "Nobody 2001", "treated_study_id": "with", "control_study_id": "",
         "auc_ratio_published_dose_corrected": "7", "data_type": "published"},
    ])  # fmt: skip
    return validate(path, path / "out"), path


def test_ratios_of_areas_are_compared(report):
    table = report[0].interactions
    assert tuple(table.columns) == COLUMNS
    rows = {(r["treated_study_id"], r["measure"]): r for r in table.to_dict("records")}
    window, published = rows["with", "window"], rows["with", "published"]
    exact = host_ratio("midazolam", 7.5, 72.0, given("ketoconazole", 400.0, (0, 24, 48, 72)), hours=12.0)
    assert window["predicted"] == pytest.approx(exact, rel=0.1)  # read at seven instants
    assert (window["limit_low"], window["limit_high"]) == pytest.approx(guest_limits(5.0))
    assert (window["part"], window["perpetrator"]) == ("verify", "ketoconazole")
    assert published["predicted"] > window["predicted"]
    assert table["treated_study_id"].tolist()[0] == "blank"  # the miss first; its regimen is that of the other arm
    assert table["treated_study_id"].tolist()[-1] == "odd"
    assert "paroxetine (inhibitor) not modelled" in table["reason"].tolist()[-1]


def test_report_shows_interactions(report):
    compared, path = report
    shown = compared.interaction_summary.set_index("which")
    assert shown.loc["ketoconazole", "pairs"] == 3
    assert shown.loc["drugs, group means", "inside"] == pytest.approx(200 / 3)
    assert math.isfinite(shown.loc["ketoconazole", "GMFE"])
    text = compared.text()
    assert text.index("outside the limits of Guest") < text.index("within the limits")
    assert "within the limits of Guest: 67 % without variability of the victim (missed)" in text
    assert "<h2>Interactions</h2>" in (path / "out" / "validation.html").read_text(encoding="utf-8")
    assert (path / "out" / "interactions.csv").read_text(encoding="utf-8").startswith("publication,part,perpetrator")
    assert compared.studies.set_index("study_id").loc["with", "comedication"] == "ketoconazole"
    assert compared.studies.set_index("study_id").loc["with", "gmfe"] == pytest.approx(1.0, abs=1e-6)

"""Clearances that enzymes set or that saturate: the split production integrator against the adaptive reference."""

import numpy as np
import pytest

from allostasis.exposure import (
    CompartmentModel,
    Depot,
    EnzymeActivity,
    MetabolicClearance,
    Moiety,
    Perpetrator,
    Substrate,
    Variation,
)
from allostasis.model import Composition, Solver, integrate, records
from allostasis.model.reference import Input, reference
from allostasis.model.tables import substeps
from allostasis.regimen import Dose, schedule

KINETICS = {
    "victim.CL": 25.0, "victim.V1": 20.0, "victim.Q2": 40.0, "victim.V2": 60.0, "victim.molar_mass": 325.0,
    "victim.oral.ka": 2.0, "victim.oral.F": 0.35, "victim.oral.first_pass.product": 0.4, "victim.fraction.product": 0.7,
    "product.CL": 40.0, "product.V1": 50.0, "product.molar_mass": 341.0,
    "blocker.CL": 8.0, "blocker.V1": 60.0, "blocker.molar_mass": 531.0, "blocker.oral.ka": 1.0, "blocker.oral.F": 0.8,
}  # fmt: skip
ENZYMES = {
    "kdeg.liver.CYP3A4": 0.02, "kdeg.gut.CYP3A4": 0.03, "Q_liver": 90.0, "Q_gut": 18.0, "fu.blocker": 0.1, "fu_gut.blocker": 1.0,
    "Ki.CYP3A4.blocker": 20.0, "KI.CYP3A4.blocker": 300.0, "kinact.CYP3A4.blocker": 0.3,
    "Emax.CYP3A4.blocker": 8.0, "EC50.CYP3A4.blocker": 50.0,
}  # fmt: skip
CLEARANCE = {"fm.CYP3A4.victim": 0.9, "extraction.victim": 25 / 90, "F_gut.victim.oral": 0.55}
DOSES = [Dose("blocker", "oral", 400.0, "mg", t) for t in (0.0, 24.0)] + [
    Dose("victim", "oral", 10.0, "mg", 26.0), Dose("victim", "iv", 5.0, "mg", 36.0), Dose("victim", "iv", 9.0, "mg", 40.25, 2.0),
]  # fmt: skip
HOURS = 48.0


def system(*kinds: str) -> tuple[Composition, dict]:
    moieties = (
        Moiety("victim", 2, ("product",), False), Moiety("product", 1, (), False), Moiety("blocker", 1, (), False),
    )  # fmt: skip
    variation = Variation(clearances=("victim",), routes=(("victim", "oral"),), absorbed=("blocker",))
    exposure = CompartmentModel(moieties, (Depot("victim", "oral", ("product",)), Depot("blocker", "oral")), variation)
    enzymes = EnzymeActivity(
        ("CYP3A4",), (Perpetrator("blocker", "CYP3A4", kinds),), ("victim", "product", "blocker"), ("blocker",)
    )
    clearance = MetabolicClearance(("CYP3A4",), (Substrate("victim", ("CYP3A4",), ("oral",)),))
    composition = Composition(exposure, enzymes, clearance)
    return composition, {"exposure": KINETICS, "enzymes": ENZYMES, "clearance": CLEARANCE}


def both(composition, parameters, doses, hours=HOURS, step=0.5, wanted=("plasma",)):
    inputs = schedule(doses, step, round(hours / step))
    kept = records(composition.ports, {name: ("last",) for name in wanted})
    found = integrate(
        composition, parameters, inputs.amounts, inputs.columns, kept, solver=Solver(step, round(0.5 / step))
    )
    given = [Input(d.drug, d.route, d.time_h, d.amount, d.duration_h) for d in doses]
    exact = reference(composition, parameters, given, hours, samples=8, longest=0.5)
    times = np.arange(1, round(hours / 0.5) + 1) * 0.5
    pairs = []
    for record, values in found.items():
        path = exact.ports[record.port]
        path = path if record.component is None else path[record.component]
        pairs.append((values[1:, 0], np.interp(times, exact.time, np.asarray(path))))
    return pairs


@pytest.mark.parametrize("kinds", [("competitive",), ("mechanism_based",), ("induction",)])
def test_interaction_agrees_with_the_reference(kinds):
    for found, exact in both(*system(*kinds), DOSES):
        np.testing.assert_allclose(found, exact, atol=0.03 * exact.max())


def test_smaller_steps_come_closer():
    errors = []
    for step in (0.5, 1 / 60):
        found, exact = both(*system("mechanism_based"), DOSES, step=step)[0]
        errors.append(np.abs(found - exact).max() / exact.max())
    assert errors[1] < errors[0] / 2


def test_without_a_perpetrator_nothing_changes():
    """Activities of 1: the deviation is nil, and the exposure is that of the constant graph."""
    composition, parameters = system("competitive")
    doses = [d for d in DOSES if d.drug == "victim"]
    plain = Composition(CompartmentModel(composition.linear.moieties, composition.linear.depots))
    inputs = schedule(doses, 0.5, 96)
    kept = records(composition.ports, {"plasma": ("last",)})
    varied = integrate(composition, parameters, inputs.amounts, inputs.columns, kept, solver=Solver(0.5, 1))
    constant = integrate(plain, {"exposure": KINETICS}, inputs.amounts, inputs.columns, kept, solver=Solver(0.5, 1))
    assert substeps(composition, composition.prepare(parameters), 0.5) > 1
    for record, values in varied.items():
        np.testing.assert_allclose(values, constant[record], rtol=1e-9, atol=1e-9)


def test_inhibition_raises_and_induction_lowers_exposure():
    alone = both(*system("competitive"), [d for d in DOSES if d.drug == "victim"])[0][0].sum()
    assert both(*system("competitive"), DOSES)[0][0].sum() > 1.5 * alone
    induced = [Dose("blocker", "oral", 400.0, "mg", t) for t in np.arange(0.0, 240.0, 24.0)]
    late = [Dose("victim", "oral", 10.0, "mg", 240.0)]
    with_it = both(*system("induction"), induced + late, hours=264.0)[0][0].sum()
    assert with_it < 0.6 * both(*system("induction"), late, hours=264.0)[0][0].sum()


PHENYTOIN = {
    "drug.CL": 415 / 24 / 5.7,
    "drug.V1": 49.0,
    "drug.molar_mass": 252.3,
    "drug.oral.ka": 1.7,
    "drug.oral.F": 0.9,
}


def test_michaelis_menten_agrees_with_the_reference_and_exceeds_proportion():
    exposure = CompartmentModel(
        (Moiety("drug", 1, (), False),), (Depot("drug", "oral"),), Variation(saturable=(("drug", "michaelis_menten"),))
    )
    composition = Composition(exposure)
    parameters = {"exposure": PHENYTOIN | {"drug.Km": 5.7 / 252.3 * 1e6}}
    last = []
    for mg in (100.0, 200.0):
        doses = [Dose("drug", "oral", mg, "mg", t) for t in np.arange(0.0, 480.0, 12.0)]
        ((found, exact),) = both(composition, parameters, doses, hours=480.0)
        np.testing.assert_allclose(found, exact, rtol=0.01)
        last.append(found[-1])
    assert last[1] > 2.5 * last[0]


def test_saturable_binding_agrees_with_the_reference_and_falls_short_of_proportion():
    exposure = CompartmentModel(
        (Moiety("drug", 1, (), False),), (Depot("drug", "oral"),), Variation(saturable=(("drug", "plasma_binding"),))
    )
    composition = Composition(exposure)
    kd, most, per = 18.0, 182.0, 1e6 / 144.2
    parameters = {
        "exposure": PHENYTOIN | {
            "drug.molar_mass": 144.2, "drug.V1": 9.8, "drug.CL": 5.04 * kd / (kd + most),
            "drug.Kd": kd * per, "drug.Bmax": most * per,
        }
    }  # fmt: skip
    last = []
    for mg in (250.0, 1000.0):
        doses = [Dose("drug", "oral", mg, "mg", t) for t in np.arange(0.0, 240.0, 12.0)]
        ((found, exact),) = both(composition, parameters, doses, hours=240.0)
        np.testing.assert_allclose(found, exact, rtol=0.01)
        last.append(found[-1])
    assert last[1] < 3.5 * last[0]


def test_efflux_moves_true_substrates_and_hardly_a_benzodiazepine():
    """Tariquidar raises what a carried substance has in brain; inflammation lowers it; diazepam does not notice."""
    from allostasis.simulation import parse_case, simulate

    def brain(drug: str, regimen: str, **model) -> float:
        case = parse_case({"title": "t", "horizon": "2 d", "model": model, "arm": [{"name": "a", "regimen": regimen}]})
        data = simulate(case, wanted={"unbound_brain": ("mean",)}).data["unbound_brain_mean"]
        return float(data.isel(arm=0, patient=0).sel(ligand=drug).mean("time"))

    for regimen, ligand, moved in (
        ("clobazam 20 mg po daily for 2 d", "n-desmethylclobazam", True), ("diazepam 10 mg po daily for 2 d", "diazepam", False),
    ):  # fmt: skip
        plain = brain(ligand, regimen)
        blocked = brain(ligand, regimen + "; tariquidar 600 mg iv at 0 h")
        inflamed = brain(ligand, regimen, efflux="dynamic", inflammation=1.0)
        assert (blocked > 1.05 * plain) == moved
        assert (inflamed < 0.9 * plain) == moved
        assert brain(ligand, regimen, efflux="dynamic") == pytest.approx(plain, rel=1e-9)

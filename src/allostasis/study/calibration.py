"""Calibration of the chain: apparent affinity in vivo, then the seizure threshold. Prints what the library holds.

In vitro affinity, imaging in man and dose equivalence exclude each other, so K_app = K_BZ x in_vivo_scale with

    ln scale_i = ln s + e_i,    e_i ~ N(0, 0.8)

and a maximum a posteriori estimate over three anchors: occupancy by alprazolam in man, the tables of equivalent doses and the
guideline doses in seizures. So the ORDER of equivalent doses is an input of the platform; timing is not.

The threshold and its spread between patients then follow from two incidences of withdrawal seizures, and from nothing else.

    python -m allostasis.study.calibration
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.special import ndtri

from allostasis import library
from allostasis.model.exponential import propagator
from allostasis.patient import Patient
from allostasis.receptor import MWCReceptor
from allostasis.simulation.assemble import System, assemble

PRIOR_SD = 0.8
OCCUPANCY, OCCUPANCY_LOW, OCCUPANCY_HIGH = 0.16, 0.10, 0.22
"""Alprazolam 2 mg/day, day 3, SPECT in man (target ct08; the band is read as +- 2 sd of the logit)."""
EQUIVALENT_MG = {
    "alprazolam": (0.794, 9),
    "clonazepam": (0.63, 9),
    "lorazepam": (1.506, 11),
    "chlordiazepoxide": (30.437, 10),
    "oxazepam": (26.207, 9),
    "temazepam": (19.371, 9),
    "midazolam": (5.0, 1),
    "triazolam": (0.435, 5),
    "clobazam": (20.0, 5),
    "nitrazepam": (8.62, 7),
    "flunitrazepam": (1.414, 2),
    "bromazepam": (5.865, 4),
    "lormetazepam": (1.335, 5),
    "flurazepam": (22.736, 5),
    "zolpidem": (20.0, 2),
    "zopiclone": (15.0, 2),
    "zaleplon": (20.0, 1),
}
"""Oral mg/day against diazepam 10 mg/day: geometric mean of the middles of published tables, and how many tables."""
TABLE_SD, COPIES = np.log(2) / 2, 3
"""The tables differ twofold from lowest to highest: half of it is one sd. Many copy one ancestor: three count as one."""
SEIZURE_MG = {"lorazepam": ("iv", 4.0), "diazepam": ("iv", 10.0), "midazolam": ("intramuscular", 10.0)}
"""First-line doses of convulsive status epilepticus for an adult (guideline of 2016)."""
SEIZURE_SD = np.hypot(np.log(1.5), 0.35)
"""ln 1.5 for the doses; 0.35 for the brain concentration so early, from the ranges of V1 (14-28 L) and ke0 (5-14 min)."""
SEIZURE_HOURS = 1 / 6
"""They are compared 10 min after the dose: trials count a seizure that has stopped by then."""
ALIKE = {"nordiazepam": "diazepam", "desmethylchlordiazepoxide": "chlordiazepoxide", "demoxepam": "chlordiazepoxide",
         "1-hydroxymidazolam": "midazolam", "n-desmethylclobazam": "clobazam"}  # fmt: skip
"""A metabolite without an anchor of its own: its scale is that of the parent, sd ln 2."""
ALIKE_SD = np.log(2)
DRUGS = ("diazepam", *EQUIVALENT_MG)
PRODRUGS = {"flurazepam": "desalkylflurazepam"}
"""Inactive themselves: the scale is that of what they form."""
PHENOBARBITAL_MG = 30.0
"""Oral mg/day against diazepam 10 mg/day in substitution for withdrawal (recalled)."""
INCIDENCES = (
    ("chlordiazepoxide 450 mg/day stopped", 2, 11),
    ("alprazolam 5 mg/day, down by 0.5 mg every 3 days", 8, 1980),
)


class Scales(NamedTuple):
    """Estimate of ln scale per drug, its standard error, and the common ln s."""

    log_scale: dict[str, float]
    standard_error: dict[str, float]
    common: float


def held_scale(drug: str) -> float:
    """in_vivo_scale that the library holds for a drug."""
    row = library.drug(drug).in_vivo_scale
    assert row is not None
    return row.value


def occupied(system: System, brain: Mapping[str, float], scale: Mapping[str, float]) -> float:
    """Occupancy, weighted over subtypes, at given unbound brain concentrations [nM] and scales, through the receptor block."""
    receptor = next(s for s in system.composition.submodels if isinstance(s, MWCReceptor))
    parameters = dict(system.parameters["receptor"])
    for ligand in receptor.ligands:
        held = held_scale(ligand)
        parameters[f"K.{ligand}"] = tuple(k / held * scale[ligand] for k in parameters[f"K.{ligand}"])
    concentrations = tuple(np.asarray(brain[x]) for x in receptor.ligands)
    ports = receptor.readout(0.0, {}, {"unbound_brain": concentrations}, receptor.prepare(parameters))
    weights = system.parameters["inhibition_gain"]["weight"]
    return float(sum(w * o for w, o in zip(weights, ports["occupancy"], strict=True)))


def steady_brain(system: System, drug: str, route: str, mg_per_day: float) -> dict[str, float]:
    """Mean unbound brain concentrations [nM] at steady state of a constant daily dose."""
    model = system.composition.linear
    assert model is not None
    prepared = model.prepare(system.parameters["exposure"])
    rate = np.asarray(model.dose_vector(drug, route, prepared)) * mg_per_day / 24
    x = np.linalg.solve(-np.asarray(model.matrix(prepared)), rate)
    return {s.name.removesuffix(".brain"): v for s, v in zip(model.states, x, strict=True) if s.name.endswith(".brain")}


def early_brain(system: System, drug: str, route: str, mg: float, hours: float = SEIZURE_HOURS) -> dict[str, float]:
    """Unbound brain concentrations [nM] some time after one dose."""
    model = system.composition.linear
    assert model is not None
    prepared = model.prepare(system.parameters["exposure"])
    matrix = np.asarray(model.matrix(prepared))[None]
    x = propagator(matrix, hours)[0] @ np.asarray(model.dose_vector(drug, route, prepared)) * mg
    return {s.name.removesuffix(".brain"): v for s, v in zip(model.states, x, strict=True) if s.name.endswith(".brain")}


def calibrate_scales() -> Scales:
    """Maximum a posteriori in_vivo_scale of every drug with an anchor; standard errors by Laplace's approximation."""
    patient = Patient()
    systems = {(d, "oral"): assemble([(d, "oral")], patient) for d in DRUGS}
    systems |= {(d, route): assemble([(d, route)], patient) for d, (route, _) in SEIZURE_MG.items()}
    steady = {
        d: steady_brain(systems[d, "oral"], d, "oral", mg)
        for d, (mg, _) in ({"diazepam": (10.0, 1)} | EQUIVALENT_MG).items()
    }
    anchor = steady_brain(systems["alprazolam", "oral"], "alprazolam", "oral", 2.0)
    acute = {d: early_brain(systems[d, route], d, route, mg) for d, (route, mg) in SEIZURE_MG.items()}
    logit_sd = (_logit(OCCUPANCY_HIGH) - _logit(OCCUPANCY_LOW)) / 4

    scaled = tuple(PRODRUGS.get(d, d) for d in DRUGS)
    names = (*scaled, *ALIKE)

    def residuals(u):
        log_scale = dict(zip(names, u[:-1], strict=True))
        scale = {name: np.exp(v) for name, v in log_scale.items()}
        out = [(log_scale[d] - u[-1]) / PRIOR_SD for d in scaled]
        out += [(log_scale[m] - log_scale[p]) / ALIKE_SD for m, p in ALIKE.items()]
        out.append((_logit(occupied(systems["alprazolam", "oral"], anchor, scale)) - _logit(OCCUPANCY)) / logit_sd)
        # logit of occupancy = ln X, X = sum C/K: equivalence means equal X, which cannot be bought by saturation as equal S can
        chronic = {d: _logit(occupied(systems[d, "oral"], steady[d], scale)) for d in DRUGS}
        table_sd = {d: TABLE_SD / np.sqrt(n / COPIES) for d, (_, n) in EQUIVALENT_MG.items()}
        out += [(chronic[d] - chronic["diazepam"]) / sd for d, sd in table_sd.items()]
        early = {d: _logit(occupied(systems[d, route], acute[d], scale)) for d, (route, _) in SEIZURE_MG.items()}
        out += [(early[d] - early["diazepam"]) / SEIZURE_SD for d in SEIZURE_MG if d != "diazepam"]
        return np.array(out)

    fit = least_squares(residuals, np.full(len(names) + 1, np.log(5.0)))
    error = np.sqrt(np.diag(np.linalg.inv(fit.jac.T @ fit.jac)))
    estimate = {n: float(v) for n, v in zip(names, fit.x[:-1], strict=True)}
    return Scales(estimate, {n: float(v) for n, v in zip(names, error[:-1], strict=True)}, float(fit.x[-1]))


def calibrate_phenobarbital() -> float:
    """Scale of K at the barbiturate site at which equivalent doses of phenobarbital and diazepam give the same log gain S.

    In vitro, 20 mg/L of phenobarbital open receptors many times over; in man they are a common dose. Benzodiazepines are scaled
    for the same reason (K_app), so the barbiturate that is given in their place is scaled to them.
    """
    gains = {}
    for drug, mg in (("diazepam", 10.0), ("phenobarbital", PHENOBARBITAL_MG)):
        system = assemble([(drug, "oral")], Patient())
        gains[drug] = (system, steady_brain(system, drug, "oral", mg))

    def gain(drug: str, factor: float) -> float:
        system, brain = gains[drug]
        parts = {s.name: s for s in system.composition.submodels}
        receptor = parts["receptor"]
        assert isinstance(receptor, MWCReceptor)
        parameters = {k: v * factor if k.startswith("K.barbiturate") else v for k, v in system.parameters["receptor"].items()}
        concentrations = tuple(np.asarray(brain[x]) for x in receptor.ligands)
        ports = receptor.readout(0.0, {}, {"unbound_brain": concentrations}, receptor.prepare(parameters))
        ports["coupling"] = (1.0,) * len(ports["occupancy"])  # of the naive brain
        own = parts["inhibition_gain"]
        return float(own.readout(0.0, {}, ports, own.prepare(system.parameters["inhibition_gain"]))["log_inhibition_gain"])

    held, wanted = held_scale("phenobarbital"), gain("diazepam", 1.0)
    found: Any = brentq(lambda k: gain("phenobarbital", k / held) - wanted, 0.1, 1e3)
    return float(found)


def calibrate_threshold() -> tuple[float, float, dict[str, float]]:
    """(H at the median seizure threshold, sd of its logarithm between patients, peak H of each incidence study).

    Two incidences, two unknowns: ln(H_i / threshold) = spread x Phi^-1(incidence_i).
    """
    from allostasis.clinic import simulate, summary
    from allostasis.simulation import parse_case

    steps = ", then ".join(f"{(5 - 0.5 * k) / 3:.6g} mg po tid for 3 d" for k in range(1, 10))
    case = parse_case({
        "title": "calibration of the seizure threshold", "horizon": "300 d",
        "arm": [
            {"name": INCIDENCES[0][0], "regimen": "chlordiazepoxide 150 mg po tid for 180 d, then stop"},
            {"name": INCIDENCES[1][0], "regimen": f"alprazolam {5 / 3:.6g} mg po tid for 180 d, then {steps}, then stop"},
        ],
    })  # fmt: skip
    held = library.parameter_set("circuit")["seizure_threshold"].value
    table = summary(simulate(case))
    peaks = {str(arm): float(h) * held for arm, h in zip(table["arm"], table["peak_imbalance"], strict=True)}
    quantiles = [float(ndtri(events / n)) for _, events, n in INCIDENCES]
    high, low = (float(np.log(peaks[name])) for name, _, _ in INCIDENCES)
    spread = (high - low) / (quantiles[0] - quantiles[1])
    return float(np.exp(high - spread * quantiles[0])), spread, peaks


def _logit(p):
    return np.log(p / (1 - p))


def main() -> None:
    """Print the calibrated values beside those in the library."""
    scales = calibrate_scales()
    print(f"{'in_vivo_scale':28s} {'estimate':>9s} {'68 % interval':>17s} {'library':>9s}")
    for name, value in scales.log_scale.items():
        low, high = (np.exp(value + k * scales.standard_error[name]) for k in (-1, 1))
        print(f"{name:28s} {np.exp(value):9.3f} {low:8.2f} -{high:7.2f} {held_scale(name):9.3f}")
    print(f"{'common s':28s} {np.exp(scales.common):9.3f}")
    print(f"{'phenobarbital, its own site':28s} {calibrate_phenobarbital():9.3f} {'':17s} {held_scale('phenobarbital'):9.3f}")
    threshold, spread, peaks = calibrate_threshold()
    row = library.parameter_set("circuit")["seizure_threshold"]
    print(
        f"seizure threshold of H {threshold:.4f} (library {row.value}), spread sd of ln {spread:.4f} (library {row.spread})"
    )
    for name, value in peaks.items():
        print(f"  peak H {value:.4f}  {name}")


if __name__ == "__main__":
    main()

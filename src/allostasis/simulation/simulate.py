"""Run the arms of a case through the chain."""

import hashlib
import json
import platform
import threading
from collections.abc import Callable, Mapping
from importlib.metadata import version

import numpy as np

from allostasis.model import AbstractSubmodel, Composition, Record, Rule, Solver, records
from allostasis.model.rule_arrays import REQUEST, RuleNumbers, RuleStructure
from allostasis.patient import patient_notes
from allostasis.quantity import InputError, UnknownNameError
from allostasis.regimen import DosingRule, Regimen
from allostasis.regimen.check import check_against_library, parse_regimen
from allostasis.simulation.assemble import System, assemble
from allostasis.simulation.case import Case
from allostasis.simulation.notes import epilepsy_notes, site_notes, step_notes
from allostasis.simulation.period_run import Runner, run_plan
from allostasis.simulation.plan import doses_per_interval, plan_arm
from allostasis.simulation.result import LARGE, Result, allocate, to_dataset

WANTED = {
    "imbalance": ("mean", "min", "max", "time_of_max"),
    "log_inhibition_gain": ("mean",),
    "log_adaptation": ("last",),
    "plasma": ("mean", "max"),
    "unbound_brain": ("mean", "max"),
    "occupancy": ("mean", "max"),
}
"""Series that a run of up to 128 patients keeps by default."""
POPULATION = {
    "imbalance": ("mean", "min", "max", "time_of_max"),
    "log_inhibition_gain": ("mean",),
    "log_adaptation": ("last",),
}
"""Series that a larger population keeps by default; with effects and withdrawal score from `clinic`, 11 a day."""


def default_wanted(factors: Mapping[str, np.ndarray] | None) -> dict[str, tuple[str, ...]]:
    """`WANTED`, or `POPULATION` where factors are given for more than 128 patients."""
    patients = max((np.size(f) for f in (factors or {}).values()), default=1)
    return dict(WANTED if patients <= LARGE else POPULATION)


def arm_regimens(case: Case) -> dict[str, Regimen]:
    """Parse and check the regimen of each arm.

    Raises:
        InputError: a regimen that does not parse, with the arm named.
    """
    result = {}
    for arm in case.arm:
        try:
            if isinstance(arm.regimen, str):
                result[arm.name] = parse_regimen(arm.regimen)
            else:
                result[arm.name] = check_against_library(Regimen.from_toml(arm.regimen))
        except InputError as error:
            error.args = (f"arm {arm.name!r}: {error}",)
            raise
    return result


def case_system(
    case: Case, regimens: Mapping[str, Regimen], readouts: tuple[tuple[AbstractSubmodel, dict], ...] = ()
) -> System:
    """The composed chain for all drugs and routes of the arms."""
    pairs = set()
    for regimen in regimens.values():
        pairs |= regimen.sites(case.horizon_h)
    if not pairs:
        raise InputError(
            "no arm gives any dose before the horizon", fix="write a regimen such as 'lorazepam 1 mg po bid for 30 d'"
        )
    return assemble(
        pairs, case.person, adaptation=case.model.adaptation, without=case.model.without,
        alpha2_agonist=case.model.alpha2_agonist, neurosteroid=case.model.neurosteroid,
        tspo_activation=case.model.tspo_activation, efflux=case.model.efflux, glutamate=case.model.glutamate,
        inflammation=case.model.inflammation, alcohol=case.model.alcohol, readouts=readouts,
    )  # fmt: skip


def bind_rule(rule: DosingRule, composition: Composition, horizon: float) -> Rule:
    """Attach a dosing rule to a port of the composition.

    Raises:
        UnknownNameError: a port or component that the chain does not have.
    """
    if rule.port not in composition.ports:
        raise UnknownNameError("port in a dosing rule", rule.port, composition.ports)
    components = composition.ports[rule.port].components
    if rule.component and rule.component not in components:
        raise UnknownNameError(
            f"component of port {rule.port!r}", rule.component, components or ["(none: leave it out)"]
        )
    if components and not rule.component:
        raise InputError(f"port {rule.port!r} needs a component", expected="one of: " + ", ".join(components))
    index = components.index(rule.component) if components else None
    numbers = (
        rule.threshold,
        rule.amount_mg,
        rule.refractory_h,
        rule.maximum_doses,
        rule.start_h,
        min(rule.stop_h, horizon),
    )
    return Rule(
        RuleStructure(rule.port, index, rule.relation == "above"),
        RuleNumbers(*(np.asarray(n, float) for n in numbers)), rule.drug, rule.route,
    )  # fmt: skip


def parameter_hash(system: System) -> str:
    """Hash of every number that the run used: values as the equations take them, and library rows with their spreads."""
    rows = {name: (p.value, p.unit, p.spread) for name, p in system.used.items()}
    text = json.dumps([sorted((k, repr(v)) for k, v in values.items()) for values in (_flat(system.parameters), rows)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _flat(parameters) -> dict:
    return {f"{s}.{k}": v for s, values in parameters.items() for k, v in values.items()}


def provenance(case: Case, system: System, solver: Solver) -> dict:
    """Versions, solver settings and hashes of a run."""
    packages = ("allostasis", "jax", "equinox", "numpy", "scipy", "xarray")
    return {
        "versions": {"python": platform.python_version()} | {p: version(p) for p in packages},
        "solver": {
            "method": "multirate: exact linear exposure, exponential predictor-corrector adaptation",
            "step_h": solver.step, "steps_per_output": solver.steps_per_output, "dtype": solver.dtype,
        },
        "parameter_hash": parameter_hash(system),
        "case": case.model_dump(),
    }  # fmt: skip


def number_of_steps(case: Case) -> int:
    """Steps of a run.

    Raises:
        InputError: the horizon is not a whole number of output intervals: a run neither stops inside one nor goes on past it.
    """
    every = case.step_h * case.steps_per_output
    outputs = round(case.horizon_h / every)
    if outputs < 1 or abs(outputs * every - case.horizon_h) > 1e-6:
        raise InputError(
            "the horizon is not a whole number of output intervals",
            value=f"horizon {case.horizon}, output every {every:g} h",
            expected=f"a multiple of {every:g} h",
            fix="leave out [output] every, or make the horizon a multiple of it and of the solver step",
        )
    return outputs * case.steps_per_output


def simulate(
    case: Case,
    *,
    readouts: tuple[tuple[AbstractSubmodel, dict], ...] = (),
    wanted: Mapping[str, tuple[str, ...]] | None = None,
    factors: Mapping[str, np.ndarray] | None = None,
    on_progress: Callable[[float], None] | None = None,
    cancel: threading.Event | None = None,
    threads: int = 2,
) -> Result:
    """Simulate every arm of a case from the drug-free state.

    Args:
        case: the question.
        readouts: submodels of the floor above with their parameters; `clinic.simulate` passes the clinical ones.
        wanted: port -> statistics to keep; `default_wanted` when left out.
        factors: "submodel.name" -> factor per patient [patients] on that parameter: a virtual population.
        on_progress: called with the share done, 0 to 1.
        cancel: set it to stop between blocks.
        threads: threads over chunks of patients.

    Raises:
        InputError: anything about the case that cannot be simulated.
        Cancelled: ``cancel`` was set.
    """
    if threads < 1:
        raise InputError("number of threads", value=threads, expected="1 or more")
    outputs = number_of_steps(case) // case.steps_per_output
    regimens = arm_regimens(case)
    system = case_system(case, regimens, readouts)
    solver = Solver(case.step_h, case.steps_per_output, case.solver.dtype, threads)
    ports, asked_for = system.composition.ports, dict(wanted or default_wanted(factors))
    kept = records(ports, {k: s for k, s in asked_for.items() if k in ports or k != "unbound_brain"})
    parameters, patients = apply_factors(system.parameters, factors or {})
    store, doses = allocate(system.composition, kept, len(regimens), patients, outputs + 1), {}
    by_rule: dict[str, dict[str, np.ndarray]] = {}
    last: dict[str, float] = {}
    notes: tuple[str, ...] = ()
    for number, (name, regimen) in enumerate(regimens.items()):
        plan = plan_arm(case, name, regimen, patients)
        rules = [bind_rule(r, system.composition, case.horizon_h) for r in regimen.rules_in_mg(case.weight_kg)]
        asked = {Record(REQUEST, i, "sum"): np.zeros((outputs + 1, patients)) for i in range(len(rules))}

        def progress(done: int, of: int, number=number):
            if on_progress is not None:
                on_progress((number + done / of) / len(regimens))

        runner = Runner(system, solver, (*kept, *asked), rules, cancel)
        run_plan(plan, runner, parameters, patients, store.arm(number) | asked, progress)
        doses[name] = doses_per_interval(plan, case, outputs)
        last[name] = plan.last_dose_h(case.horizon_h)
        notes += plan.notes()
        by_rule[name] = {}
        for rule, values in zip(rules, asked.values(), strict=True):
            by_rule[name][rule.drug] = by_rule[name].get(rule.drug, 0) + values.T
    times = np.arange(outputs + 1) * case.steps_per_output * case.step_h
    return Result(
        data=to_dataset(system.composition, store, list(regimens), times, doses, by_rule),
        case=case,
        used=system.used,
        regimens={name: str(r) for name, r in regimens.items()},
        last_dose_h=last,
        provenance=provenance(case, system, solver),
        notes=(
            *notes,
            *site_notes(ports),
            *step_notes(case, regimens),
            *epilepsy_notes(case),
            *patient_notes(case.person, ports["plasma"].components),
        ),
    )


def apply_factors(parameters: dict, factors: Mapping[str, np.ndarray]) -> tuple[dict, int]:
    """Multiply parameters by factors per patient.

    Returns:
        (parameters with arrays [patients] where a factor applies, number of patients).

    Raises:
        UnknownNameError: a factor on a parameter that the chain does not have.
        InputError: factors of different lengths.
    """
    factors = {name: np.asarray(f, float) for name, f in factors.items()}
    lengths = {f.shape for f in factors.values()}
    if len(lengths) > 1 or any(len(shape) != 1 or shape[0] < 1 for shape in lengths):
        raise InputError("shape of factors", value=sorted(lengths), expected="one array [patients] for each parameter")
    for name, f in factors.items():
        if not np.all(np.isfinite(f) & (f > 0)):
            raise InputError(
                f"factor on {name}", value=float(f[~(np.isfinite(f) & (f > 0))][0]), expected="finite, above 0"
            )
    result = {s: dict(values) for s, values in parameters.items()}
    for name, factor in factors.items():
        submodel, _, key = name.partition(".")
        if key not in result.get(submodel, {}):
            raise UnknownNameError("parameter", name, _flat(parameters))
        value = result[submodel][key]
        result[submodel][key] = tuple(v * factor for v in value) if isinstance(value, tuple) else value * factor
    return result, (next(iter(lengths))[0] if lengths else 1)

"""Protocols of status epilepticus in virtual patients or animals: one cause each, the same for every protocol.

Every individual is simulated untreated from its onset to the first treatment. Who still has a seizure then is enrolled; from
that instant each protocol goes its own way with the same individuals. A step "if still seizing" looks at the seizure of each of
them at that instant.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float

from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.protocol import SEIZING, Protocol
from allostasis.model import Record, records
from allostasis.model.continuation import Continuation, Instant, prepare_run, select
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation.acute import NAIVE, HandOver, assemble_acute, solver_of
from allostasis.simulation.acute_numbers import preparation
from allostasis.simulation.assemble import System
from allostasis.study.population import check_whole
from allostasis.study.se_doses import COLUMNS, Event, columns_of, events_of, grid, unit_doses
from allostasis.study.se_individuals import individuals, typical

KEPT = {
    "activity": ("last",), "log_imbalance": ("last",), "surface": ("last",), "nmda": ("last",), "ampa": ("last",),
    "excitation": ("mean",), "inhibition_fast": ("mean",), "inhibition_slow": ("mean",), "driving_force": ("mean",),
    "e_gaba": ("last",), "modulation_phasic": ("last",), "unbound_brain": ("last",), "nmda_available": ("last",),
    "tnf_alpha": ("last",), "il_1_beta": ("last",),
}  # fmt: skip
"""Series that are kept, once a minute."""
NOTHING: Mapping[str, Float[np.ndarray, " individuals"]] = MappingProxyType({})
"""Every individual by the spread of the preparation."""
PIECE_MIN = 28
"""Minutes between two looks at the progress: whole blocks of a run, so that nothing is computed otherwise."""
TRIGGER_MIN = 5.0
"""A cause that lasts five minutes: the seizure is status epilepticus by then, or ends."""


@dataclass(frozen=True)
class Setting:
    """Who has the seizure, and when treatment begins.

    Attributes:
        preparation: "slice", "rat" or "human".
        delay_min: from onset to the first treatment [min].
        horizon_min: from the first treatment to the end [min].
        severity: added to that of the preparation: a declared covariate of the study.
        trigger_min: how long the first cause lasts [min].
        individuals: how many are simulated from onset on.
        seed: any non-negative integer.
        weight_kg: body weight of each [kg], for doses per kg.
        patient: covariates of a human.
        without: mechanisms that stay naive.
        affinity: affinity at the receptor, "in_vitro" or "in_vivo".
        handed: state that the chronic clock hands over.
        spread: whether individuals differ; without, one typical one is simulated.
        low_affinity: whether the second, micromolar benzodiazepine site is there.
    """

    preparation: str = "human"
    delay_min: int = 30
    horizon_min: int = 60
    severity: float | int = 0.0
    trigger_min: float | int = TRIGGER_MIN
    individuals: int = 200
    seed: int = 1
    weight_kg: float | int = 70.0
    patient: Patient | None = None
    without: tuple[str, ...] = ()
    affinity: str = "in_vitro"
    handed: HandOver = NAIVE
    spread: bool = True
    low_affinity: bool = False

    def __post_init__(self):
        for what, value in (("delay to treatment [min]", self.delay_min), ("horizon [min]", self.horizon_min)):
            check_whole(what, value, 1)
        check_whole("number of individuals", self.individuals, 1)
        check_whole("seed", self.seed, 0)
        if not self.weight_kg > 0:
            raise InputError("body weight [kg]", value=self.weight_kg, expected="above 0")


@dataclass(frozen=True, eq=False)
class Course:
    """One protocol in everybody who was enrolled.

    Attributes:
        protocol: what was done.
        series: record -> values at the end of each minute after the first treatment [minutes x patients].
        given: step of the protocol -> who got it at each of its times [patients x times].
        doses_mg: drug -> mg given in all [patients].
    """

    protocol: Protocol
    series: Mapping[Record, Float[np.ndarray, "minutes patients"]]
    given: tuple[Bool[np.ndarray, "patients _"], ...]
    doses_mg: Mapping[str, Float[np.ndarray, " patients"]]

    @property
    def activity(self) -> Float[np.ndarray, "patients minutes"]:
        """Seizure activity at the end of each minute."""
        return _activity(self.series).T

    @property
    def minutes(self) -> Float[np.ndarray, " minutes"]:
        """Time from the first treatment on [min]."""
        return np.arange(1.0, self.activity.shape[1] + 1)

    def port(self, name: str, component: int | None = None) -> Float[np.ndarray, "patients minutes"]:
        """A kept port once a minute; of one with components, that of index ``component``.

        Raises:
            UnknownNameError: a port or component that was not kept.
        """
        for record, values in self.series.items():
            if record.port == name and record.component == component:
                return values.T
        raise UnknownNameError("kept port", name, {r.port for r in self.series})


@dataclass(frozen=True, eq=False)
class Study:
    """Every protocol in the same individuals.

    Attributes:
        setting: who and when.
        before: record -> values at the end of each minute from onset to the first treatment, of those enrolled.
        enrolled: who of the individuals still had a seizure at the first treatment.
        courses: one per protocol.
        system: the composed chain, with the numbers behind it.
    """

    setting: Setting
    before: Mapping[Record, Float[np.ndarray, "minutes patients"]]
    enrolled: Bool[np.ndarray, " individuals"]
    courses: tuple[Course, ...]
    system: System

    def course(self, name: str) -> Course:
        """The course of one protocol by name."""
        return next(c for c in self.courses if c.protocol.name == name)


def run_study(
    protocols: Sequence[Protocol],
    setting: Setting,
    *,
    laid_out: Mapping[str, Float[np.ndarray, " individuals"]] = NOTHING,
    beside: Iterable[tuple[str, str]] = (),
    cancel: threading.Event | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Study:
    """Simulate every protocol.

    Args:
        protocols: at least one, each with its own name.
        setting: who and when.
        laid_out: "severity" or "exit" of each individual, in place of the spread of the preparation.
        beside: (drug, route) pairs that no protocol gives: studies that are composed for the same pairs share one program.
        cancel: set it to stop between blocks of minutes.
        on_progress: called with the share done, 0 to 1, of the minutes of all individuals; until treatment begins, as if all of
            them would be treated.

    Raises:
        InputError: no individual has a seizure at the first treatment, two protocols of one name, or a step that cannot be.
        Cancelled: `cancel` was set.
    """
    names = [p.name for p in protocols]
    if not protocols or len(set(names)) < len(names):
        raise InputError("protocols", value=", ".join(names) or "none", expected="at least one, each with its own name")
    for protocol in protocols:
        protocol.check(
            human=setting.preparation == "human", horizon_min=setting.horizon_min, weight_kg=float(setting.weight_kg),
            above_maximum=True,
        )  # fmt: skip
    sites = set(beside).union(*(p.sites() for p in protocols))
    system = assemble_acute(
        sites, setting.preparation, patient=setting.patient, severity=setting.severity,
        trigger_end_h=setting.trigger_min / 60, affinity=setting.affinity, without=setting.without, handed=setting.handed,
        low_affinity=setting.low_affinity,
    )  # fmt: skip
    n, own = setting.individuals if setting.spread or laid_out else 1, preparation(setting.preparation)
    numbers = individuals(system, own, n, setting.seed, laid_out) if setting.spread else typical(system, laid_out)
    events = events_of(protocols)
    columns = columns_of(protocols, events, sites)
    kept = records(system.composition.ports, KEPT)
    told = on_progress or (lambda share: None)
    steps = solver_of(setting.preparation)
    run = prepare_run(system.composition, numbers, columns, kept, patients=n, solver=steps, cancel=cancel)
    most = n * (setting.delay_min + len(protocols) * setting.horizon_min)
    onset, before = _untreated(run, setting.delay_min, lambda minutes: told(n * minutes / most))
    enrolled = _activity(before)[-1] >= STOPPED
    if not enrolled.any():
        raise InputError(
            "nobody has a seizure at the first treatment", value=f"{setting.delay_min} min after onset",
            fix="treat earlier, or raise the severity",
        )  # fmt: skip
    chosen = np.flatnonzero(enrolled)
    lanes = np.tile(chosen, len(protocols))
    done, whole = n * setting.delay_min, n * setting.delay_min + len(lanes) * setting.horizon_min

    told(done / whole)
    courses = _treat(
        run.over(lanes), select(onset, lanes), protocols, events, setting,
        lambda minutes: told((done + len(lanes) * minutes) / whole),
    )  # fmt: skip
    return Study(setting, {r: v[:, chosen] for r, v in before.items()}, enrolled, courses, system)


def _untreated(
    run: Continuation, delay_min: int, tell: Callable[[float], None]
) -> tuple[Instant, dict[Record, Float[np.ndarray, "minutes patients"]]]:
    """Advance everybody from onset to the first treatment, in pieces: (state then, each record's series)."""
    instant, pieces = run.start(), []
    for first, last in itertools.pairwise([*range(0, delay_min, PIECE_MIN), delay_min]):
        instant, series = run.advance(instant, np.zeros(((last - first) * run.solver.steps_per_output, run.columns)))
        pieces.append(series)
        tell(last)
    return instant, _joined(pieces)


def _joined(pieces: Sequence[Mapping[Record, np.ndarray]]) -> dict[Record, np.ndarray]:
    return {record: np.concatenate([piece[record] for piece in pieces]) for record in pieces[0]}


def _activity(series: Mapping[Record, np.ndarray]) -> Float[np.ndarray, "minutes lanes"]:
    return next(values for record, values in series.items() if record.port == "activity")


def _treat(
    run: Continuation, instant: Instant, protocols: Sequence[Protocol], events: Sequence[Event], setting: Setting,
    tell: Callable[[float], None],
) -> tuple[Course, ...]:
    """Advance all protocols at once, from one decision to the next."""
    patients = run.lanes // len(protocols)
    of_lane = np.arange(run.lanes) // patients
    weight = setting.weight_kg if setting.preparation == "human" else 1.0
    amounts = unit_doses(protocols, events, setting.horizon_min, run.solver)
    mg = np.zeros((max(len(events), COLUMNS), run.lanes))
    seizing, pieces = np.ones(run.lanes, bool), []
    edges = [*sorted({0.0, *(e.at_min for e in events)}), float(setting.horizon_min)]
    for low, high in itertools.pairwise(edges):
        for number, event in enumerate(events):
            if event.at_min == low:
                step = protocols[event.protocol].steps[event.step]
                who = (of_lane == event.protocol) & (seizing | (step.condition != SEIZING))
                mg[number] = np.where(who, step.amount_mg(weight), 0.0)
        for first, last in itertools.pairwise([*np.arange(low, high, PIECE_MIN), high]):
            instant, series = run.advance(instant, amounts[grid(first, run.solver) : grid(last, run.solver)], mg)
            pieces.append(series)
            tell(last)
        seizing = _activity(pieces[-1])[-1] >= STOPPED
    joined = _joined(pieces)
    return tuple(_course(p, protocol, joined, events, mg, of_lane == p) for p, protocol in enumerate(protocols))


def _course(
    number: int, protocol: Protocol, series: Mapping, events: Sequence[Event], mg: np.ndarray, mine: np.ndarray
) -> Course:
    own = [(e, mg[i][mine]) for i, e in enumerate(events) if e.protocol == number]
    doses: dict[str, np.ndarray] = {}
    for event, amount in own:
        drug = protocol.steps[event.step].drug
        doses[drug] = doses.get(drug, 0.0) + amount
    given = tuple(np.stack([m > 0 for e, m in own if e.step == i], axis=1) for i in range(len(protocol.steps)))
    return Course(protocol, {record: values[:, mine] for record, values in series.items()}, given, doses)

"""Why a dose given late stops fewer seizures than in a circuit that no seizure has changed: the loss, shared out over groups.

    lost = share stopped where the seizure changed nothing - share stopped where it changed everything

A circuit that a seizure does not change mostly ends the seizure by itself before any treatment, so a plain run without the
mechanisms treats others, and fewer. Therefore the individuals are those whom the question itself enrols, and in every
counterfactual (a coalition of acting mechanisms, `clinic.attribution`) the first cause lasts until the first treatment: all of
them have a seizure until the same instant, and differ in what that seizure has done to them. In those enrolled this changes
nothing where every mechanism acts, for their seizure goes on by itself.

What ends seizures (adenosine, acidosis, exhaustion) acts in every counterfactual: it takes no effect away. So seizures also end
by themselves once the cause is over, more often the less is changed; `Coalition.untreated` counts them.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from allostasis.clinic.attribution import Acting, Attribution, attribute, coalitions
from allostasis.clinic.explain_mechanisms import GROUPS
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.protocol import ALWAYS, Protocol
from allostasis.clinic.status_epilepticus.question import Question
from allostasis.quantity import InputError, NotModelledError, UnknownNameError, magnitude
from allostasis.study.se_changed import PATIENT, Changed, changed_by, reference
from allostasis.study.se_question import setting
from allostasis.study.status_epilepticus import TRIGGER_MIN, Setting, Study, run_study

UNTREATED = "no treatment"
DRAWS = 400  # structural: resamples of the individuals for an interval
LOW, HIGH = 2.5, 97.5  # structural: percentiles of a 95 % interval


@dataclass(frozen=True, eq=False)
class Coalition:
    """What the same individuals came to when exactly some mechanisms act.

    Attributes:
        stopped: whose seizure is over at the time asked for, with the protocol.
        untreated: the same without any treatment.
        at_dose: log imbalance H at the first treatment [1].
        treated_h: H at the time asked for, with the protocol [1].
        untreated_h: the same without any treatment [1].
        ended_before: how many had no seizure any more at the first treatment; they count as stopped.
    """

    stopped: Bool[np.ndarray, " patients"]
    untreated: Bool[np.ndarray, " patients"]
    at_dose: Float[np.ndarray, " patients"]
    treated_h: Float[np.ndarray, " patients"]
    untreated_h: Float[np.ndarray, " patients"]
    ended_before: int


MEASURES: Mapping[str, Callable[[Coalition, np.ndarray], float]] = {
    "stopped": lambda c, who: float(c.stopped[who].mean()),
    "imbalance at dose": lambda c, who: float(np.median(c.at_dose[who])),
    "imbalance with drug": lambda c, who: float(np.median(c.treated_h[who])),
}
"""What is shared out: the share stopped, and the median H at the first treatment and at the time asked for."""


@dataclass(frozen=True, eq=False)
class AcuteExplanation:
    """Why one protocol of a question stops fewer seizures than in an unchanged circuit.

    Attributes:
        question: what was asked.
        protocol: its steps up to the time asked for.
        at_min: time asked for, from the first treatment on [min].
        changed: every mechanism that was nulled.
        table: coalition of acting mechanisms -> what it came to.
        shares: measure -> attribution.
        intervals: measure -> group or mechanism -> 95 % interval over individuals; "lost" for the whole loss.
        at_once: the same individuals treated when a first cause of five minutes ends, everything acting.
        own: share stopped in the question itself, where the first cause lasts five minutes.
        individuals: how many were simulated to find those enrolled.
    """

    question: Question
    protocol: Protocol
    at_min: int
    changed: tuple[Changed, ...]
    table: Mapping[Acting, Coalition]
    shares: Mapping[str, Attribution]
    intervals: Mapping[str, Mapping[str, tuple[float, float]]]
    at_once: Coalition
    own: float
    individuals: int

    @property
    def full(self) -> Coalition:
        """Where every mechanism acts."""
        return self.table[frozenset(c.name for c in self.changed)]

    @property
    def naive(self) -> Coalition:
        """Where none acts."""
        return self.table[frozenset()]

    @property
    def fall(self) -> tuple[float, float]:
        """How far the protocol brings H down from that without treatment, median of those whom it does not free [1].

        (nothing changed, everything changed); NaN where it frees everybody. In those whose seizure is over H recovers by itself.
        """
        still = ~self.full.stopped
        if not still.any():
            return float("nan"), float("nan")
        naive, full = (float(np.median((c.untreated_h - c.treated_h)[still])) for c in (self.naive, self.full))
        return naive, full

    @property
    def patients(self) -> int:
        """How many individuals are compared."""
        return len(self.full.stopped)


def explain_protocol(
    question: Question, *, protocol: str | None = None, at: str | None = None, cancel: threading.Event | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> AcuteExplanation:  # fmt: skip
    """Attribute what one protocol loses.

    Args:
        question: a checked one.
        protocol: its name; the first one with a dose when left out.
        at: when seizures are counted, such as "20 min" after the first treatment; the endpoint of the question when left out.
        cancel: set it to stop.
        on_progress: called with the share done, 0 to 1.

    Raises:
        UnknownNameError: no such protocol.
        InputError: no dose before that time, or nobody has a seizure at the first treatment.
        NotModelledError: a step before that time which only those still seizing get.
        Cancelled: `cancel` was set.
    """
    at_min = _minutes(question, at)
    arms = _cut(_chosen(question, protocol), at_min), Protocol(UNTREATED)
    changed = changed_by(question)
    groups = {g: tuple(c.name for c in changed if c.group == g) for g in GROUPS}
    lanes, own = coalitions(groups), replace(setting(question), horizon_min=at_min)
    told = on_progress or (lambda share: None)
    first = run_study(arms, own, cancel=cancel)
    who = np.flatnonzero(first.enrolled)
    table = {}
    for k, acting in enumerate(lanes):
        told((k + 1) / (len(lanes) + 2))
        table[acting] = _seen(run_study(arms, _without(own, question, changed, acting), cancel=cancel), who)
    early = replace(own, delay_min=round(TRIGGER_MIN))
    at_once = _seen(run_study(arms, early, cancel=cancel), who)
    told(1.0)
    stopped = float((first.courses[0].activity[:, -1] < STOPPED).mean())
    shares = {name: attribute(groups, _of(table, measure, np.arange(len(who)))) for name, measure in MEASURES.items()}
    intervals = {name: _intervals(groups, table, measure, question.seed) for name, measure in MEASURES.items()}
    return AcuteExplanation(
        question, arms[0], at_min, changed, table, shares, intervals, at_once, stopped, first.enrolled.size
    )  # fmt: skip


def _minutes(question: Question, at: str | None) -> int:
    if at is None:
        return round(question.counted_from_min + question.counted.within_min)
    value = magnitude(at, "min", what="time to explain")
    if not 1 <= value <= question.horizon_min or value != round(value):
        raise InputError(
            "time to explain outside the run", value=at, fix="choose --at within it",
            expected=f"whole minutes from the first treatment on, at most {question.horizon_min} min",
        )  # fmt: skip
    return round(value)


def _chosen(question: Question, name: str | None) -> Protocol:
    dosed = {p.name: p for p in question.protocols if p.steps}
    if name is None and dosed:
        return next(iter(dosed.values()))
    if name not in dosed:
        raise UnknownNameError("protocol with a dose", name or "none", dosed)
    return dosed[name]


def _cut(protocol: Protocol, at_min: int) -> Protocol:
    """The steps that act before the time asked for; refuses doses that would differ between counterfactuals."""
    steps = tuple(s for s in protocol.steps if s.at_min < at_min)
    for step in steps:
        if step.condition != ALWAYS:
            raise NotModelledError(
                f"explaining protocol {protocol.name!r}, whose doses are not the same in every counterfactual",
                value=step.text(), expected="doses that everybody gets", fix=f"choose an earlier --at: {step.at_min:g} min",
            )  # fmt: skip
        if step.times_min()[-1] >= at_min:
            raise InputError(
                f"a repeated dose of {step.drug} after the time to explain", value=f"{at_min} min",
                expected=f"later than {step.times_min()[-1]:g} min", fix="choose a later --at",
            )  # fmt: skip
    if not steps:
        raise InputError(f"{protocol.name}: no dose before the time to explain", value=f"{at_min} min", fix="choose a later --at")
    return Protocol(protocol.name, steps)


def _without(own: Setting, question: Question, changed: Iterable[Changed], acting: Acting) -> Setting:
    """A setting in which exactly these act, and the first cause lasts until the first treatment."""
    off = [part for c in changed if c.name not in acting for part in c.parts]
    left_out = any(c.name == PATIENT and PATIENT not in acting for c in changed)
    return replace(
        own, trigger_min=own.delay_min, without=tuple(dict.fromkeys((*own.without, *off))),
        patient=reference(question).person() if left_out else own.patient,
    )  # fmt: skip


def _seen(study: Study, who: np.ndarray) -> Coalition:
    """What chosen individuals came to; who has no seizure at the first treatment counts as stopped, with H unknown."""
    n, there = study.enrolled.size, study.enrolled
    before = next(values for record, values in study.before.items() if record.port == "log_imbalance")

    def laid(values: np.ndarray, otherwise: float) -> np.ndarray:
        out = np.full(n, otherwise)
        out[there] = values
        return out[who]

    treated, untreated = study.courses
    return Coalition(
        laid(treated.activity[:, -1] < STOPPED, 1.0) > 0, laid(untreated.activity[:, -1] < STOPPED, 1.0) > 0,
        laid(before[-1], 0.0), laid(treated.port("log_imbalance")[:, -1], 0.0),
        laid(untreated.port("log_imbalance")[:, -1], 0.0), int((~there[who]).sum()),
    )  # fmt: skip


def _of(table: Mapping[Acting, Coalition], measure: Callable, who: np.ndarray) -> Callable[[Acting], float]:
    return lambda acting: measure(table[acting], who)


def _intervals(
    groups: Mapping[str, tuple[str, ...]], table: Mapping[Acting, Coalition], measure: Callable, seed: int
) -> dict[str, tuple[float, float]]:
    """Percentiles over resampled individuals, the same in every coalition: of the loss, each group and each mechanism's part."""
    n = len(next(iter(table.values())).stopped)
    drawn: dict[str, list[float]] = {}
    random = np.random.default_rng(seed)
    for _ in range(DRAWS):
        found = attribute(groups, _of(table, measure, random.integers(0, n, n)))
        values = {"lost": found.lost} | {g.name: g.lost for g in found.groups}
        values |= {name: share.part for g in found.groups for name, share in g.mechanisms.items()}
        for name, value in values.items():
            drawn.setdefault(name, []).append(value)
    return {name: (float(np.percentile(v, LOW)), float(np.percentile(v, HIGH))) for name, v in drawn.items()}

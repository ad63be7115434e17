"""One definition of a kinetic scheme: conformations, transitions with their rate laws, conducting states."""

from collections.abc import Mapping
from dataclasses import dataclass

from allostasis.quantity.errors import InputError, UnknownNameError

STEPS = ("binding", "unbinding", "flip", "unflip", "opening", "closing", "desensitisation", "recovery")
"""What a transition does. Modulators scale all transitions of one kind."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow of a scheme; its rate is ``sites`` times the product of named constants, times GABA if it binds.

    Args:
        source: conformation that is left.
        target: conformation that is entered.
        step: what happens, one of `STEPS`; "binding" multiplies by the GABA concentration.
        constants: names of the constants whose product is the rate ("koff", "c").
        sites: statistical factor, the number of equivalent sites that can take this step.
    """

    source: str
    target: str
    step: str
    constants: tuple[str, ...]
    sites: int = 1

    def rate(self, values: Mapping):
        """Rate without the GABA concentration [1/ms, or 1/uM/ms where it binds]."""
        rate = self.sites
        for name in self.constants:
            rate = rate * values[name]
        return rate


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kinetic scheme: everything else (matrix, currents, records, dwell times) is derived from it.

    Args:
        name: name for messages and plots.
        conformations: names of the states in the order of every matrix.
        conducting: names of those that pass current.
        transitions: the arrows.

    Raises:
        UnknownNameError: an arrow or a conducting state names a state or step that is not declared.
        InputError: a state named twice, an arrow given twice or from a state to itself, no conducting state, or a state
            that cannot be left or reached (the scheme then has no single steady state).

    >>> MWC_FLIP.conformations[:4]
    ('R0', 'R1', 'R2', 'F0')
    >>> Scheme("broken", ("C", "O"), ("O",), (Transition("C", "O", "opening", ("beta",)),))
    Traceback (most recent call last):
    allostasis.quantity.errors.InputError: state 'O' of scheme 'broken' can be entered and never left...
    """

    name: str
    conformations: tuple[str, ...]
    conducting: tuple[str, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        known = self.conformations
        if len(set(known)) < len(known):
            raise InputError(f"scheme {self.name!r} names a state twice", value=", ".join(known))
        seen = set()
        for arrow in self.transitions:
            for end in (arrow.source, arrow.target):
                if end not in known:
                    raise UnknownNameError(f"state of scheme {self.name!r}", end, known)
            if arrow.step not in STEPS:
                raise UnknownNameError("step of a transition", arrow.step, STEPS)
            pair = (arrow.source, arrow.target)
            if pair in seen or arrow.source == arrow.target:
                raise InputError(
                    f"scheme {self.name!r} has a wrong arrow",
                    value=" -> ".join(pair),
                    expected="one arrow for each ordered pair of different states",
                )
            seen.add(pair)
        for state in self.conducting:
            if state not in known:
                raise UnknownNameError(f"conducting state of scheme {self.name!r}", state, known)
        if not self.conducting or len(self.conducting) == len(known):
            raise InputError(f"scheme {self.name!r} needs conducting and shut states", value=self.conducting)
        self._refuse_traps(seen)

    def _refuse_traps(self, arrows: set[tuple[str, str]]) -> None:
        """Every state must be reachable from every other one."""
        start = self.conformations[0]
        for what, sign in (("cannot be reached", 1), ("can be entered and never left", -1)):
            links = {pair[::sign] for pair in arrows}
            found, waiting = {start}, [start]
            while waiting:
                here = waiting.pop()
                fresh = {b for a, b in links if a == here} - found
                found |= fresh
                waiting.extend(fresh)
            lost = [state for state in self.conformations if state not in found]
            if lost:
                raise InputError(
                    f"state {lost[0]!r} of scheme {self.name!r} {what} from {start!r}"
                    if sign > 0
                    else f"state {lost[0]!r} of scheme {self.name!r} {what} towards {start!r}",
                    fix="add the missing arrow, or leave the state out",
                )

    @property
    def constants(self) -> tuple[str, ...]:
        """Names of all constants, in order of first use."""
        return tuple(dict.fromkeys(name for arrow in self.transitions for name in arrow.constants))


def _pair(low: str, high: str, forward: tuple[str, ...], backward: tuple[str, ...], kind: str) -> list[Transition]:
    """Both directions of one step; ``kind`` names the forward one."""
    reverse = {"flip": "unflip", "opening": "closing", "desensitisation": "recovery"}[kind]
    return [Transition(low, high, kind, forward), Transition(high, low, reverse, backward)]


def _bindings(row: str, unbinding: tuple[str, ...], first: int = 0) -> list[Transition]:
    """GABA binding along one row of the scheme with statistical factors (2, 1 and 1, 2)."""
    arrows = []
    for n in range(first, 2):
        arrows.append(Transition(f"{row}{n}", f"{row}{n + 1}", "binding", ("kon",), 2 - n))
        arrows.append(Transition(f"{row}{n + 1}", f"{row}{n}", "unbinding", unbinding, n + 1))
    return arrows


def _mwc_flip() -> Scheme:
    arrows = _bindings("R", ("koff",)) + _bindings("F", ("koff", "c")) + _bindings("O", ("koff", "c"))
    for row in ("D", "S"):
        arrows += _bindings(row, ("koff", "c"), first=1)
    for n in range(2 + 1):
        arrows += _pair(f"R{n}", f"F{n}", ("gamma", "F2", *("c",) * (2 - n)), ("gamma",), "flip")
        arrows += _pair(f"F{n}", f"O{n}", ("beta",), ("alpha",), "opening")
    for n in (1, 2):
        arrows += _pair(f"F{n}", f"D{n}", ("d",), ("r",), "desensitisation")
        arrows += _pair(f"F{n}", f"S{n}", ("ds",), ("rs",), "desensitisation")
    states = (*(f"{row}{n}" for row in "RFO" for n in range(2 + 1)), "D1", "D2", "S1", "S2")
    return Scheme("mwc_flip", states, ("O0", "O1", "O2"), tuple(arrows))


def _jones_westbrook() -> Scheme:
    arrows = _bindings("R", ("koff",))
    for n in (1, 2):
        arrows += _pair(f"R{n}", f"O{n}", (f"beta{n}",), (f"alpha{n}",), "opening")
        arrows += _pair(f"R{n}", f"D{n}", (f"d{n}",), (f"r{n}",), "desensitisation")
    return Scheme("jones_westbrook", ("R0", "R1", "R2", "O1", "O2", "D1", "D2"), ("O1", "O2"), tuple(arrows))


MWC_FLIP = _mwc_flip()
"""Resting R, flipped F, open O (0, 1 or 2 GABA), desensitised D (fast) and S (slow) (1 or 2): the scheme of this library.

All states but R bind GABA 1/c times more tightly, so every cycle of bindings is in balance.
"""

JONES_WESTBROOK = _jones_westbrook()
"""The seven-state scheme of Jones and Westbrook 1995 with the rates of the Mozrzymas laboratory: a second opinion."""

SCHEMES = {scheme.name: scheme for scheme in (MWC_FLIP, JONES_WESTBROOK)}

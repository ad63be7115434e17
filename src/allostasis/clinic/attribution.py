"""Who took the effect away: a lost effect shared out over groups of mechanisms, from nothing but a function of what acts.

    lost    = E(nothing acts) - E(everything acts)
    phi_g   = sum_S w(S) [E(S) - E(S, g)]                       Shapley 1953; S: coalitions of the other groups
    part_m  = sum_S w(S) [E(S, g without m) - E(S, g)]          the same mean, of leaving out one mechanism m of the group
    alone_m = E(everything but m) - E(everything)               what nulling m alone would give back now
    w(S)    = |S|! (n - |S| - 1)! / n!

The Shapley values phi of n groups add up to the lost effect, whatever the mechanisms do to each other. Within a group each
mechanism has its ``part``; what is missing to phi_g is the group's ``interaction``: what its mechanisms do only together. So all
bars add up. ``alone`` is the plain leave-one-out value: the answer to one treatment of one mechanism. Those values do not add up.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from typing import NamedTuple

from allostasis.quantity import InputError

type Acting = frozenset[str]
"""Names of the mechanisms that act; the others are nulled."""
MOST_GROUPS = 10  # structural: 2^10 coalitions
"""An exact Shapley value of more groups would need too many effects."""


class MechanismShare(NamedTuple):
    """What one mechanism took: its part of the bar of its group, and what comes back when it alone is nulled."""

    part: float
    alone: float


@dataclass(frozen=True)
class GroupShare:
    """What one group took.

    Attributes:
        name: of the group.
        lost: its Shapley value: the bar; negative where the group adds effect.
        alone: what comes back when this whole group is nulled and all others act.
        mechanisms: mechanism -> its share.
    """

    name: str
    lost: float
    alone: float
    mechanisms: Mapping[str, MechanismShare]

    @property
    def interaction(self) -> float:
        """The bar less the parts of its mechanisms; 0 in a group of one."""
        return self.lost - sum(share.part for share in self.mechanisms.values())


@dataclass(frozen=True)
class Attribution:
    """A lost effect with its shares.

    Attributes:
        naive: effect where no mechanism acts.
        full: effect where all act.
        groups: shares in the order of the question; a group without mechanisms has 0.
    """

    naive: float
    full: float
    groups: tuple[GroupShare, ...]

    @property
    def lost(self) -> float:
        """The lost effect; below 0 where the mechanisms add effect."""
        return self.naive - self.full

    def share(self, value: float) -> float:
        """A part over the lost effect [1]; NaN where nothing is lost."""
        return value / self.lost if self.lost else math.nan


def _subsets(names: Iterable[str]) -> Iterable[tuple[str, ...]]:
    held = tuple(names)
    return chain.from_iterable(combinations(held, size) for size in range(len(held) + 1))


def _checked(groups: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    held = {name: tuple(mechanisms) for name, mechanisms in groups.items()}
    every = [m for mechanisms in held.values() for m in mechanisms]
    if twice := sorted({m for m in every if every.count(m) > 1}):
        raise InputError("a mechanism counts in one group, once", value=", ".join(twice), fix="leave it in one group")
    acting = [name for name, mechanisms in held.items() if mechanisms]
    if len(acting) > MOST_GROUPS:
        raise InputError("groups of mechanisms", value=len(acting), expected=f"at most {MOST_GROUPS}", fix="join some of them")
    return held


def coalitions(groups: Mapping[str, Iterable[str]]) -> tuple[Acting, ...]:
    """Every set of acting mechanisms that `attribute` asks for, each once: run them in one batch.

    Of n groups with k mechanisms each, 2^n + 2^(n-1) n k at most. First come the coalitions of whole groups.

    >>> ["".join(sorted(s)) for s in coalitions({"target": ["a"], "network": ["b", "c"], "efflux": []})]
    ['', 'a', 'bc', 'abc', 'c', 'ac', 'b', 'ab']
    """
    held = _checked(groups)
    acting = [name for name, mechanisms in held.items() if mechanisms]
    whole = [_united(held, subset) for subset in _subsets(acting)]
    for name in acting:
        others = [_united(held, subset) for subset in _subsets(g for g in acting if g != name)]
        whole += [other | (frozenset(held[name]) - {m}) for m in held[name] for other in others]
    return tuple(dict.fromkeys(whole))


def _united(groups: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> Acting:
    return frozenset(chain.from_iterable(groups[name] for name in names))


def attribute(groups: Mapping[str, Iterable[str]], evaluate: Callable[[Acting], float]) -> Attribution:
    """Share a lost effect out over groups of mechanisms.

    Args:
        groups: group -> its mechanisms; a group may be empty, and then has exactly 0.
        evaluate: effect [any unit] when exactly these mechanisms act. It is asked for the sets of `coalitions`, and may be the
            ``__getitem__`` of a table of them.

    Raises:
        InputError: a mechanism in two groups, too many groups, or an effect that is not finite.

    >>> effect = lambda acting: 1.0 - 0.3 * ("a" in acting) - 0.2 * ("b" in acting)
    >>> found = attribute({"target": ["a"], "network": ["b"], "efflux": []}, effect)
    >>> [(g.name, round(g.lost, 12)) for g in found.groups]
    [('target', 0.3), ('network', 0.2), ('efflux', 0.0)]
    """
    held = _checked(groups)
    effect = {acting: float(evaluate(acting)) for acting in coalitions(held)}
    for acting, value in effect.items():
        if not math.isfinite(value):
            who = ", ".join(sorted(acting)) or "no mechanism"
            raise InputError(f"the effect with {who} is not finite", value=value, expected="a number for every coalition")
    every = frozenset(chain.from_iterable(held.values()))
    shares = (_share(name, held, effect, every) for name in held)
    return Attribution(effect[frozenset()], effect[every], tuple(shares))


def _share(name: str, groups: Mapping[str, tuple[str, ...]], effect: Mapping[Acting, float], every: Acting) -> GroupShare:
    own = frozenset(groups[name])
    if not own:
        return GroupShare(name, 0.0, 0.0, {})
    others = [other for other, mechanisms in groups.items() if mechanisms and other != name]
    n = len(others) + 1

    def mean(without: Acting) -> float:
        """Mean over the coalitions S of the other groups of what comes back when these are left out of the group."""
        total = 0.0
        for subset in _subsets(others):
            weight = math.factorial(len(subset)) * math.factorial(n - len(subset) - 1) / math.factorial(n)
            rest = _united(groups, subset)
            total += weight * (effect[rest | (own - without)] - effect[rest | own])
        return total

    mechanisms = {m: MechanismShare(mean(frozenset({m})), effect[every - {m}] - effect[every]) for m in groups[name]}
    return GroupShare(name, mean(own), effect[every - own] - effect[every], mechanisms)

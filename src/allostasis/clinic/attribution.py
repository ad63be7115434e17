"""Who took the effect away: a lost effect shared out over groups of mechanisms, from nothing but a function of what acts.

    lost   = E(nothing acts) - E(everything acts)
    phi_g  = sum over coalitions S of the other groups  |S|! (n - |S| - 1)! / n!  [E(S) - E(S and g)]        Shapley 1953
    back_m = E(everything but m) - E(everything)                                       what nulling m alone gives back

The Shapley values phi of n groups need 2^n effects and add up to the lost effect, whatever the mechanisms do to each other. Within a
group every mechanism has its leave-one-out value ``back``; what is missing to phi of the group is its ``interaction``: what its
mechanisms do only together, with each other or with other groups. So all bars add up.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

from allostasis.quantity import InputError

type Acting = frozenset[str]
"""Names of the mechanisms that act; the others are nulled."""
MOST_GROUPS = 10  # structural: 2^10 coalitions
"""An exact Shapley value of more groups would need too many effects."""


@dataclass(frozen=True)
class GroupShare:
    """What one group took.

    Attributes:
        name: of the group.
        lost: its Shapley value: the bar; negative where the group adds effect.
        alone: what comes back when this whole group is nulled and all others act.
        mechanisms: mechanism -> what comes back when it alone is nulled.
    """

    name: str
    lost: float
    alone: float
    mechanisms: Mapping[str, float]

    @property
    def interaction(self) -> float:
        """The bar less the leave-one-out values of its mechanisms."""
        return self.lost - sum(self.mechanisms.values())


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

    The first has nothing, the last of the groups' coalitions everything; then follow the leave-one-out sets.

    >>> [sorted(s) for s in coalitions({"target": ["uncoupling"], "network": ["ampa", "nmda"], "efflux": []})]
    [[], ['uncoupling'], ['ampa', 'nmda'], ['ampa', 'nmda', 'uncoupling'], ['nmda', 'uncoupling'], ['ampa', 'uncoupling']]
    """
    held = _checked(groups)
    acting = [name for name, mechanisms in held.items() if mechanisms]
    every = frozenset(chain.from_iterable(held.values()))
    by_group = [_united(held, subset) for subset in _subsets(acting)]
    left_out = [every - {m} for mechanisms in held.values() for m in mechanisms]
    return tuple(dict.fromkeys([*by_group, *left_out]))


def _united(groups: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> Acting:
    return frozenset(chain.from_iterable(groups[name] for name in names))


def attribute(groups: Mapping[str, Iterable[str]], evaluate: Callable[[Acting], float]) -> Attribution:
    """Share a lost effect out over groups of mechanisms.

    Args:
        groups: group -> its mechanisms; a group may be empty.
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
    if wrong := next((acting for acting, value in effect.items() if not math.isfinite(value)), None):
        raise InputError("an effect is not finite", value=", ".join(sorted(wrong)), expected="a number for every coalition")
    if not math.isfinite(effect[frozenset()]):
        raise InputError("the effect without any mechanism is not finite", value=effect[frozenset()])
    every = frozenset(chain.from_iterable(held.values()))
    shares = []
    for name, mechanisms in held.items():
        back = {m: effect[every - {m}] - effect[every] for m in mechanisms}
        alone = effect[every - frozenset(mechanisms)] - effect[every]
        shares.append(GroupShare(name, _shapley(name, held, effect) if mechanisms else 0.0, alone, back))
    return Attribution(effect[frozenset()], effect[every], tuple(shares))


def _shapley(name: str, groups: Mapping[str, tuple[str, ...]], effect: Mapping[Acting, float]) -> float:
    others = [other for other, mechanisms in groups.items() if mechanisms and other != name]
    n, total = len(others) + 1, 0.0
    for subset in _subsets(others):
        weight = math.factorial(len(subset)) * math.factorial(n - len(subset) - 1) / math.factorial(n)
        total += weight * (effect[_united(groups, subset)] - effect[_united(groups, (*subset, name))])
    return total

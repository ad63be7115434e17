"""A daily dose as tablets, parts of tablets and volumes at the times of day: exact, with the fewest pieces."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from allostasis.clinic.taper.helping import cannot_be_made
from allostasis.clinic.taper.making import FREE, Cost, Single, daily_doses, one_drug, single_doses
from allostasis.clinic.taper.plan import TIMES_OF_DAY, Intake
from allostasis.clinic.taper.product import Product, exact
from allostasis.quantity import InputError, UnknownNameError

MOST_PIECES = 6  # structural: a convention of this package, an argument everywhere
"""Largest number of pieces (tablets, parts of tablets, one volume of liquid) at one time of day, unless said otherwise."""

SHARES = ("even", "night")
"""How a daily dose is divided: evenly, or as much as possible at the last of its times."""

DIVISIONS_KEPT = 4096  # structural: a guard of memory

Dose = Fraction | float | int


def combine(
    products: Iterable[Product],
    mg: Dose,
    times: Sequence[str],
    *,
    share: str | Mapping[str, Dose] = "even",
    uneven_mg: Dose = 0,
    most_pieces: int = MOST_PIECES,
) -> tuple[Intake, ...]:
    """Make a daily dose of the products, exactly.

    With share "even" the difference between the largest and the smallest intake is as small as the products allow; later times
    get the larger part; a time may get nothing. Among equally even divisions, and within each intake, the order of preference
    is: least of the dose as liquid, fewest pieces, fewest quarters, fewest halves, largest tablets. The answer depends on
    nothing else, so it is always the same.

    Args:
        products: of one drug.
        mg: daily dose [mg].
        times: names of `TIMES_OF_DAY`, in any order.
        share: "even"; "night": as much as possible at the last time, then at the one before; or the dose of each time [mg].
        uneven_mg: a difference between intakes up to this [mg] is worth fewer pieces (share "even" only).
        most_pieces: largest number of pieces at one time: whole tablets, halves, quarters and one volume of a liquid.

    Returns:
        Intakes by time of day, without those that are empty; () for a dose of 0.

    Raises:
        InputError: a dose that the products cannot make (the refusal names the nearest that they can, and the smallest addition
            that would help), products of more than one drug, a share that does not add up.
        UnknownNameError: an unknown time of day or share.

    >>> from allostasis.clinic.taper import Tablet
    >>> tablets = [Tablet("diazepam", 10), Tablet("diazepam", 5), Tablet("diazepam", 2, parts=2)]
    >>> for intake in combine(tablets, 19, ["night", "morning"]):
    ...     print(intake.time_of_day, [item.text for item in intake.items])
    morning ['1 x 5 mg', '2 x 2 mg']
    night ['1 x 10 mg']
    """
    products, order, mg = one_drug(products), _times(times), _dose(mg)
    if isinstance(share, Mapping):
        given = _given(share, order, mg)
        return tuple(i for time in given for i in combine(products, given[time], [time], most_pieces=most_pieces))
    if share not in SHARES:
        raise UnknownNameError("share", share, SHARES)
    if not mg:
        return ()
    single = single_doses(products, mg, _pieces(most_pieces))
    parts = _divide(products, mg, len(order), share, exact(uneven_mg), most_pieces)
    if parts is None:
        raise cannot_be_made(products, mg, len(order), most_pieces)
    found = ((time, single.ways[part].items) for time, part in zip(order, parts, strict=True))
    return tuple(Intake(time, items) for time, items in found if items)


def ladder(
    products: Iterable[Product], top_mg: Dose, times: Sequence[str], *, most_pieces: int = MOST_PIECES
) -> tuple[Fraction, ...]:
    """Every daily dose [mg] from 0 to the top that `combine` can make at these times, in rising order.

    Args:
        products: of one drug.
        top_mg: largest daily dose [mg]; it is in the ladder only if it can be made.
        times: names of `TIMES_OF_DAY`.
        most_pieces: largest number of pieces at one time.

    >>> from allostasis.clinic.taper import Tablet
    >>> [float(mg) for mg in ladder([Tablet("lorazepam", 1), Tablet("lorazepam", 2.5)], 5, ["night"])]
    [0.0, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]
    """
    return daily_doses(one_drug(products), _dose(top_mg), len(_times(times)), _pieces(most_pieces))


def _times(times: Sequence[str]) -> tuple[str, ...]:
    """Times of day in the order of the day."""
    if isinstance(times, str) or not times:
        raise InputError("times of day", value=times, expected='a list such as ["morning", "night"]')
    for time in times:
        if time not in TIMES_OF_DAY:
            raise UnknownNameError("time of day", time, TIMES_OF_DAY)
    if len(set(times)) != len(times):
        raise InputError("a time of day twice", value=", ".join(times))
    return tuple(sorted(times, key=lambda time: TIMES_OF_DAY[time]))


def _dose(mg: Dose) -> Fraction:
    if not math.isfinite(mg) or mg < 0:
        raise InputError("daily dose [mg]", value=mg, expected="0 or more")
    return exact(mg)


def _pieces(most: int) -> int:
    if most < 1:
        raise InputError("pieces at one time", value=most, expected="1 or more")
    return most


def _given(share: Mapping[str, Dose], order: tuple[str, ...], mg: Fraction) -> dict[str, Fraction]:
    """Doses of a share that was given by time, in the order of the day."""
    for time in share:
        if time not in order:
            raise UnknownNameError("time of the share", time, order)
    parts = {time: _dose(share[time]) for time in order if time in share}
    total = sum(parts.values(), Fraction(0))
    if total != mg:
        raise InputError("the share does not add up to the dose", value=f"{float(total):g} mg", expected=f"{float(mg):g} mg")
    return parts


@lru_cache(maxsize=DIVISIONS_KEPT)
def _divide(
    products: tuple[Product, ...], mg: Fraction, times: int, share: str, uneven_mg: Fraction, most_pieces: int
) -> tuple[int, ...] | None:
    """Parts of the day's dose [grid units] by time of day, or None if it cannot be made."""
    single = single_doses(products, mg, most_pieces)
    total = mg / single.unit_mg
    if total.denominator != 1:
        return None
    if share == "night":
        falling = next(_largest_first(tuple(reversed(single.ways)), int(total), times), None)
        return None if falling is None else tuple(reversed(falling))
    return _most_even(single, int(total), times, math.floor(uneven_mg / single.unit_mg))


def _largest_first(doses: tuple[int, ...], total: int, times: int) -> Iterator[tuple[int, ...]]:
    """Divisions of a total, the largest possible first part first."""
    if times == 1:
        if total in doses:
            yield (total,)
        return
    for first in doses:
        if first <= total:
            for rest in _largest_first(doses, total - first, times - 1):
                yield (first, *rest)


def _most_even(single: Single, total: int, times: int, uneven: int) -> tuple[int, ...] | None:
    """Never falling parts with the smallest difference between last and first, then the lowest cost."""
    doses = tuple(single.ways)
    best: tuple[int, ...] | None = None
    best_key: tuple | None = None
    bound = total
    for lowest in reversed([dose for dose in doses if dose * times <= total]):
        # structural: the rest of the times takes at least its mean, so the difference cannot be smaller than this
        least = 0 if times == 1 else math.ceil(Fraction(total - lowest, times - 1)) - lowest
        if best is not None and least > bound:
            break
        window = [dose for dose in doses if lowest <= dose <= lowest + bound]
        for parts in _never_falling(window, total - lowest, times - 1, lowest):
            spread = parts[-1] - lowest if parts else 0
            whole = (lowest, *parts)
            if spread > bound:
                continue
            cost = FREE
            for part in whole:
                cost = cost.plus(single.ways[part].cost)
            key: tuple[int, Cost, int, tuple[int, ...]] = (max(spread, uneven), cost, spread, whole)
            if best_key is None or key < best_key:
                best, best_key, bound = whole, key, max(spread, uneven)
    return best


def _never_falling(doses: Sequence[int], total: int, times: int, least: int) -> Iterator[tuple[int, ...]]:
    """Divisions of a total into parts that never fall, from parts near their mean to parts far from it."""
    if times == 0:
        if total == 0:
            yield ()
    elif times == 1:
        if total >= least and total in doses:
            yield (total,)
    else:
        for first in reversed([dose for dose in doses if least <= dose and dose * times <= total]):
            for rest in _never_falling(doses, total - first, times - 1, first):
                yield (first, *rest)

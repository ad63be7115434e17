"""Which single doses a set of products can make, and with which pieces: an exact table on a grid of whole units."""

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from allostasis.clinic.taper.product import PARTS, Item, Liquid, Product, Tablet
from allostasis.quantity import InputError

LARGEST_TABLE = 200_000  # structural: a guard of memory; 40 mg on a grid of 0.001 mg takes a fifth of it
"""Most grid points of a table; a start dose on a finer grid than that is refused."""
TABLES_KEPT = 64  # structural: a guard of memory


class Cost(NamedTuple):
    """What a dose costs, compared in this order: liquid [grid units], pieces, quarters, halves."""

    liquid: int
    pieces: int
    quarters: int
    halves: int

    def plus(self, other: "Cost") -> "Cost":
        """Sum of two costs."""
        return Cost(*(a + b for a, b in zip(self, other, strict=True)))


FREE = Cost(0, 0, 0, 0)


class Way(NamedTuple):
    """The cheapest way to make a dose: its cost and its items, largest content first."""

    cost: Cost
    items: tuple[Item, ...]


class Single(NamedTuple):
    """Single doses that can be made.

    Args:
        unit_mg: the grid: every dose is a whole number of these.
        ways: the cheapest way by dose [units], in rising order; 0 (nothing is taken) included.
    """

    unit_mg: Fraction
    ways: dict[int, Way]


def one_drug(products: Iterable[Product]) -> tuple[Product, ...]:
    """Return the products in a fixed order: tablets by falling content, then liquids.

    Raises:
        InputError: no products, or products of more than one drug.

    >>> [p.name for p in one_drug([Liquid("diazepam", 1), Tablet("diazepam", 2), Tablet("diazepam", 10)])]
    ['diazepam 10 mg tablet', 'diazepam 2 mg tablet', 'diazepam 1 mg/mL liquid']
    """
    found = set(products)
    drugs = sorted({p.drug for p in found})
    if not found:
        raise InputError("no products to make a dose of", fix="give at least one tablet or liquid")
    if len(drugs) > 1:
        fix = "combine the products of each drug on their own"
        raise InputError("products of more than one drug", value=", ".join(drugs), expected="one drug", fix=fix)
    return tuple(sorted(found, key=lambda p: (isinstance(p, Liquid), -p.mg_per_unit, p.smallest)))


def grid_mg(products: Sequence[Product]) -> Fraction:
    """Largest dose [mg] of which everything that the products can give is a multiple.

    >>> grid_mg((Tablet("diazepam", 2, parts=2), Tablet("diazepam", 5)))
    Fraction(1, 1)
    """
    unit = Fraction(0)
    for product in products:
        piece = product.mg_per_unit * product.smallest
        a, b = unit.denominator, piece.denominator
        unit = Fraction(math.gcd(unit.numerator * b, piece.numerator * a), a * b)
    return unit


def single_doses(products: tuple[Product, ...], top_mg: Fraction, most_pieces: int) -> Single:
    """Tabulate every single dose up to the top (and some above it) that the products make, with its cheapest way.

    A piece is a whole tablet, a half, a quarter, or one measured volume of one liquid (one liquid at a time).
    Cheapest means, in this order: least of the dose as liquid, fewest pieces, fewest quarters, fewest halves, largest tablets.

    Args:
        products: of one drug, in the order of `one_drug`.
        top_mg: largest single dose [mg].
        most_pieces: largest number of pieces at one time.

    Raises:
        InputError: a grid too fine for the table.

    >>> table = single_doses((Tablet("diazepam", 5, parts=2), Tablet("diazepam", 2)), Fraction(10), 3)
    >>> [float(k * table.unit_mg) for k in table.ways]
    [0.0, 2.0, 2.5, 4.0, 4.5, 5.0, 6.0, 6.5, 7.0, 7.5, 9.0, 9.5, 10.0, 12.0, 12.5, 15.0]
    >>> [item.text for item in table.ways[19].items]
    ['1 1/2 x 5 mg', '1 x 2 mg']
    """
    unit = grid_mg(products)
    top = math.floor(top_mg / unit)
    if top > LARGEST_TABLE:
        fix = "measure the liquid in larger steps, or leave out the odd strength"
        raise InputError(
            "the products divide the dose too finely", value=f"{float(top_mg):g} mg in steps of {float(unit):g} mg",
            expected=f"{LARGEST_TABLE} steps or fewer", fix=fix,
        )  # fmt: skip
    return _table(products, unit, 1 << max(top, 1).bit_length(), most_pieces)  # one table for many doses


@lru_cache(maxsize=TABLES_KEPT)
def _table(products: tuple[Product, ...], unit: Fraction, top: int, most_pieces: int) -> Single:
    coins = _coins(products, unit)
    tablets = {dose: Way(cost, _items(coins, taken)) for dose, (cost, taken) in _tablets(coins, top, most_pieces).items()}
    ways = dict(tablets)
    for liquid in (p for p in products if isinstance(p, Liquid)):
        for dose, way in _with_liquid(tablets, liquid, unit, top, most_pieces):
            if dose not in ways or way.cost < ways[dose].cost:
                ways[dose] = way
    return Single(unit, dict(sorted(ways.items())))


def daily_doses(products: tuple[Product, ...], top_mg: Fraction, times: int, most_pieces: int) -> tuple[Fraction, ...]:
    """Every daily dose [mg] from 0 to the top that can be made at a number of times of day, in rising order.

    >>> [float(mg) for mg in daily_doses((Tablet("lorazepam", 1),), Fraction(9), 2, 2)]
    [0.0, 1.0, 2.0, 3.0, 4.0]
    """
    single = single_doses(products, top_mg, most_pieces)
    top = math.floor(top_mg / single.unit_mg)
    reached = 1  # bit k: the dose of k units can be made
    for _ in range(times):
        total = 0
        for dose in single.ways:
            total |= reached << dose
        reached = total & ((1 << top + 1) - 1)
    return tuple(k * single.unit_mg for k in range(top + 1) if reached >> k & 1)


Coin = tuple[int, Tablet, Fraction]
"""A piece of a tablet: its size [grid units], the tablet, and what part of it."""


def _coins(products: Sequence[Product], unit: Fraction) -> tuple[Coin, ...]:
    """Pieces of the tablets, the largest tablets and parts first."""
    tablets = sorted((p for p in products if isinstance(p, Tablet)), key=lambda p: -p.mg_per_unit)
    parts = [(p, Fraction(1, n)) for p in tablets for n in PARTS if n <= p.parts]
    return tuple((int(p.mg_per_unit * part / unit), p, part) for p, part in parts)


def _tablets(coins: Sequence[Coin], top: int, most_pieces: int) -> dict[int, tuple[Cost, tuple[int, ...]]]:
    """Cheapest coins (by index) of each dose [units]: a coin problem, layer by layer in the number of pieces.

    A cheapest way without its last piece is a cheapest way too, so each layer needs the one before it only.
    """
    half_of = Fraction(1, 2)
    priced = [(i, size, int(part < half_of), int(part == half_of)) for i, (size, _, part) in enumerate(coins)]
    found: dict[int, tuple[Cost, tuple[int, ...]]] = {0: (FREE, ())}
    layer = dict(found)
    for count in range(1, most_pieces + 1):
        following: dict[int, tuple[Cost, tuple[int, ...]]] = {}
        for dose, ((_, _, quarters, halves), taken) in layer.items():
            for i, size, quarter, half in priced:
                if dose + size > top or dose + size in found:
                    continue
                way = (Cost(0, count, quarters + quarter, halves + half), tuple(sorted((*taken, i))))
                if dose + size not in following or way < following[dose + size]:
                    following[dose + size] = way
        found |= following
        layer = following
    return found


def _items(coins: Sequence[Coin], taken: Sequence[int]) -> tuple[Item, ...]:
    quantity: dict[Tablet, Fraction] = {}
    for i in taken:
        _, tablet, part = coins[i]
        quantity[tablet] = quantity.get(tablet, Fraction(0)) + part
    return tuple(Item(tablet, amount) for tablet, amount in quantity.items())


def _with_liquid(
    held: dict[int, Way], liquid: Liquid, unit: Fraction, top: int, most_pieces: int
) -> Iterator[tuple[int, Way]]:
    """Ways to make doses from a volume of a liquid beside the tablets of another way, with as little liquid as possible."""
    step = int(liquid.mg_per_unit * liquid.smallest / unit)
    beside = sorted((dose for dose, way in held.items() if way.cost.pieces < most_pieces), reverse=True)
    for dose in range(1, top + 1):
        base = next((b for b in beside if b < dose and (dose - b) % step == 0), None)
        if dose not in held and base is not None:
            cost, items = held[base]
            volume = Item(liquid, Fraction(dose - base) * unit / liquid.mg_per_unit)
            yield dose, Way(cost.plus(Cost(dose - base, 1, 0, 0)), (*items, volume))

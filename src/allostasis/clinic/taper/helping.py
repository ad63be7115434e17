"""The refusal of a dose that cannot be made: the nearest doses that can, and the smallest addition that would help."""

from collections.abc import Iterator
from fractions import Fraction

from allostasis.clinic.taper.formulary import formulary, has_formulary
from allostasis.clinic.taper.making import daily_doses, grid_mg, one_drug
from allostasis.clinic.taper.product import Liquid, Product, Tablet
from allostasis.clinic.taper.strengths import strengths_text
from allostasis.quantity import InputError


def cannot_be_made(products: tuple[Product, ...], mg: Fraction, times: int, most_pieces: int) -> InputError:
    """Word the refusal of a daily dose.

    Args:
        products: of one drug, in the order of `making.one_drug`.
        mg: the daily dose [mg].
        times: number of times of day.
        most_pieces: largest number of pieces at one time.

    >>> print(cannot_be_made((Tablet("diazepam", 5),), Fraction(12), 1, 6))
    12 mg/day of diazepam cannot be made of 5 mg: every dose is a multiple of 5 mg. Expected 10 or 15 mg/day, the nearest that \
can be made. Fix: add '2 mg', which makes it.
    """
    drug, unit = products[0].drug, grid_mg(products)
    nearest = nearest_doses(products, mg, times, most_pieces)
    on_grid = (mg / unit).denominator == 1
    reason = f"every dose is a multiple of {_mg(unit)} mg"
    if on_grid:
        reason = f"it needs more than {most_pieces} pieces at one time, or a remainder that no strength fills"
    addition = smallest_addition(products, mg, times, most_pieces)
    fix = "give more strengths, parts of tablets or a liquid"
    if addition is not None:
        fix = f"add {strengths_text([addition])!r}, which makes it"
    return InputError(
        f"{_mg(mg)} mg/day of {drug} cannot be made of {strengths_text(products)}: {reason}",
        expected=" or ".join(_mg(x) for x in nearest) + " mg/day, the nearest that can be made", fix=fix,
    )  # fmt: skip


def nearest_doses(products: tuple[Product, ...], mg: Fraction, times: int, most_pieces: int) -> tuple[Fraction, ...]:
    """The nearest daily doses [mg] below and above that can be made; only the one below where none is above."""
    highest = mg + max(p.mg_per_unit for p in products)
    made = daily_doses(products, highest, times, most_pieces)
    below = max(x for x in made if x <= mg)
    above = min((x for x in made if x > mg), default=None)
    return (below,) if above is None else (below, above)


def smallest_addition(products: tuple[Product, ...], mg: Fraction, times: int, most_pieces: int) -> Product | None:
    """The first single addition that makes the dose: parts of a tablet at hand, one more marketed strength, a marketed liquid.

    >>> smallest_addition((Tablet("diazepam", 5),), Fraction(5, 2), 1, 6)
    Tablet(drug='diazepam', strength_mg=5.0, parts=2)
    """
    for extra in _additions(products):
        kept = [p for p in products if not (isinstance(p, Tablet) and p.mg_per_unit == extra.mg_per_unit)]
        wider = one_drug([*kept, extra])
        if nearest_doses(wider, mg, times, most_pieces)[0] == mg:
            return extra
    return None


def _additions(products: tuple[Product, ...]) -> Iterator[Product]:
    tablets = [p for p in products if isinstance(p, Tablet)]
    drug = products[0].drug
    market = formulary(drug, liquids=True) if has_formulary(drug) else ()
    for parts in (2, 4):  # structural: halves before quarters
        yield from (Tablet(drug, p.strength_mg, parts) for p in tablets if p.parts < parts)
        if parts == 2:
            held = {p.mg_per_unit for p in tablets}
            fresh = [p for p in market if isinstance(p, Tablet) and p.mg_per_unit not in held]
            yield from (Tablet(drug, p.strength_mg) for p in fresh)
            yield from (p for p in fresh if p.parts > 1)
    yield from (p for p in market if isinstance(p, Liquid))


def _mg(mg: Fraction) -> str:
    return f"{float(mg):g}"

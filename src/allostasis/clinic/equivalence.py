"""Equivalent doses as a distribution over the published tables, which disagree by up to a factor of two and copy each other.

    ln m ~ N(mean of ln m_i, s / sqrt(n / k)),   m_i = sqrt(low_i high_i)

m: oral mg per day that stand for diazepam 10 mg; n: tables that name the drug; s: sd of ln between tables; k: tables that
count as one, because they copy one ancestor. s and k are those that the calibration of the chain uses. What is uncertain
here is the ratio for everyone; how people differ comes from the chain, not from this page.
"""

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.library.rows import rows
from allostasis.quantity import InputError, NotModelledError

REFERENCE = "diazepam"
REFERENCE_MG = 10.0  # structural: the unit in which the tables are printed, 10 mg of oral diazepam a day
"""What an equivalent dose is equivalent to: 10 mg of oral diazepam a day."""


class TableValue(NamedTuple):
    """What one table says.

    Args:
        table: its name.
        low_mg: lower end of its range, oral mg for 10 mg diazepam.
        high_mg: upper end; equal to the lower one where it prints one number.
        counts: whether it counts in the distribution; software without a source and single i.v. doses do not.
        source: id of the bibliography.
        status: seen or recalled.
        note: anything else.
    """

    table: str
    low_mg: float
    high_mg: float
    counts: bool
    source: str
    status: str
    note: str

    @property
    def mid_mg(self) -> float:
        """Geometric middle of its range [mg]."""
        return math.sqrt(self.low_mg * self.high_mg)


class Equivalence(NamedTuple):
    """Oral mg of a drug that stand for 10 mg of diazepam.

    Args:
        drug: canonical name.
        median_mg: median of the distribution: the geometric mean of the tables.
        low_mg: smallest value that any counted table prints.
        high_mg: largest.
        sd_ln: standard deviation of the logarithm of the median, widened for copies; 0 for diazepam.
        tables: what every table says, counted or not.
    """

    drug: str
    median_mg: float
    low_mg: float
    high_mg: float
    sd_ln: float
    tables: tuple[TableValue, ...]


class Converted(NamedTuple):
    """A dose of one drug in terms of another [mg].

    Args:
        mg: by the medians.
        low_mg: by the two tables' values that give least.
        high_mg: by those that give most.
        sd_ln: standard deviation of the logarithm of `mg`; the two drugs' distributions are taken as independent.
    """

    mg: float
    low_mg: float
    high_mg: float
    sd_ln: float


@cache
def _tables() -> dict[str, tuple[TableValue, ...]]:
    found: dict[str, list[TableValue]] = {}
    for row in rows("equivalents"):
        value = TableValue(
            row["table"], float(row["low_mg"]), float(row["high_mg"]), row["counts"] == "yes",
            row["source"], row["status"], row["note"],
        )  # fmt: skip
        found.setdefault(row["drug"], []).append(value)
    return {drug: tuple(values) for drug, values in found.items()}


def equivalent_drugs() -> tuple[str, ...]:
    """Drugs that a counted table names, by canonical name.

    >>> "lorazepam" in equivalent_drugs(), "propofol" in equivalent_drugs()
    (True, False)
    """
    return tuple(sorted(drug for drug, values in _tables().items() if any(v.counts for v in values)))


def equivalence(drug: str) -> Equivalence:
    """Equivalent dose of a drug: what every table says, and the distribution over them.

    Args:
        drug: any known spelling.

    Raises:
        UnknownNameError: an unknown drug.
        NotModelledError: a drug that no table names; nothing is guessed.

    >>> found = equivalence("lorazepam")
    >>> round(found.median_mg, 3), found.low_mg, found.high_mg, round(found.sd_ln, 3), len(found.tables)
    (1.506, 1.0, 2.0, 0.181, 12)
    """
    name = library.canonical(drug, "drug")
    if name not in equivalent_drugs():
        known = ", ".join(equivalent_drugs())
        raise NotModelledError("no table of equivalent doses names the drug", value=drug, expected=f"one of {known}")
    tables = _tables()[name]
    counted = [t for t in tables if t.counts]
    assumed = library.parameter_set("taper")
    independent = len(counted) / assumed["equivalence.copies"].value
    return Equivalence(
        drug=name,
        median_mg=math.exp(sum(math.log(t.mid_mg) for t in counted) / len(counted)),
        low_mg=min(t.low_mg for t in counted),
        high_mg=max(t.high_mg for t in counted),
        sd_ln=0.0 if name == REFERENCE else assumed["equivalence.table_sd_ln"].value / math.sqrt(independent),
        tables=tables,
    )


def convert(mg: float | int, drug: str, to: str) -> Converted:
    """Convert a daily dose of a drug into another, with the range that the tables leave open.

    Args:
        mg: oral dose [mg per day].
        drug: what it is of.
        to: what is wanted.

    Raises:
        InputError: a dose that is negative or not finite.
        UnknownNameError: an unknown drug.
        NotModelledError: a drug that no table names.

    >>> found = convert(3, "lorazepam", "diazepam")
    >>> round(found.mg, 1), found.low_mg, found.high_mg, round(found.sd_ln, 3)
    (19.9, 15.0, 30.0, 0.181)
    """
    if not math.isfinite(mg) or mg < 0:
        raise InputError("dose to convert [mg]", value=mg, expected="0 or more")
    here, there = equivalence(drug), equivalence(to)
    if here.drug == there.drug:
        return Converted(float(mg), float(mg), float(mg), 0.0)
    return Converted(
        mg=mg * there.median_mg / here.median_mg,
        low_mg=mg * there.low_mg / here.high_mg,
        high_mg=mg * there.high_mg / here.low_mg,
        sd_ln=math.hypot(here.sd_ln, there.sd_ln),
    )


def sample(drug: str, n: int, seed: int) -> Float[np.ndarray, " n"]:
    """Draw equivalent doses [mg per 10 mg of diazepam] from the distribution over the tables.

    Args:
        drug: any known spelling.
        n: how many.
        seed: of the generator; the same seed gives the same draws.

    Raises:
        InputError: a negative number of draws.
        UnknownNameError: an unknown drug.
        NotModelledError: a drug that no table names.

    >>> draws = sample("alprazolam", 3, seed=1)
    >>> draws.shape, bool((draws > 0).all())
    ((3,), True)
    """
    if n < 0:
        raise InputError("number of draws", value=n, expected="0 or more")
    found = equivalence(drug)
    return found.median_mg * np.exp(found.sd_ln * np.random.default_rng(seed).standard_normal(n))

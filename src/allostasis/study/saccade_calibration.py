"""Calibration of the peak velocity of saccades on lorazepam and alprazolam by mouth, and what else was reported beside it.

Run as ``python -m allostasis.study.saccade_calibration``; it prints what stands in the library beside what comes out. The one
exponent is fitted by least squares in deg/s, weighted by participants, to mean changes against placebo over a session. Rows of
the table that say "check" set nothing; midazolam, which a target asks about, is in no row. The affinity of the default is the one
that leaves less of the squares and puts more pairs of other drugs in the reported order.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.optimize import least_squares

from allostasis import library
from allostasis.clinic.eeg_scene import AFFINITIES
from allostasis.clinic.saccades import SET, dose_saccades
from allostasis.library.rows import rows

TABLE = "saccade_studies"
LARGEST_EXPONENT = 5.0  # structural: where the search ends


class Compared(NamedTuple):
    """One row of the table: what was reported and what the model gives, in the same unit."""

    study: str
    dose: str
    statistic: str
    reported: float
    model: float
    unit: str


def model_value(row: Mapping[str, str], exponent: float | int | None = None, affinity: str = "in_vivo") -> float:
    """What the model gives for the statistic of a row, in the unit of the row; a rank is compared by the largest loss [1]."""
    numbers = library.parameter_set(SET)
    course = dose_saccades(row["dose"], affinity=affinity, exponent=exponent)
    base = numbers["baseline"].value
    return {
        "mean": lambda: -base * course.mean_loss(numbers["session"].to("h")),
        "largest": lambda: -base * course.largest_loss,
        "time of largest": lambda: 60 * course.time_of_largest,  # structural: min per h
        "rank": lambda: course.largest_loss,
    }[row["statistic"]]()


def studies(use: str) -> list[Mapping[str, str]]:
    """Rows of the table with that use: "fit" or "check".

    >>> sorted({row["dose"].split()[0] for row in studies("fit")})
    ['alprazolam', 'lorazepam']
    """
    return [row for row in rows(TABLE) if row["use"] == use]


def fit_exponent(chosen: list[Mapping[str, str]] | None = None, affinity: str = "in_vivo") -> float:
    """Exponent of least squared difference in deg/s, weighted by participants.

    Args:
        chosen: rows to fit; those of use "fit" when left out.
        affinity: "in_vivo" or "in_vitro".
    """
    fitted = studies("fit") if chosen is None else chosen

    def residuals(exponent: Float[np.ndarray, " 1"]) -> list[float]:
        return [
            int(row["participants"]) ** (1 / 2) * (model_value(row, float(exponent[0]), affinity) - float(row["value"]))
            for row in fitted
        ]

    return float(least_squares(residuals, [1.0], bounds=(0, LARGEST_EXPONENT)).x[0])


def compare(use: str, exponent: float | int | None = None, affinity: str = "in_vivo") -> list[Compared]:
    """Every row with that use beside the model."""
    return [
        Compared(
            row["study"], row["dose"], row["statistic"], float(row["value"]), model_value(row, exponent, affinity), row["unit"]
        )
        for row in studies(use)
    ]


def root_mean_square(found: list[Compared]) -> float:
    """Root of the mean squared difference of rows of one unit."""
    return float(np.sqrt(np.mean([(one.model - one.reported) ** 2 for one in found])))


def ranked(found: list[Compared]) -> tuple[int, int]:
    """Pairs of doses of different rank that the model puts in the reported order, and all such pairs."""
    doses = [one for one in found if one.statistic == "rank"]
    pairs = [(a, b) for a in doses for b in doses if a.reported < b.reported]
    return sum(a.model > b.model for a, b in pairs), len(pairs)


def main() -> None:
    """Print the fit, the studies one by one, and the checks."""
    for affinity in AFFINITIES:
        stands, exponent = library.parameter_set(SET)[f"exponent.{affinity}"].value, fit_exponent(affinity=affinity)
        alone = ", ".join(f"{fit_exponent([row], affinity):.3f}" for row in studies("fit"))
        left = root_mean_square(compare("fit", exponent, affinity))
        print(f"{affinity}: exponent {exponent:.3f} (library {stands:g}; studies alone {alone}), {left:.1f} deg/s left")
        for use in ("fit", "check"):
            found = compare(use, exponent, affinity)
            for one in found:
                if one.statistic != "rank":
                    print(f"  {use:5} {one.dose:34} {one.statistic:15} {one.reported:7.1f} {one.model:7.1f} {one.unit}")
            if use == "check":
                print("  check order of five by mouth: {} of {} pairs".format(*ranked(found)))


if __name__ == "__main__":
    main()

"""What may move in the calibration of interactions: figures of the literature in the unit of the chain (nM, 1/h, 1)."""

from typing import NamedTuple


class Strength(NamedTuple):
    """One free factor: whose it is, the parameters that it multiplies with their prior values, sd of its ln."""

    perpetrator: str
    prior: dict[str, float]
    sd: float


def _named(perpetrator: str, constant: str, value: float, sd: float) -> Strength:
    return Strength(perpetrator, {f"enzymes.{constant}.CYP3A4.{perpetrator}": value}, sd)


STRENGTHS = (
    _named("ketoconazole", "Ki", 15.0, 0.7),
    Strength(
        "itraconazole", {"enzymes.Ki.CYP3A4.itraconazole": 1.3, "enzymes.Ki.CYP3A4.hydroxyitraconazole": 14.4}, 0.7
    ),
    _named("erythromycin", "KI", 16000.0, 0.7),
    _named("clarithromycin", "KI", 5500.0, 0.7),
    _named("fluconazole", "Ki", 12000.0, 0.5),
    _named("cimetidine", "Ki", 10000.0, 0.7),
    _named("verapamil", "KI", 2500.0, 0.5),
    _named("troleandomycin", "KI", 300.0, 0.7),
    _named("grapefruit juice", "KI", 2000.0, 0.7),
    _named("rifampicin", "Emax", 9.0, 0.3),
    _named("rifampicin", "EC50", 300.0, 1.0),
    _named("efavirenz", "Emax", 6.0, 0.5),
)
"""One factor a perpetrator; rifampicin, given in doses from 2 to 600 mg, has two. The turnover of CYP3A4 is that of the library:
left free, its half-life goes to 28 h, half of what wash-out after rifampicin shows, with next to no better fit.
"""

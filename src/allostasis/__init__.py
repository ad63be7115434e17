"""allostasis: quantitative systems pharmacology of benzodiazepines, from the molecule to the clinic.

The table of contents of the package:

- `load_case`, `parse_case`: read and check a question (CASE.toml, or the same as a dict)
- `simulate`: run its arms, from dose to brain to receptor to adaptation to balance, with clinical readouts
- `summary`: the table of arms of a result
- `write_report`: one HTML file that opens offline
- `sample_factors`: between-subject spread for a virtual population
- `parse_regimen`: a regimen from text
- `drug`: what the library knows of a substance, every number with its source

>>> import allostasis
>>> case = allostasis.parse_case({
...     "title": "Stop or taper", "horizon": "90 d",
...     "arm": [{"name": "stop", "regimen": "lorazepam 1 mg po bid for 30 d, then stop"}],
... })
>>> result = allostasis.simulate(case)
>>> bool(allostasis.summary(result)["peak_imbalance"][0] > 0)
True
"""

import importlib
from typing import TYPE_CHECKING

import jax

if TYPE_CHECKING:
    from allostasis.clinic import simulate, summary
    from allostasis.library import drug
    from allostasis.regimen.check import parse_regimen
    from allostasis.report import write_report
    from allostasis.simulation import Case, Result, load_case, parse_case
    from allostasis.study import sample_factors

jax.config.update("jax_enable_x64", True)

__version__ = "0.1.0"

_CONTENTS = {
    "Case": "allostasis.simulation",
    "Result": "allostasis.simulation",
    "drug": "allostasis.library",
    "load_case": "allostasis.simulation",
    "parse_case": "allostasis.simulation",
    "parse_regimen": "allostasis.regimen.check",
    "sample_factors": "allostasis.study",
    "simulate": "allostasis.clinic",
    "summary": "allostasis.clinic",
    "write_report": "allostasis.report",
}

__all__ = [
    "Case",
    "Result",
    "drug",
    "load_case",
    "parse_case",
    "parse_regimen",
    "sample_factors",
    "simulate",
    "summary",
    "write_report",
]



def __getattr__(name: str):
    """Import a public name on first use, so that ``import allostasis`` stays fast."""
    if name not in _CONTENTS:
        raise AttributeError(f"module 'allostasis' has no attribute {name!r}")
    return getattr(importlib.import_module(_CONTENTS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

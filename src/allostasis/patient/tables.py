"""Rows of the library's sets of covariates, looked up by the head of their key."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from allostasis import library
from allostasis.library import Library
from allostasis.quantity import Parameter

COVARIATES, METABOLISM, GENOTYPE = "covariates", "metabolism", "genotype"
_NONE: Mapping[str, Parameter] = MappingProxyType({})


@lru_cache(maxsize=12)
def _index(held: Library, name: str) -> dict[str, dict[str, Parameter]]:
    """Every head of a key to the rows below it, by the rest of the key."""
    found: dict[str, dict[str, Parameter]] = {}
    for key, row in held.parameter_set(name).items():
        parts = key.split(".")
        for i in range(1, len(parts)):
            found.setdefault(".".join(parts[:i]), {})[".".join(parts[i:])] = row
    return found


def rows(name: str, *head: str) -> Mapping[str, Parameter]:
    """Rows of a set whose key begins with ``head``, by the rest of the key; none where nothing does.

    >>> sorted(rows("covariates", "age", "diazepam")), dict(rows("covariates", "age", "propranolol"))
    (['CL', 'V'], {})
    """
    return _index(library.current(), name).get(".".join(head), _NONE)


def row(name: str, *key: str) -> Parameter:
    """One row of a set.

    >>> row("covariates", "binding", "albumin").unit
    'g/L'
    """
    return rows(name, *key[:-1])[key[-1]]


def by_pathway(table: Mapping[str, Parameter], pathway: str, *rest: str) -> Parameter | None:
    """Class rule of a pathway: its own row, else that of its family (UGT, CYP), else "other", else None.

    >>> by_pathway(rows("covariates", "maturation"), "UGT2B15", "half").value
    54.0
    """
    family = next((f for f in ("UGT", "CYP") if pathway.startswith(f)), "other")
    for name in (pathway, family, "other"):
        if (found := table.get(".".join((name, *rest)))) is not None:
            return found
    return None

"""Collects the numbers of a system and remembers the library row behind each."""

from collections.abc import Mapping
from typing import Any

from allostasis.quantity import Parameter


class Book:
    """Values by submodel and name in internal units, and the library row of each under "submodel.name"."""

    def __init__(self):
        self.values: dict[str, dict[str, Any]] = {}
        self.used: dict[str, Parameter] = {}

    def put(self, submodel: str, name: str, parameter: Parameter, unit: str, factor: float | int = 1.0) -> float:
        """Write one number, times a factor."""
        value = parameter.to(unit) * factor
        self.values.setdefault(submodel, {})[name] = value
        self.used[f"{submodel}.{name}"] = parameter
        return value

    def put_each(
        self, submodel: str, name: str, parameters: Mapping[str, Parameter], unit: str, factor: float | int = 1.0
    ) -> None:
        """Write one number per component."""
        self.values.setdefault(submodel, {})[name] = tuple(p.to(unit) * factor for p in parameters.values())
        self.used |= {f"{submodel}.{name}.{k}": p for k, p in parameters.items()}

"""Units, the `Parameter` that carries every number of the package, and errors that teach."""

from allostasis.quantity.errors import InputError, NotModelledError, UnknownNameError
from allostasis.quantity.parameter import Parameter, Source
from allostasis.quantity.units import convert, is_unit, magnitude

__all__ = [
    "InputError",
    "NotModelledError",
    "Parameter",
    "Source",
    "UnknownNameError",
    "convert",
    "is_unit",
    "magnitude",
]

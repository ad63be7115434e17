"""Every number of the package as data with its source: drugs, parameter sets, bibliography and names."""

from allostasis.library.card import markdown_card
from allostasis.library.check import check_library
from allostasis.library.drug import Binding, Brain, Drug, Route
from allostasis.library.loader import (
    Library,
    bibliography,
    canonical,
    current,
    drug,
    drug_names,
    parameter_set,
    set_words,
    use_directory,
)

__all__ = [
    "Binding",
    "Brain",
    "Drug",
    "Library",
    "Route",
    "bibliography",
    "canonical",
    "check_library",
    "current",
    "drug",
    "drug_names",
    "markdown_card",
    "parameter_set",
    "set_words",
    "use_directory",
]

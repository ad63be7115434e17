"""From a case to labelled results."""

from allostasis.simulation.case import Case, load_case, parse_case
from allostasis.simulation.result import Result
from allostasis.simulation.simulate import simulate

__all__ = ["Case", "Result", "load_case", "parse_case", "simulate"]

"""From a case to labelled results."""

from allostasis.simulation.case import Case, load_case, parse_case
from allostasis.simulation.check import Headline, check, with_checks
from allostasis.simulation.result import Result
from allostasis.simulation.simulate import simulate

__all__ = ["Case", "Headline", "Result", "check", "load_case", "parse_case", "simulate", "with_checks"]

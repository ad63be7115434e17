"""Individual treatment: exposure-matched doses, drugs to avoid, early combination, by declared rules."""

from allostasis.clinic.individualise.advise import Advice, DrugAdvice, advise
from allostasis.clinic.individualise.match import Match, match
from allostasis.clinic.individualise.rules import NO_RULE, Rule, early_combination, known, of_person

__all__ = ["NO_RULE", "Advice", "DrugAdvice", "Match", "Rule", "advise", "early_combination", "known", "match", "of_person"]

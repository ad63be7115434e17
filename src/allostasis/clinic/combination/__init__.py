"""Combination therapy: four criteria, the interaction computed from the balance, and the way back to one drug."""

from allostasis.clinic.combination.assess import Assessment, Pair, assess
from allostasis.clinic.combination.effect import Balance, mechanisms
from allostasis.clinic.combination.evidence import evidence
from allostasis.clinic.combination.interaction import Interaction, interaction, isobologram
from allostasis.clinic.combination.score import Score

__all__ = [
    "Assessment",
    "Balance",
    "Interaction",
    "Pair",
    "Score",
    "assess",
    "evidence",
    "interaction",
    "isobologram",
    "mechanisms",
]

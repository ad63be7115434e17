"""Interventions as data: every therapy of the seed documents as a move of named levers, with its evidence."""

from allostasis.clinic.interventions.levers import at_ports, levers, log_imbalance_change
from allostasis.clinic.interventions.therapy import Therapy, therapies, therapy
from allostasis.clinic.interventions.vocabulary import LEVERS, moved

__all__ = ["LEVERS", "Therapy", "at_ports", "levers", "log_imbalance_change", "moved", "therapies", "therapy"]

"""The circuit: excitation-inhibition balance."""

from allostasis.circuit.adapted import AdaptedCircuit
from allostasis.circuit.balance import ExcitationInhibitionBalance

__all__ = ["AdaptedCircuit", "ExcitationInhibitionBalance"]

"""The circuit: excitation-inhibition balance."""

from allostasis.circuit.balance import ExcitationInhibitionBalance

__all__ = ["ExcitationInhibitionBalance"]

"""The circuit: excitation-inhibition balance, with what adaptation has left of either side; and one neuron under it."""

from allostasis.circuit.adapted import AdaptedCircuit
from allostasis.circuit.balance import ExcitationInhibitionBalance
from allostasis.circuit.conductance_noise import ConductanceNoise
from allostasis.circuit.firing import simulate_firing
from allostasis.circuit.hyperexcitability import critical_imbalance, rate_curve, rate_imbalance
from allostasis.circuit.membrane import Membrane, steady_potential
from allostasis.circuit.scenes import simulated_scene, textbook_scenes
from allostasis.circuit.spiking import SpikingNeuron

__all__ = [
    "AdaptedCircuit",
    "ConductanceNoise",
    "ExcitationInhibitionBalance",
    "Membrane",
    "SpikingNeuron",
    "critical_imbalance",
    "rate_curve",
    "rate_imbalance",
    "simulate_firing",
    "simulated_scene",
    "steady_potential",
    "textbook_scenes",
]

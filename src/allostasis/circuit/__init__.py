"""The circuit: excitation-inhibition balance, with what adaptation has left of either side; and one neuron under it."""

from allostasis.circuit.adapted import AdaptedCircuit
from allostasis.circuit.balance import ExcitationInhibitionBalance
from allostasis.circuit.closed_loop import ClosedLoop
from allostasis.circuit.conductance_noise import ConductanceNoise
from allostasis.circuit.firing import simulate_firing
from allostasis.circuit.hyperexcitability import critical_imbalance, rate_curve, rate_imbalance
from allostasis.circuit.membrane import Membrane, steady_potential
from allostasis.circuit.network import SeizureNetwork
from allostasis.circuit.network_run import Condition, NetworkCounts, simulate_network
from allostasis.circuit.network_trace import NetworkTrace, network_trace
from allostasis.circuit.prescribed_activity import PrescribedActivity
from allostasis.circuit.scenes import simulated_scene, textbook_scenes
from allostasis.circuit.spiking import SpikingNeuron

__all__ = [
    "AdaptedCircuit",
    "ClosedLoop",
    "Condition",
    "ConductanceNoise",
    "ExcitationInhibitionBalance",
    "Membrane",
    "NetworkCounts",
    "NetworkTrace",
    "PrescribedActivity",
    "SeizureNetwork",
    "SpikingNeuron",
    "critical_imbalance",
    "network_trace",
    "rate_curve",
    "rate_imbalance",
    "simulate_firing",
    "simulate_network",
    "simulated_scene",
    "steady_potential",
    "textbook_scenes",
]

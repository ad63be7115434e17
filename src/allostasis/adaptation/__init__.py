"""How the brain adapts to a sustained gain of inhibition: one mechanism a file, each with a null variant (`Unchanged`)."""

from allostasis.adaptation.alcohol import AlcoholWithdrawal
from allostasis.adaptation.ampa import AmpaStrength
from allostasis.adaptation.clustering import GephyrinClustering
from allostasis.adaptation.kindling import Kindling
from allostasis.adaptation.minimal_neuroadaptation import MinimalNeuroadaptation
from allostasis.adaptation.neurosteroid import NeurosteroidLevel
from allostasis.adaptation.nmda import NmdaStrength
from allostasis.adaptation.noradrenergic import LocusCoeruleus
from allostasis.adaptation.phosphatase import PhosphataseDrive
from allostasis.adaptation.set_point import AllostaticSetPoint
from allostasis.adaptation.subunit_switch import SubunitSwitch
from allostasis.adaptation.trafficking import ReceptorTrafficking
from allostasis.adaptation.trafficking_acute import AcuteReceptorTrafficking
from allostasis.adaptation.two_timescale import NoAdaptation, TwoTimescaleAdaptation
from allostasis.adaptation.unchanged import Unchanged
from allostasis.adaptation.uncoupling import Uncoupling

__all__ = [
    "AcuteReceptorTrafficking",
    "AlcoholWithdrawal",
    "AllostaticSetPoint",
    "AmpaStrength",
    "GephyrinClustering",
    "Kindling",
    "LocusCoeruleus",
    "MinimalNeuroadaptation",
    "NeurosteroidLevel",
    "NmdaStrength",
    "NoAdaptation",
    "PhosphataseDrive",
    "ReceptorTrafficking",
    "SubunitSwitch",
    "TwoTimescaleAdaptation",
    "Unchanged",
    "Uncoupling",
]

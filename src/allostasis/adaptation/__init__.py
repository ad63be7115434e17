"""How the brain adapts to a sustained gain of inhibition."""

from allostasis.adaptation.effect_tolerance import EFFECTS, EffectTolerance
from allostasis.adaptation.minimal_neuroadaptation import MinimalNeuroadaptation
from allostasis.adaptation.neurosteroid import NeurosteroidLevel
from allostasis.adaptation.two_timescale import NoAdaptation, TwoTimescaleAdaptation

__all__ = [
    "EFFECTS",
    "EffectTolerance",
    "MinimalNeuroadaptation",
    "NeurosteroidLevel",
    "NoAdaptation",
    "TwoTimescaleAdaptation",
]

"""The GABA-A receptor: occupancy, modulation, gain of inhibition."""

from allostasis.receptor.gain import InhibitionGain
from allostasis.receptor.mwc import MWCReceptor
from allostasis.receptor.subtypes import SUBTYPES

__all__ = ["SUBTYPES", "InhibitionGain", "MWCReceptor"]

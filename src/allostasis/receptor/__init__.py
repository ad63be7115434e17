"""The GABA-A receptor: occupancy, modulation, gain of inhibition."""

from allostasis.model.subtypes import SUBTYPES
from allostasis.receptor.at_rest import ReceptorAtRest
from allostasis.receptor.gain import InhibitionGain
from allostasis.receptor.mwc import MWCReceptor

__all__ = ["SUBTYPES", "InhibitionGain", "MWCReceptor", "ReceptorAtRest"]

"""What antiseizure drugs do beside the GABA-A receptor: one mechanism a file, each giving one port of the acute clock."""

from allostasis.drug_targets.ampa_block import AmpaBlock
from allostasis.drug_targets.gaba_synthesis import GabaSynthesis
from allostasis.drug_targets.nmda_block import NmdaBlock
from allostasis.drug_targets.release import ReleaseBlock
from allostasis.drug_targets.sodium_channel import SodiumChannelBlock
from allostasis.drug_targets.t_type_channel import TTypeBlock

__all__ = ["AmpaBlock", "GabaSynthesis", "NmdaBlock", "ReleaseBlock", "SodiumChannelBlock", "TTypeBlock"]

"""Glia and inflammation: what a seizure does to astrocytes and microglia, and what they do to synapses.

One mechanism a file, each a submodel of relaxing states that runs on the acute clock (3 s) and on the chronic one (30 min): on
the chronic clock the port ``activity`` is the share of time in seizure. The null variant of each is `Unchanged`.
"""

from allostasis.adaptation.glia.adenosine import SeizureAdenosine
from allostasis.adaptation.glia.ambient_gaba import AmbientGaba
from allostasis.adaptation.glia.astrocytes import ReactiveAstrocytes
from allostasis.adaptation.glia.barrier import BloodBrainBarrier
from allostasis.adaptation.glia.cell_loss import CellLoss
from allostasis.adaptation.glia.epileptogenesis import Epileptogenesis, latent_period
from allostasis.adaptation.glia.gliotransmission import Gliotransmission
from allostasis.adaptation.glia.glutamate import AstrocyticGlutamate
from allostasis.adaptation.glia.glutamine_synthetase import GlutamineSynthetase
from allostasis.adaptation.glia.interleukin import InterleukinAtReceptors
from allostasis.adaptation.glia.matrix import ExtracellularMatrix
from allostasis.adaptation.glia.microglia import Microglia
from allostasis.adaptation.glia.transporter import GlutamateTransporter

__all__ = [
    "AmbientGaba",
    "AstrocyticGlutamate",
    "BloodBrainBarrier",
    "CellLoss",
    "Epileptogenesis",
    "ExtracellularMatrix",
    "Gliotransmission",
    "GlutamateTransporter",
    "GlutamineSynthetase",
    "InterleukinAtReceptors",
    "Microglia",
    "ReactiveAstrocytes",
    "SeizureAdenosine",
    "latent_period",
]

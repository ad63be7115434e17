"""Ports that the submodels of glia give each other; those that the circuit takes too stand in `model.acute_ports`."""

from allostasis.model.contract import Port

A1_SIGNAL = Port("a1_signal", "1", "microglial signal that makes astrocytes reactive, 0 to 1")
REACTIVE_ASTROCYTES = Port("reactive_astrocytes", "1", "share of astrocytes in the A1 reactive state")
ASTROCYTE_CALCIUM = Port("astrocyte_calcium", "1", "IP3R2 calcium hyperactivity of reactive astrocytes, 0 to 1")
ASTROCYTIC_CYTOKINES = Port("astrocytic_cytokines", "1", "cytokine production that reactive astrocytes call for")
REACTIVE_OXYGEN = Port("reactive_oxygen", "1", "reactive oxygen that reactive astrocytes make, 0 to 1")
GLUTAMATE_UPTAKE = Port("glutamate_uptake", "1", "uptake of glutamate by astrocytes over naive: protein times function")
GLUTAMATE_TRANSPORTER = Port("glutamate_transporter", "1", "protein of the glutamate transporter EAAT2 over naive")
GLUTAMINE_SYNTHETASE = Port("glutamine_synthetase", "1", "activity of glutamine synthetase over naive")
ASTROCYTE_GLUTAMATE = Port("astrocyte_glutamate", "1", "glutamate inside astrocytes over naive")
ATP = Port("atp", "1", "extracellular ATP above naive")
TGF_BETA = Port("tgf_beta", "1", "TGF-beta signalling in astrocytes above naive")
METALLOPROTEINASE = Port("metalloproteinase", "1", "activity of matrix metalloproteinases above naive")
MATRIX_REMODELLING = Port("matrix_remodelling", "1", "remodelling of the extracellular matrix, 0 to 1")
BARRIER_LEAK = Port("barrier_leak", "1", "leak of the blood-brain barrier above naive")
CELL_LOSS = Port("cell_loss", "1", "share of neurones lost")
LOG_REMODELLING = Port("log_remodelling", "1", "log excitation that a remodelled network adds")
SPONTANEOUS_SEIZURES = Port("spontaneous_seizure_rate", "1/h", "spontaneous seizures of a remodelled network")

"""Ports of the acute clock: what submodels of one seizure give each other, from minutes to a day.

Ports that both clocks know (``unbound_brain``, ``modulation_phasic``, ``surface``, ``ampa``, ``nmda``, ``kcc2``, ``chloride``,
``e_gaba`` ...) keep the name, unit and components that their submodels declare; here stand those that only the acute clock has.
All are ratios over the naive, drug-free brain, or levels above it, so that the naive brain is 1 or 0 everywhere.
"""

from allostasis.model.contract import Port

ACTIVITY = Port("activity", "1", "seizure activity, 0 to 1")
"""The state of the circuit; everything that a seizure does to receptors, glia and chloride goes through it."""
CALCIUM = Port("calcium", "1", "calcium that a seizure lets into neurones, 0 to 1")
"""What drives trafficking: activity, as far as NMDA receptors let calcium in."""
LOG_IMBALANCE = Port("log_imbalance", "1", "log excitation over inhibition against the naive brain, H")
"""The acute H: the unit in which the chronic clock has its seizure threshold."""
EXCITATION = Port("excitation", "1", "excitatory synaptic strength over naive")
INHIBITION = Port("inhibition", "1", "inhibitory synaptic strength over naive")
INHIBITION_FAST = Port("inhibition_fast", "1", "fast somatic (alpha1-rich) inhibition over naive")
INHIBITION_SLOW = Port("inhibition_slow", "1", "slow dendritic (alpha2-, alpha5-rich) inhibition over naive")
DRIVING_FORCE = Port("driving_force", "1", "driving force of chloride over naive")
EEG_POWER = Port("eeg_power", "1", "EEG power over baseline")

NMDA = Port("nmda", "1", "NMDA receptor strength over naive")
AMPA = Port("ampa", "1", "AMPA receptor strength over naive")
KCC2 = Port("kcc2", "1", "function of KCC2 over naive")
DELTA_SURFACE = Port("delta_surface", "1", "surface delta receptors over naive")

TNF = Port("tnf_alpha", "1", "tumour necrosis factor alpha above naive")
IL_1_BETA = Port("il_1_beta", "1", "interleukin 1 beta above naive")
GLUTAMATE = Port("glutamate", "1", "extracellular glutamate over naive")
D_SERINE = Port("d_serine", "1", "D-serine at NMDA receptors over naive")
GABA_SUPPLY = Port("gaba_supply", "1", "GABA of neurones, as far as glutamine feeds it, over naive")
GABA_AMBIENT = Port("gaba_ambient", "1", "ambient GABA over naive")
ADENOSINE = Port("adenosine", "1", "adenosine and acidosis that a seizure builds up, 0 to 1")
EXIT_INTACT = Port("exit_intact", "1", "what adenosine still achieves, over naive")
IL_1_GABA = Port("il_1_gaba", "1", "GABA-A current that interleukin 1 beta leaves, over naive")
IL_1_NMDA = Port("il_1_nmda", "1", "NMDA current that interleukin 1 beta makes of it, over naive")

NMDA_AVAILABLE = Port("nmda_available", "1", "NMDA current that drugs leave, over drug-free")
AMPA_AVAILABLE = Port("ampa_available", "1", "AMPA current that drugs leave, over drug-free")
NAV_AVAILABLE = Port("nav_available", "1", "sodium channels that drugs leave in sustained firing, over drug-free")
RELEASE = Port("release", "1", "glutamate release that drugs leave, over drug-free")
GABA_SYNTHESIS = Port("gaba_synthesis", "1", "GABA that drugs make of it, over drug-free")
T_TYPE_AVAILABLE = Port("t_type_available", "1", "T-type calcium channels that drugs leave, over drug-free")

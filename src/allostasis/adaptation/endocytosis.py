"""Endocytosis of GABA-A receptors: the gate that dephosphorylation of gamma2-S327 opens, shared by both clocks.

    P     = calcium A + drug D + inflammation T                phosphatase activity above naive (PP1, PP2A, calcineurin)
    x     = P / (P + half)                                     share of gamma2-S327 that is dephosphorylated
    phi   = dynamin (1 + gain x) (1 + brake) / (1 + brake a1)  endocytosis over naive

A: seizure activity, whose calcium acts within minutes through calcineurin; D: the slow phosphatase drive of a drug; T: tumour
necrosis factor alpha, through PP1; a1: total alpha1 receptors over naive, whose subunit slows endocytosis: a brake that goes
with them. Dynamin 0 blocks all endocytosis.
"""

from allostasis.model.contract import Values

PARAMETERS = ("half", "gain", "brake", "dynamin", "calcium", "drug", "inflammation")


def dephosphorylated(drive, activity, tnf, prepared: Values):
    """Share of gamma2-S327 dephosphorylated above naive, 0 to 1."""
    phosphatase = prepared["calcium"] * activity + prepared["drug"] * drive + prepared["inflammation"] * tnf
    return phosphatase / (phosphatase + prepared["half"])


def endocytosis(drive, activity, tnf, alpha1, prepared: Values):
    """Rate of endocytosis over naive [1]."""
    opened = 1 + prepared["gain"] * dephosphorylated(drive, activity, tnf, prepared)
    brake = prepared["brake"]
    return prepared["dynamin"] * opened * (1 + brake) / (1 + brake * alpha1)

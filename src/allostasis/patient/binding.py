"""Binding to albumin: less of it, more unbound drug, and clearance and volume of the total drug that follow."""

from allostasis.library import Drug
from allostasis.patient.effect import Cause, Causes
from allostasis.patient.tables import COVARIATES, METABOLISM, row, rows
from allostasis.quantity import Parameter

MOST_EXTRACTED = 0.95


def unbound_ratio(fu: float | int, albumin: float | int, share: float | int = 1.0) -> float:
    """Unbound fraction over that at normal albumin [1].

        fu' / fu = 1 / (fu + (1 - fu) (1 - share + share albumin))

    Args:
        fu: unbound fraction at normal albumin [1].
        albumin: albumin over normal [1].
        share: share of the binding that is binding to albumin [1].

    >>> round(unbound_ratio(0.02, 0.5), 2), round(unbound_ratio(0.5, 0.5), 2), unbound_ratio(0.02, 1.0)
    (1.96, 1.33, 1.0)
    """
    return 1 / (fu + (1 - fu) * (1 - share + share * albumin))


def displaced(drug: Drug, ratio: float, covariate: str, used: tuple[Parameter, ...], *, rule: bool) -> Causes:
    """What a change of the unbound fraction does: the clearance of unbound drug and its volume in tissue stay.

        fu: r        CL: r / (1 - E + E r)        V1: (Vp + (V1 - Vp) r)/V1        V2, V3: r

    E = CL/Q_liver, well stirred; Vp: plasma volume, in which binding changes nothing.

    >>> from allostasis.library import drug
    >>> round(displaced(drug("diazepam"), 2.0, "albumin", (), rule=True)["CL"][0].factor, 2)
    1.97
    """
    flow, plasma = row(COVARIATES, "binding", "liver_flow"), row(COVARIATES, "binding", "plasma_volume")
    clearance = 0.0 if drug.CL is None else drug.CL.to("L/h")
    e = min(clearance / flow.to("L/h"), MOST_EXTRACTED)
    v1 = drug.V1.to("L")
    still = min(plasma.to("L") / v1, 1.0)
    factors = {"fu_plasma": ratio, "CL": ratio / (1 - e + e * ratio), "V1": still + (1 - still) * ratio}
    factors |= {"V2": ratio, "V3": ratio}
    return {key: [Cause(covariate, f, (*used, flow, plasma), rule=rule)] for key, f in factors.items()}


def albumin(drug: Drug, relative: float, covariate: str, used: tuple[Parameter, ...] = ()) -> Causes:
    """What albumin does to a drug that binds to it; nothing where the share of albumin or the unbound fraction is unknown.

    A drug with saturable binding in plasma has less capacity instead, and its own equation does the rest.

    Args:
        drug: the drug.
        relative: albumin over normal [1].
        covariate: what changed the albumin.
        used: rows that ``relative`` was made of.

    >>> from allostasis.library import drug
    >>> albumin(drug("valproate"), 0.7, "albumin")["Bmax"][0].factor
    0.7
    """
    share = rows(METABOLISM, "albumin_share").get(drug.name)
    if share is None:
        return {}
    if drug.plasma_binding is not None:
        return {"Bmax": [Cause(covariate, 1 - share.value + share.value * relative, (*used, share), rule=True)]}
    if drug.brain is None:
        return {}
    fu = drug.brain.fu_plasma
    ratio = unbound_ratio(fu.to("1"), relative, share.value)
    return displaced(drug, ratio, covariate, (*used, share, fu), rule=True)

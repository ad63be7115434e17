"""Why a target of the epilepsy group counts otherwise, is not simulated, or is missed."""

INFORMED: dict[str, str] = {
    "SE10": "share of the calcium that runs through NMDA receptors; below a quarter of the rise counts as abolished",
    "SE11": "insertion of AMPA receptors: was in view when it was sized",
    "SE40": "severity and exit of man",
}
"""Target -> the constants that were sized with it in view."""
CIRCULAR: dict[str, str] = {
    "SE12": "the equation has tumour necrosis factor alpha beside the calcium of calcineurin: a block of one cannot reach the other",
}
"""Target -> why the equations cannot but give it back."""
_DEATH = "death is not simulated"
_SUPER = "refractory status under anaesthesia for days is outside the acute clock"
NOT_SIMULATED: dict[str, str] = {
    "SE18": "zinc is no ligand of the receptor here",
    "SE21": "uptake is simulated as function; the protein has no state",
    "SE57": "a habit of prescribers is an input of a trial",
    "SE58": _DEATH,
    "SE59": "a delay of treatment is an input of a trial",
    "SE61": _DEATH,
    "SE62": _DEATH,
    "SE64": _SUPER,
    "SE66": _SUPER,
    "SE67": _SUPER,
    "SE73": f"{_SUPER}; its arms did not differ",
    "SE76": "the inhaled form has no numbers in the library",
    "SE78": "how often a cluster gets a second dose is a decision of people",
    "SE101": "no readout for the eyes: the sedation of the profile has no scale in saccades",
    "SE108": _DEATH,
    "SR12": _SUPER,
    "SR13": "the dose response of cenobamate in the diary trial was not put in",
    "SR14": "freedom from seizures under cenobamate is not simulated",
    "SR16": "the size of grafts is that of another study",
    "SR17": _DEATH,
    "SR18": "depends on the mix of patients and drugs of a hospital",
    "SR20": "receptors have no position",
}
"""Target -> why it is not simulated."""
CAUSES: dict[str, str] = {}
"""Why a target is missed."""

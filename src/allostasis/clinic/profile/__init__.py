"""Profile of a drug over nine clinical axes: occupancy x efficacy per alpha subtype, receptor reserve, knock-in mice, design."""

from allostasis.clinic.profile.activation import gain, occupancy, stimulus
from allostasis.clinic.profile.axes import AXES, SPECIES, Axis, Circuit, circuit
from allostasis.clinic.profile.design import Design, find_design, nearest
from allostasis.clinic.profile.facts import calibrate, predictions
from allostasis.clinic.profile.knock_in import axes_lost, knock_in_table, mouse_pattern, share_kept
from allostasis.clinic.profile.profile import SubtypeProfile, compare, effect_curve, subtype_profile
from allostasis.clinic.profile.reserve import effects, response
from allostasis.clinic.profile.target import Target, parse_target

__all__ = [
    "AXES",
    "SPECIES",
    "Axis",
    "Circuit",
    "Design",
    "SubtypeProfile",
    "Target",
    "axes_lost",
    "calibrate",
    "circuit",
    "compare",
    "effect_curve",
    "effects",
    "find_design",
    "gain",
    "knock_in_table",
    "mouse_pattern",
    "nearest",
    "occupancy",
    "parse_target",
    "predictions",
    "response",
    "share_kept",
    "stimulus",
    "subtype_profile",
]

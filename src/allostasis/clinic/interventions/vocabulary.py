"""The levers: the fixed list of what an intervention can move, and which port or parameter of the chain that is."""

from typing import NamedTuple

from allostasis.model import acute_ports
from allostasis.quantity import InputError, UnknownNameError

OPERATIONS = ("multiply", "add", "give")
"""What a lever does to its port: times its size, plus its size, or a drug that is given (size 1)."""
NEUTRAL = {"multiply": 1.0, "add": 0.0}
"""Size with which an operation changes nothing."""


class Lever(NamedTuple):
    """Something that an intervention can move.

    Attributes:
        name: name of the lever.
        operation: multiply, add or give.
        moves: the port ("port release"), or the parameter of a submodel or network, that it acts on.
        meaning: one line for a reader.
        rest: value about which a multiplication acts: 0 for the whole port, 1 for a deviation from naive.
    """

    name: str
    operation: str
    moves: str
    meaning: str
    rest: float | int = 0


def _port(name: str, meaning: str) -> Lever:
    return Lever(name, "multiply", f"port {name}", meaning)


_LEVERS = (
    Lever("drug", "give", "regimen", "the drug itself, through exposure, receptors and drug targets"),
    Lever("dose", "multiply", "amount of every dose of the regimen", "dose in proportion to clearance"),
    _port(acute_ports.RELEASE.name, "glutamate release"),
    _port(acute_ports.NAV_AVAILABLE.name, "sodium channels left in sustained firing"),
    _port(acute_ports.NMDA_AVAILABLE.name, "NMDA current"),
    _port(acute_ports.AMPA_AVAILABLE.name, "AMPA current"),
    _port(acute_ports.GLUTAMATE.name, "extracellular glutamate"),
    _port(acute_ports.GABA_SUPPLY.name, "GABA of neurones"),
    _port(acute_ports.GABA_SYNTHESIS.name, "GABA that is made"),
    _port(acute_ports.GABA_AMBIENT.name, "ambient GABA, the tonic share of inhibition"),
    _port(acute_ports.INHIBITION.name, "inhibitory synapses, such as those of new interneurons"),
    Lever("modulation_tonic", "multiply", "port modulation_tonic", "tonic GABA-A current of all subtypes"),
    *(
        Lever(f"modulation_{k}", "multiply", f"port modulation_phasic[{k}]", f"phasic GABA-A current of {k} receptors")
        for k in ("a1", "a2", "a3", "a5")
    ),
    Lever("adenosine", "multiply", "resting adenosine, then port release through A1", "extracellular adenosine of the diet"),
    Lever("npy_y2", "multiply", "port release through Y2 receptors", "release that NPY leaves at Y2: rat, man by default"),
    Lever("npy_y5", "multiply", "port release through Y5 receptors", "release that NPY leaves at Y5: mouse"),
    Lever("il_1_gaba", "multiply", "deviation of port il_1_gaba from 1", "effect of interleukin 1 beta on GABA-A current", 1),
    Lever("il_1_nmda", "multiply", "deviation of port il_1_nmda from 1", "effect of interleukin 1 beta on NMDA current", 1),
    Lever("microglial_production", "multiply", "production of il_1_beta and tnf_alpha", "cytokines that microglia make"),
    Lever("pgp_activity", "multiply", "port pgp_activity", "P-glycoprotein at work"),
    Lever("pgp_induction", "multiply", "rise of port pgp_activity above 1", "induction of P-glycoprotein by seizures", 1),
    Lever("severity", "add", "parameter seizure.severity", "lasting drive of the cause"),
    Lever("trigger", "multiply", "parameter seizure.trigger", "size of stimuli that ignite"),
    Lever("noradrenergic_drive", "multiply", "port noradrenergic_drive", "noradrenergic drive"),
    Lever("node", "multiply", "SeizureNetwork.present of the onset zone", "generator of the seizures"),
    Lever("callosal_coupling", "multiply", "SeizureNetwork.coupling['callosal']", "coupling between the hemispheres"),
    Lever("closed_loop", "add", "drive of the seizure while the detector fires", "stimulation on detection"),
    Lever("relay_gaba_a", "multiply", "GABA-A gain of thalamic relay cells", "absence circuit only"),
    Lever("relay_gaba_b", "multiply", "GABA-B gain of thalamic relay cells", "absence circuit only"),
)
LEVERS = {entry.name: entry for entry in _LEVERS}
"""Every lever by name."""


def lever(name: str) -> Lever:
    """Return a lever by name.

    Raises:
        UnknownNameError: no such lever; the nearest is offered.

    >>> lever("release").moves
    'port release'
    """
    if name not in LEVERS:
        raise UnknownNameError("lever of an intervention", name, LEVERS)
    return LEVERS[name]


def moved(value, operation: str, size: float | int, rest: float | int = 0):
    """Value of a port or parameter under a lever; the neutral size gives the value back exactly.

        multiply: rest + size (value - rest),    add: value + size

    Args:
        value: number or array.
        operation: multiply or add.
        size: how much.
        rest: `Lever.rest`.

    Raises:
        InputError: another operation.

    >>> moved(0.8, "multiply", 0.5), moved(0.8, "multiply", 1.0), moved(0.8, "add", 0.0), moved(0.8, "multiply", 0.5, rest=1)
    (0.4, 0.8, 0.8, 0.9)
    """
    if operation not in NEUTRAL:
        raise InputError("no operation on a number", value=operation, expected="multiply or add")
    if size == NEUTRAL[operation]:
        return value
    if operation == "multiply":
        return rest + size * (value - rest)
    return value + size

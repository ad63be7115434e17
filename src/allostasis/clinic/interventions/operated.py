"""The network of seizures under an intervention: nodes removed, the callosum cut, a closed loop, and the rest as a fall of H."""

from allostasis.circuit.closed_loop import ClosedLoop
from allostasis.circuit.network import SeizureNetwork
from allostasis.circuit.network_run import Condition
from allostasis.clinic.interventions.levers import Levers, log_imbalance_change
from allostasis.quantity import InputError


def operated(moves: Levers, network: SeizureNetwork | None = None) -> Condition:
    """A condition for `circuit.network_run.simulate_network`: the network under levers of a therapy.

    ``node`` removes the onset zone, ``callosal_coupling`` leaves a share of the callosum, ``closed_loop`` lowers the drive while
    the detector fires; every other lever acts as the fall of the log imbalance that it makes, in each node by its response.

    Args:
        moves: levers at ports (`at_ports`).
        network: that of the library when left out.

    Raises:
        InputError: a node that is neither left (1) nor removed (0).

    >>> operated({"node": ("multiply", 0.0)}).network.present[:2].tolist()
    [False, False]
    >>> operated({"callosal_coupling": ("multiply", 0.0)}).network.coupling["callosal"].any()
    np.False_
    """
    network = SeizureNetwork.from_library() if network is None else network
    node = moves.get("node", ("multiply", 1.0))[1]
    if node not in (0, 1):
        raise InputError("share of the onset zone that is left", value=node, expected="0 (removed) or 1")
    if node == 0:
        network = network.resect(*(name for name, first in zip(network.nodes, network.onset, strict=True) if first))
    if "callosal_coupling" in moves:
        network = network.callosotomy(1 - moves["callosal_coupling"][1])
    loop = ClosedLoop.none()
    if "closed_loop" in moves:
        loop = ClosedLoop.from_library(pulse=-moves["closed_loop"][1])
    change = log_imbalance_change(moves)
    return Condition(network, imbalance=max(change, 0.0), drug=max(-change, 0.0), loop=loop)

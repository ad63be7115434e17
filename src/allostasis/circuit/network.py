"""A network of coupled nodes in two hemispheres: an onset zone, propagation nodes, three classes of coupling, surgery."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from allostasis import library
from allostasis.quantity import InputError, UnknownNameError

CLASSES = ("within", "callosal", "thalamic")
"""Classes of coupling: inside a hemisphere, through the corpus callosum, to and between the thalami."""
SIDES = ("left", "right")
NUMBERS = ("activity_time", "width", "recruitment", "threshold", "exit", "adenosine_time", "input.sd", "input.time")
"""Numbers of the node equation, the same for all nodes."""


@dataclass(frozen=True, eq=False)
class SeizureNetwork:
    """Coupled nodes, each with the equation of seizure activity.

        tau dA_i/dt = -A_i + 1 / (1 + exp(-x_i / width)),      tau_a da_i/dt = A_i - a_i
        x_i = recruitment A_i + H_i + severity_i + input_i(t) - exit a_i + sum_j c_ij A_j - threshold

    A: activity, 0 to 1; a: adenosine and what else a seizure builds up; H: log excitation over inhibition, which drugs lower
    (`Condition`); input: noise. The coupling c is the sum of three classes, so that an operation can cut one of them.

    Args:
        nodes: names, `structure_side`.
        severity: lasting drive of each node.
        response: share of a drug's effect that reaches each node, 0 to 1.
        coupling: class -> matrix [to, from], 0 or more, nothing on the diagonal.
        present: False where the node has been removed.
        onset: True for the nodes of the onset zone.
        numbers: `NUMBERS`, times in s.

    Raises:
        InputError: shapes that disagree, a coupling below 0 or of a node with itself, a response outside 0 to 1.
    """

    nodes: tuple[str, ...]
    severity: Float[np.ndarray, " nodes"]
    response: Float[np.ndarray, " nodes"]
    coupling: Mapping[str, Float[np.ndarray, "nodes nodes"]]
    present: Bool[np.ndarray, " nodes"]
    onset: Bool[np.ndarray, " nodes"]
    numbers: Mapping[str, float]

    def __post_init__(self):
        n = len(self.nodes)
        for name in ("severity", "response", "present", "onset"):
            if np.shape(getattr(self, name)) != (n,):
                raise InputError(f"{name} of the network", value=np.shape(getattr(self, name)), expected=f"({n},)")
        for name, matrix in self.coupling.items():
            if name not in CLASSES:
                raise UnknownNameError("class of coupling", name, CLASSES)
            if matrix.shape != (n, n) or matrix.min() < 0 or np.diag(matrix).any() or not np.isfinite(matrix).all():
                raise InputError(f"coupling {name!r}", expected=f"a {n} x {n} matrix, 0 or more, diagonal 0")
        if not (np.isfinite(self.severity).all() and self.response.min() >= 0 and self.response.max() <= 1):
            raise InputError("severity or drug response of a node", expected="finite severity, response 0 to 1")

    @classmethod
    def from_library(cls) -> "SeizureNetwork":
        """The network of the set `network`: 12 nodes, onset zone in the left hippocampus and amygdala.

        >>> network = SeizureNetwork.from_library()
        >>> network.nodes[:3]
        ('hippocampus_left', 'amygdala_left', 'temporal_left')
        >>> [name for name, first in zip(network.nodes, network.onset, strict=True) if first]
        ['hippocampus_left', 'amygdala_left']
        """
        rows = library.parameter_set("network")
        severity = {
            f"{structure}_{side}": rows[key].value
            for key in rows if key.startswith("severity.") for _, side, structure in (key.split("."),)
        }  # fmt: skip
        nodes, onset = tuple(severity), library.set_words("network")["onset_zone"]["nodes"].split()
        at = {name: k for k, name in enumerate(nodes)}
        coupling = {name: np.zeros((len(nodes), len(nodes))) for name in CLASSES}
        for key, row in rows.items():
            if key.startswith("coupling."):
                _, name, *ends = key.split(".")
                for first, second in _pairs(name, ends):
                    coupling[name][at[first], at[second]] = coupling[name][at[second], at[first]] = row.value
        first = np.isin(nodes, onset)
        response = np.where(first, rows["drug_response.onset"].value, 1.0)
        return cls(
            nodes, np.array(list(severity.values())), response, coupling, np.ones(len(nodes), bool), first,
            {name: rows[name].value for name in NUMBERS},
        )  # fmt: skip

    @property
    def total(self) -> Float[np.ndarray, "nodes nodes"]:
        """Coupling of all classes between the nodes that are present [to, from]."""
        return sum((self.coupling[name] for name in self.coupling), np.zeros((len(self.nodes),) * 2)) * np.outer(
            self.present, self.present
        )

    @property
    def right(self) -> Bool[np.ndarray, " nodes"]:
        """True for nodes of the right hemisphere."""
        return np.array([name.endswith("_right") for name in self.nodes])

    @property
    def cortical(self) -> Bool[np.ndarray, " nodes"]:
        """False for the thalami."""
        return np.array([not name.startswith("thalamus") for name in self.nodes])

    def index(self, name: str) -> int:
        """Place of a node; its full name, such as `frontal_left`."""
        if name not in self.nodes:
            raise UnknownNameError("node", name, self.nodes)
        return self.nodes.index(name)

    def resect(self, *names: str) -> "SeizureNetwork":
        """Remove nodes: they fall silent, and nothing runs to or from them.

        >>> SeizureNetwork.from_library().resect("hippocampus_left").present[:2].tolist()
        [False, True]
        """
        present = self.present.copy()
        present[[self.index(name) for name in names]] = False
        return replace(self, present=present)

    def cut(self, name: str, share: float | int = 1.0) -> "SeizureNetwork":
        """Cut a share of one class of coupling.

        Raises:
            InputError: a share outside 0 to 1, or no such class.

        >>> SeizureNetwork.from_library().cut("callosal").coupling["callosal"].any()
        np.False_
        """
        if name not in CLASSES:
            raise UnknownNameError("class of coupling", name, CLASSES)
        if not 0 <= share <= 1:
            raise InputError("share of the coupling that is cut", value=share, expected="0 to 1")
        return replace(self, coupling={k: m * (1 - share if k == name else 1) for k, m in self.coupling.items()})

    def callosotomy(self, share: float | int = 1.0) -> "SeizureNetwork":
        """Cut the corpus callosum, wholly or a share of it; the way through the thalami stays."""
        return self.cut("callosal", share)

    def worsened(self, change: float | int) -> "SeizureNetwork":
        """Add to the severity of the onset zone."""
        return replace(self, severity=self.severity + change * self.onset)

    def with_response(self, response: float | int) -> "SeizureNetwork":
        """Set the share of a drug's effect that reaches the onset zone, 0 to 1."""
        return replace(self, response=np.where(self.onset, float(response), self.response))


def _pairs(name: str, ends: list[str]) -> list[tuple[str, str]]:
    """Pairs of nodes that a row of the library joins."""
    if name == "within":
        return [(f"{ends[0]}_{side}", f"{ends[1]}_{side}") for side in SIDES]
    if name == "callosal":
        return [(f"{ends[0]}_left", f"{ends[0]}_right")]
    if ends == ["crossing"]:
        return [("thalamus_left", "thalamus_right")]
    return [(f"{ends[0]}_{side}", f"thalamus_{side}") for side in SIDES]

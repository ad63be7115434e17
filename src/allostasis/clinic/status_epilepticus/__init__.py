"""Status epilepticus: protocols of treatment, what counts as success, what a treatment costs."""

from allostasis.clinic.status_epilepticus.endpoints import Endpoint, time_to_stop, wilson
from allostasis.clinic.status_epilepticus.protocol import ALWAYS, SEIZING, Protocol, Step

__all__ = ["ALWAYS", "SEIZING", "Endpoint", "Protocol", "Step", "time_to_stop", "wilson"]

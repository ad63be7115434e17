"""Peak resident memory of a population, in a process of its own. Prints MB: everything imported, and after the run."""

import resource
import sys
from pathlib import Path

from question import TAPER, case_table

from allostasis.clinic import simulate
from allostasis.simulation import parse_case
from allostasis.study import sample_factors


def resident() -> float:
    """Peak resident memory of this process so far [MB].

    Linux hands the peak of the parent down in getrusage, so its own high-water mark is read where there is one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    idle = resident()
    case = parse_case(case_table(TAPER))
    simulate(case, factors=sample_factors(case, int(sys.argv[1]), seed=1))
    print(idle, resident())

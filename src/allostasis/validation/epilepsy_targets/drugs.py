"""What becomes of drugs in epilepsy: efflux and metabolism. Target id -> function."""

from collections.abc import Callable

from allostasis.patient import Patient
from allostasis.simulation.book import Book
from allostasis.simulation.efflux_numbers import efflux
from allostasis.validation.clinic_targets.kinetics import clearance

PERCENT = 100.0


def behind_the_pump(drug: str) -> float:
    """Change of the unbound brain level by the P-glycoprotein that seizures raise [%]; glutamate fully up, no inflammation."""
    book = Book()
    pump = efflux(book, (drug,), (drug,), 1.0, 0.0)
    values = book.values["efflux"]
    access = pump.readout(0.0, pump.initial(values), {}, values)["brain_access"][0]
    return float(PERCENT * (access - 1))


def carrier() -> float:
    """Change of the clearance of midazolam in a carrier of CYP3A4*22 [%]."""
    return PERCENT * (clearance("midazolam", Patient(genotype={"CYP3A4": "*1/*22"})) / clearance("midazolam", Patient()) - 1)


SIMULATED: dict[str, Callable[[], float | bool]] = {"SE93": lambda: behind_the_pump("phenytoin"), "SR19": carrier}
"""Target -> what gives it."""

"""What was seen of a combination: trials and experiments that gave these drugs together, the negative ones first."""

from collections.abc import Mapping, Sequence

from allostasis import library
from allostasis.library.rows import rows

CAUTION = (
    "A larger effect in the model is no promise: in the one randomised trial of an early second drug in people, levetiracetam"
    " added to clonazepam stopped no more convulsions than clonazepam alone (74 against 84 %, SAMUKeppra, recalled)."
)


def evidence(drugs: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    """Rows of the table ``polytherapy`` that gave two or more of these drugs, or stand for their classes.

    A benzodiazepine stands for any other, since no row names them all; the row says which one was given.

    >>> evidence(["lorazepam", "levetiracetam"])[0]["verdict"]
    'negative'
    """
    asked = {_kind(library.canonical(name, "drug")) for name in drugs}
    found = [row for row in rows("polytherapy") if len({_kind(n.strip()) for n in row["drugs"].split(";")} & asked) > 1]
    order = ("negative", "uncontrolled", "positive")
    return tuple(sorted(found, key=lambda row: (order.index(row["verdict"]), row["species"] != "human")))


def _kind(name: str) -> str:
    known = name in library.drug_names()
    return "benzodiazepine" if known and library.drug(name).family == "benzodiazepine" else name

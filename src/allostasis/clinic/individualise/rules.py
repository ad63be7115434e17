"""Declared rules of individual treatment by aetiology, type of seizure, receptor variant and genotype, each with a source."""

from collections.abc import Mapping
from typing import NamedTuple

from allostasis import library
from allostasis.clinic.combination.effect import mechanisms
from allostasis.library.rows import rows
from allostasis.quantity import UnknownNameError
from allostasis.receptor.variants import variant

NO_RULE = "no rule"
AETIOLOGY, SEIZURE, VARIANT, GENOTYPE = "aetiology", "seizure type", "variant class", "genotype"


class Rule(NamedTuple):
    """One row of the table ``individualise``.

    Attributes:
        kind: what about the person.
        value: of that.
        what: a drug, drugs joined by +, or words of a mechanism.
        verdict: avoid, caution, prefer, early combination, no effect or no rule.
        reason: in words.
        source: id of the bibliography.
        status: seen, recalled or assumed.
        note: what speaks against it.
    """

    kind: str
    value: str
    what: str
    verdict: str
    reason: str
    source: str
    status: str
    note: str

    def concerns(self, drug: str) -> bool:
        """Whether it is about this drug, by name or by a mechanism."""
        return self.what == drug or (bool(self.what) and any(self.what in m for m in mechanisms(drug)))

    @property
    def words(self) -> str:
        """The rule in a sentence."""
        more = f" {self.note}" if self.note else ""
        return f"{self.kind} {self.value}: {self.verdict} {self.what}: {self.reason}{more} [{self.source}, {self.status}]"


def table() -> tuple[Rule, ...]:
    """Every rule."""
    return tuple(Rule(**dict(row)) for row in rows("individualise"))


def known(kind: str) -> tuple[str, ...]:
    """Values of a kind that the table holds.

    >>> "absence" in known("seizure type"), "dravet syndrome" in known("aetiology")
    (True, True)
    """
    return tuple(dict.fromkeys(rule.value for rule in table() if rule.kind == kind))


def of_person(aetiology: str | None, seizure_type: str | None, receptor_variant: str | None) -> tuple[Rule, ...]:
    """Rules that a person falls under.

    Raises:
        UnknownNameError: an aetiology, a type of seizure or a variant that the library does not hold.

    >>> [rule.verdict for rule in of_person(None, "absence", None)]
    ['avoid', 'avoid', 'prefer']
    """
    asked: dict[str, str] = {}
    for kind, value in ((AETIOLOGY, aetiology), (SEIZURE, seizure_type)):
        if value is not None:
            spelt = " ".join(value.lower().split())
            if spelt not in known(kind):
                raise UnknownNameError(kind, value, known(kind))
            asked[kind] = spelt
    if receptor_variant is not None:
        asked[VARIANT] = variant(receptor_variant).variant_class
    return tuple(rule for rule in table() if asked.get(rule.kind) == rule.value and rule.verdict != NO_RULE)


def without_effect(genotype: Mapping[str, str], drug: str) -> tuple[Rule, ...]:
    """Rules by which the genes of a person have no effect on a drug, against what the review says.

    >>> [rule.value for rule in without_effect({"CYP3A4": "*1/*22", "CYP2C19": "*1/*1"}, "midazolam")]
    ['CYP3A4']
    """
    name = library.canonical(drug, "drug")
    return tuple(r for r in table() if r.kind == GENOTYPE and r.value in genotype and r.what == name and r.verdict == "no effect")


def early_combination(found: tuple[Rule, ...]) -> str:
    """Candidates for an early combination by a sourced rule, or exactly "no rule".

    >>> early_combination(of_person("structural", "focal", None))
    'no rule'
    """
    named = [rule for rule in found if rule.verdict == "early combination"]
    return "; ".join(f"{rule.what} ({rule.reason} {rule.source}, {rule.status})" for rule in named) or NO_RULE

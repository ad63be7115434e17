"""Subunits of GABA-A receptors: families, spellings, and the histidine that classical benzodiazepines need."""

import re
from typing import NamedTuple

from allostasis.quantity import InputError, NotModelledError, UnknownNameError


class Subunit(NamedTuple):
    """One subunit: an extracellular N-terminal domain, helices M1 to M4 (M2 lines the pore), an M3-M4 loop.

    Attributes:
        name: short name such as "a1" or "g2", with a mutation in brackets where there is one.
        family: alpha, beta, gamma, delta, epsilon, theta, pi or rho.
        gene: human gene.
        histidine: residue of the benzodiazepine site ("H101", numbering of the rat subunit), "" where it is missing.
    """

    name: str
    family: str
    gene: str
    histidine: str = ""


_HISTIDINES = {"a1": "H101", "a2": "H101", "a3": "H126", "a5": "H105"}
_FAMILIES = {"a": ("alpha", "123456"), "b": ("beta", "123"), "g": ("gamma", "123"), "r": ("rho", "123")}
_SINGLE = {"d": "delta", "e": "epsilon", "t": "theta", "p": "pi"}
_GREEK = dict(zip("αβγδεθπρ", "abgdetpr", strict=True))
_WORDS = {"alpha": "a", "beta": "b", "gamma": "g", "delta": "d", "epsilon": "e", "theta": "t", "pi": "p", "rho": "r"}

NAMES = tuple(letter + digit for letter, (_, digits) in _FAMILIES.items() for digit in digits) + tuple(_SINGLE)


def subunit(text: str) -> Subunit:
    """Read one subunit: "a1", "alpha1", "g2L", "a1(H101R)".

    Raises:
        UnknownNameError: no such subunit.
        NotModelledError: a mutation other than the loss of the histidine (see `apply_variant` for gene variants).

    >>> subunit("alpha1").histidine, subunit("a1(H101R)").histidine, subunit("a6").histidine
    ('H101', '', '')
    """
    base, bracket, mutation = str(text).strip().partition("(")
    key = "".join(_GREEK.get(sign, sign) for sign in base.strip().lower())
    for word, letter in _WORDS.items():
        key = key.replace(word, letter)
    key = re.sub(r"^(g2)[ls]$", r"\1", key)
    if key not in NAMES:
        raise UnknownNameError("subunit", text, NAMES)
    family = _FAMILIES[key[0]][0] if key[0] in _FAMILIES else _SINGLE[key[0]]
    gene = f"GABR{key[0].upper()}{key[1:]}"
    histidine = _HISTIDINES.get(key, "")
    if not bracket:
        return Subunit(key, family, gene, histidine)
    change = mutation.rstrip(") ").upper()
    if histidine and change == f"{histidine}R":
        return Subunit(f"{key}({change})", family, gene)
    raise NotModelledError(
        f"a mutation of {key} without a known effect on the sites",
        value=text,
        expected=f"{key}({histidine}R)" if histidine else "the plain subunit",
        fix="use apply_variant for the gene variants of the library",
    )


def split_receptor(name: str) -> tuple[str, ...]:
    """Split a receptor's name into its subunits: alpha, beta and, where there is one, the third.

    >>> split_receptor("a1b3g2L"), split_receptor("a4b2d"), split_receptor("a1(H101R)b3g2")
    (('a1', 'b3', 'g2'), ('a4', 'b2', 'd'), ('a1(H101R)', 'b3', 'g2'))
    """
    text = "".join(_GREEK.get(sign, sign) for sign in str(name).strip())
    for word, letter in _WORDS.items():
        text = text.replace(word, letter)
    parts = re.findall(r"[abgdetpr]\d*[LS]?(?:\([A-Z]\d+[A-Z]\))?", text)
    if "".join(parts) != text or len(parts) not in (2, 3):  # structural: alpha and beta, with or without a third
        raise InputError(
            "not a receptor's name", value=name, expected="alpha, beta and third subunit", fix="write 'a1b3g2'"
        )
    return tuple(subunit(part).name for part in parts)

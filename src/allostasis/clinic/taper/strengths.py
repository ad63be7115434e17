"""Strengths as a person writes them: '0.5, 1, 2.5 mg', '2 mg (halves), 5 mg', 'liquid 1 mg/mL by 0.1 mL'.

    strengths = part {(";" | ",") part}
    part      = number ["mg"] [splits] | splits "of" number ["mg"] | "liquid" number "mg/" [number] "mL" ["by" number "mL"]
    splits    = "halves" | "quarters"     (behind a strength also in brackets)

A number without a unit takes the unit behind the next one, up to a semicolon. '0.5,1,2 mg' and '2,5,10 mg' are lists; '2,5 mg'
could be a decimal comma and is refused. Which tablets may be split is said tablet by
tablet; nothing is split that is not said.
"""

import re
from collections.abc import Iterable
from fractions import Fraction

from allostasis import library
from allostasis.clinic.taper.making import one_drug
from allostasis.clinic.taper.product import Liquid, Product, Tablet, exact
from allostasis.quantity import InputError

SPLITS = {"halves": 2, "quarters": 4}  # structural: parts of a tablet
EXAMPLES = "'0.5, 1, 2.5 mg', '2 mg (halves), 5 mg', '2, 5, 10 mg; halves of 2 mg' or 'liquid 1 mg/mL by 0.1 mL'"
MICRO = Fraction(1, 1000)  # structural: definition of a microgram in mg
MG = {"mg": Fraction(1), "mcg": MICRO, "ug": MICRO, "µg": MICRO}
NUMBER = r"\d+(?:\.\d+)?|\.\d+"
UNIT = r"\s*(?P<unit>mg|mcg|ug|µg)?(?:\s*tablets?)?"
TABLET = re.compile(rf"(?P<mg>{NUMBER}){UNIT}\s*\(?\s*(?P<split>halves|quarters)?\s*\)?")
SPLIT_OF = re.compile(rf"(?P<split>halves|quarters)\s+of\s+(?P<mg>{NUMBER}){UNIT}")
LIQUID = re.compile(
    rf"liquid\s+(?P<mg>{NUMBER})\s*mg\s*/\s*(?P<ml>{NUMBER})?\s*ml(?:\s+by\s+(?P<step>{NUMBER})\s*ml)?"
)


def parse_strengths(text: str, drug: str) -> tuple[Product, ...]:
    """Read what the pharmacy has.

    Args:
        text: strengths, as above.
        drug: any known spelling of the drug's name.

    Returns:
        Products: tablets by falling content, then liquids.

    Raises:
        InputError: text that does not follow the grammar, a decimal comma, a missing unit, a strength twice, or halves of a
            strength that is not in the list.
        UnknownNameError: an unknown drug.

    >>> [p.name for p in parse_strengths("0.5, 1, 2.5 mg; liquid 1 mg/mL", "Ativan")]
    ['lorazepam 2.5 mg tablet', 'lorazepam 1 mg tablet', 'lorazepam 0.5 mg tablet', 'lorazepam 1 mg/mL liquid']
    >>> parse_strengths("2, 5 mg; halves of 2 mg", "diazepam")[1]
    Tablet(drug='diazepam', strength_mg=2.0, parts=2)
    """
    name = library.canonical(drug, "drug")
    if "." not in text and any(run.count(",") == 1 for run in re.findall(r"\d+(?:,\d+)+", text)):
        fix = "write a decimal point ('2.5 mg') or a space behind the comma ('2, 5 mg')"
        raise InputError("a comma between two numbers may be a decimal comma", value=text, fix=fix)
    tablets: dict[Fraction, int] = {}
    splits: dict[Fraction, int] = {}
    liquids: dict[Fraction, Liquid] = {}
    for clause in filter(None, (c.strip() for c in text.lower().split(";"))):
        unit = ""
        for part in reversed([p.strip() for p in clause.replace(" and ", ", ").split(",")]):
            if found := LIQUID.fullmatch(part):
                liquid = _liquid(name, found)
                _once(liquids, liquid.mg_per_unit, liquid, text)
            elif found := SPLIT_OF.fullmatch(part):
                mg, unit = _mg(found["mg"], found["unit"] or unit, text)
                _once(splits, mg, SPLITS[found["split"]], text)
            elif found := TABLET.fullmatch(part):
                mg, unit = _mg(found["mg"], found["unit"] or unit, text)
                _once(tablets, mg, SPLITS.get(found["split"], 1), text)
            else:
                raise InputError("strengths not understood", value=part or text, expected=EXAMPLES)
    for mg, parts in splits.items():
        if mg not in tablets:
            listed = ", ".join(f"{float(x):g} mg" for x in sorted(tablets)) or "a strength in the list"
            raise InputError("a strength to split that is not in the list", value=f"{float(mg):g} mg", expected=listed)
        tablets[mg] = max(parts, tablets[mg])
    products = [*(Tablet(name, float(mg), parts) for mg, parts in tablets.items()), *liquids.values()]
    if not products:
        raise InputError("no strengths", value=text, expected=EXAMPLES)
    return one_drug(products)


def strengths_text(products: Iterable[Product]) -> str:
    """Write products in the grammar of `parse_strengths`.

    >>> strengths_text([Tablet("diazepam", 5), Tablet("diazepam", 2, parts=2), Liquid("diazepam", 1)])
    '5 mg, 2 mg (halves), liquid 1 mg/mL by 0.1 mL'
    """
    words = {parts: f" ({word})" for word, parts in SPLITS.items()}
    texts = []
    for product in one_drug(products):
        if isinstance(product, Liquid):
            texts.append(f"liquid {product.mg_per_ml:.12g} mg/mL by {product.step_ml:.12g} mL")
        else:
            texts.append(f"{product.strength_mg:.12g} mg{words.get(product.parts, '')}")
    return ", ".join(texts)


def _mg(number: str, unit: str, text: str) -> tuple[Fraction, str]:
    if not unit:
        raise InputError("a strength without a unit", value=text, expected=EXAMPLES, fix=f"write '{number} mg'")
    mg = Fraction(number) * MG[unit]
    if not mg:
        raise InputError("a strength of 0", value=text, expected="a number above 0")
    return mg, unit


def _liquid(drug: str, found: re.Match[str]) -> Liquid:
    amount, volume, step = (Fraction(found[name] or 1) for name in ("mg", "ml", "step"))
    if not (amount and volume and step):
        raise InputError("a liquid of 0", value=found[0], expected="numbers above 0")
    concentration = float(amount / volume)
    return Liquid(drug, concentration, float(step)) if found["step"] else Liquid(drug, concentration)


def _once(found: dict, mg: Fraction, value: object, text: str) -> None:
    if mg in found:
        raise InputError(f"a strength twice ({float(mg):g})", value=text, fix="name it once, with how it may be split")
    found[exact(float(mg))] = value

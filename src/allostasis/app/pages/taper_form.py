"""The form of the page Taper: what is taken, what the pharmacy has, what a plan may not do."""

from collections.abc import Mapping

from htmltools import Tag, TagList, tags
from shiny import ui
from shiny.module import resolve_id

from allostasis import library
from allostasis.clinic.taper import formulary, formulations, strengths_text
from allostasis.clinic.taper.formulary import has_formulary
from allostasis.library.reach import closure, sites_of
from allostasis.study.taper_study import CLASSICAL, OF_CURRENT

NONE = ""
MARKETS = {"": "anywhere", "US": "United States", "UK": "United Kingdom", "EU": "European Union", "DE": "Germany"}
PRESETS = {
    "asam": "ASAM: at most 25 % every 2 weeks",
    "asam_initial": "ASAM, initial pace: 10 % every 2 weeks",
    "nice": "NICE CKS: mg of diazepam per week",
    "ashton": "Ashton: mg of diazepam per week",
    "none": "no ceiling but the cap",
}
PATIENTS = {"0": "typical person", "20": "20 people", "60": "60 (slow)"}
EXAMPLE: Mapping[str, str] = {
    "drug": "lorazepam", "dose": "1 mg tid", "use": "2 years", "market": "", "strengths": "", "cap": "0.1", "preset": "asam",
    "patients": "20", "share": "90", "versus": OF_CURRENT, "switch": NONE, "switch_strengths": "", "weight": "70 kg", "age": "",
    "period": "7", "weeks": "104", "start": "", "seed": "0", "above_label": "",
}  # fmt: skip
"""Every field and what the page opens with; `strengths` is filled from the market of the drug, `start` with today."""
SELECTS = ("drug", "market", "preset", "patients", "versus", "switch")
"""Fields with a closed set of values; the others are text."""


def drugs() -> tuple[str, ...]:
    """Drugs that act at the benzodiazepine site and whose marketed strengths the library has.

    >>> "lorazepam" in drugs(), "phenobarbital" in drugs()
    (True, False)
    """
    return tuple(name for name in library.drug_names() if has_formulary(name) and _binds(name))


def _binds(drug: str) -> bool:
    acting = (library.drug(name) for name in closure([drug]))
    return any("benzodiazepine" in sites_of(found) for found in acting)


def markets(drug: str) -> dict[str, str]:
    """Markets with a form of a drug, and "" for all together."""
    regions = {region for form in formulations(drug) for region in form.regions}
    return {key: name for key, name in MARKETS.items() if not key or key in regions}


def marketed(drug: str, market: str = "") -> str:
    """What is marketed of a drug, in the grammar of strengths; one liquid, the weakest, beside the tablets.

    >>> marketed("lorazepam", "US")
    '2 mg (halves), 1 mg (halves), 0.5 mg, liquid 2 mg/mL by 0.1 mL'
    """
    products = formulary(drug, region=market, liquids=True)
    liquids = [p for p in products if p.unit == "mL"]
    dropped = sorted(liquids, key=lambda p: p.mg_per_unit)[1:]
    return strengths_text(p for p in products if p not in dropped) if products else ""


def form() -> TagList:
    """Return the form with its example filled in."""
    return TagList(_taken(), _pharmacy(), _limits(), _compared(), _person())


def _field(key: str, label: str, *, hint: str = "", placeholder: str = "", value: str | None = None) -> Tag:
    """A text field with room below for how it was read, or for what is wrong with it."""
    given = EXAMPLE[key] if value is None else value
    return tags.div(
        ui.input_text(key, label, given, placeholder=placeholder, spellcheck="false"),
        tags.p({"class": "understood"}, hint) if hint else None,
        ui.output_ui(f"said_{key}"),
    )


def _choice(key: str, label: str, values: Mapping[str, str], hint: str = "") -> Tag:
    return tags.div(
        ui.input_select(key, label, dict(values), selected=EXAMPLE[key]),
        tags.p({"class": "understood"}, hint) if hint else None,
        ui.output_ui(f"said_{key}"),
    )


def _taken() -> Tag:
    return tags.div(
        {"class": "panel stack"},
        tags.h2("What is taken today"),
        _choice("drug", "Drug", {name: name for name in drugs()}),
        tags.div(
            {"class": "pair"},
            _field("dose", "Dose", placeholder="such as 1 mg tid"),
            _field("use", "For", placeholder="such as 2 years"),
        ),
        ui.output_ui("read_dose"),
    )


def _pharmacy() -> Tag:
    text = tags.div(
        ui.input_text_area("strengths", "Strengths", marketed(EXAMPLE["drug"]), rows=2, spellcheck="false"),
        ui.output_ui("said_strengths"),
    )
    return tags.div(
        {"class": "panel stack"},
        tags.h2("What the pharmacy has"),
        _choice("market", "Fill in what is marketed", markets(EXAMPLE["drug"])),
        text,
    )


def _limits() -> Tag:
    return tags.div(
        {"class": "panel stack"},
        tags.h2("What a plan may not do"),
        _choice("preset", "Ceiling of a guideline", PRESETS),
        _field("cap", "Cap on the imbalance", hint="0 is the balance before the drug, 1 the median seizure threshold."),
        tags.div(
            {"class": "pair"},
            _choice("patients", "It must hold for", PATIENTS),
            _field("share", "At least of them [%]"),
        ),
        tags.details(
            tags.summary("Pace, length, label, seed"),
            tags.div(
                {"class": "pair"},
                _field("period", "Days at one dose, least"),
                _field("weeks", "Weeks, most"),
                _field("seed", "Seed"),
            ),
            ui.input_checkbox("above_label", "Accept a dose above the largest of the label"),
        ),
    )


def _compared() -> Tag:
    versus = {name: name for name in CLASSICAL} | {NONE: "no other plan"}
    to = {NONE: "no switch"} | {name: name for name in drugs()}
    return tags.div(
        {"class": "panel stack"},
        tags.h2("Beside it"),
        _choice("versus", "Compare with", versus),
        _choice("switch", "Switch first to", to),
        tags.div(
            {"id": resolve_id("switching"), "hidden": "hidden"},
            _field("switch_strengths", "Strengths of the new drug", placeholder="what is marketed"),
        ),
    )


def _person() -> Tag:
    return tags.div(
        {"class": "panel stack"},
        tags.h2("Who, and from when"),
        tags.div(
            {"class": "pair"}, _field("weight", "Body weight"), _field("age", "Age", placeholder="such as 70 years"),
        ),
        _field("start", "First day of the plan", placeholder="today, or such as 2027-01-04"),
    )  # fmt: skip

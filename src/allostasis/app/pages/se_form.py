"""The form of the page Status epilepticus: a preset, who has the seizure, protocols as lists of steps, what counts."""

from collections.abc import Mapping

from htmltools import Tag, TagList, tags
from shiny import ui
from shiny.module import resolve_id

from allostasis.app.opening import file_field
from allostasis.clinic.status_epilepticus.parse import GRAMMAR
from allostasis.clinic.status_epilepticus.presets import preset, presets
from allostasis.clinic.status_epilepticus.trials import arms
from allostasis.report.view import PALETTE
from allostasis.simulation.acute import mechanisms

SLOTS = 6
"""Protocols that the form has room for: each has its own colour."""
OWN = ""
"""The preset of a question of one's own."""
START = "ESETT"
"""The preset that the page opens with."""
WHO = {"human": "a person", "rat": "a rat"}
DEFAULTS: Mapping[str, str] = {
    "title": "Status epilepticus", "preset": OWN, "preparation": "human", "delay": "30 min", "severity": "0",
    "individuals": "100", "horizon": "60 min", "weight": "70 kg", "age": "", "within": "20 min", "until": "60 min",
    "counted": "0 min", "seed": "1", "above": "", "without": "",
}  # fmt: skip
"""Every field but the protocols, and what it has where nothing else is said."""
SELECTS = ("preset", "preparation")
"""Fields with a closed set of values; the others are text, `above` is a box to tick."""


def choices() -> dict[str, dict[str, str]]:
    """Presets by kind, each with what it compares."""
    trials = {arm.trial for arm in arms()}
    kinds: dict[str, dict[str, str]] = {"": {OWN: "protocols of my own"}, "Published trials": {}, "Ladders": {}}
    for name in presets():
        kinds["Published trials" if name in trials else "Ladders"][name] = _label(name)
    return kinds


def _label(name: str) -> str:
    found = preset(name)
    animal = "" if found.keys["preparation"] == "human" else f" ({found.keys['preparation']})"
    return f"{name}{animal}: {', '.join(p.name for p in found.protocols)}"


def form(fields: Mapping[str, str], protocols) -> TagList:
    """Return the form, filled in."""
    return TagList(_question(fields), _protocols(protocols), _who(fields), _counts(fields), _file())


def _field(key: str, label: str, fields: Mapping[str, str], placeholder: str = "") -> Tag:
    """A text field with room below for what is wrong with it."""
    return tags.div(
        ui.input_text(key, label, fields[key], placeholder=placeholder, spellcheck="false"), ui.output_ui(f"said_{key}")
    )


def _question(fields: Mapping[str, str]) -> Tag:
    return tags.div(
        {"class": "panel stack"},
        tags.h2("What is compared"),
        ui.input_select("preset", "Begin with", choices(), selected=fields["preset"]),
        _field("title", "Question", fields),
    )


def _protocols(protocols) -> Tag:
    return tags.div(
        {"class": "panel"},
        tags.h2("Protocols"),
        *(_slot(k, *(protocols[k] if k < len(protocols) else ("", "")), shown=k < len(protocols)) for k in range(SLOTS)),
        tags.div({"class": "row-of-buttons", "style": "margin-top: .9rem"}, ui.input_action_button("add", "Add a protocol")),
        tags.details(
            tags.summary("How a step is written"),
            tags.p({"class": "understood"}, "One step a line; no line is no treatment. ", tags.code(GRAMMAR)),
            tags.p({"class": "understood"}, "Times count from the first treatment. ", tags.em("if still seizing"),
                   " is asked of each individual at that instant."),
        ),
    )  # fmt: skip


def _slot(k: int, name: str, steps: str, *, shown: bool) -> Tag:
    hidden = {} if shown else {"hidden": "hidden"}
    return tags.div(
        {"class": f"arm arm{k % PALETTE}", "id": resolve_id(f"slot{k}"), **hidden},
        tags.div(
            {"class": "arm-head"},
            ui.input_text(f"name{k}", f"Name of protocol {k + 1}", name),
            ui.input_action_button(f"remove{k}", "Remove", class_="plain", title=f"Remove protocol {k + 1}"),
        ),
        ui.input_text_area(
            f"steps{k}", f"Steps of protocol {k + 1}", steps, rows=2, spellcheck="false", placeholder="no treatment"
        ),
        ui.output_ui(f"said_steps{k}"),
    )  # fmt: skip


def _who(fields: Mapping[str, str]) -> Tag:
    return tags.div(
        {"class": "panel stack"},
        tags.h2("Who, and how long"),
        tags.div(
            {"class": "pair"},
            ui.input_select("preparation", "Who has the seizure", WHO, selected=fields["preparation"]),
            _field("individuals", "Individuals", fields),
            _field("delay", "Treatment after", fields, "such as 30 min"),
            _field("horizon", "Followed for", fields, "such as 90 min"),
            _field("severity", "Severity, added", fields, "such as 0.15"),
        ),
        tags.div(
            {"class": "pair", "id": resolve_id("person")},
            _field("weight", "Body weight", fields), _field("age", "Age", fields, "such as 5 years"),
        ),
        tags.p({"class": "understood"}, "Severity is in log units of excitation over inhibition; 0 is the preparation's own."),
    )  # fmt: skip


def _counts(fields: Mapping[str, str]) -> Tag:
    return tags.div(
        {"class": "panel stack"},
        tags.h2("What counts as success"),
        tags.div(
            {"class": "pair"},
            _field("within", "Seizure over within", fields),
            _field("until", "And away until", fields),
            _field("counted", "Counted from", fields),
        ),
        tags.details(
            tags.summary("Mechanisms, largest dose, seed"),
            _field("without", "Mechanisms left naive", fields, "such as nmda"),
            tags.p({"class": "understood"}, f"Any of {', '.join(mechanisms())}; with a comma between them."),
            _field("seed", "Seed", fields),
            ui.input_checkbox("above", "Accept a dose above its stated maximum", fields["above"] == "yes"),
        ),
    )


def _file() -> Tag:
    return tags.div(
        {"class": "panel"},
        tags.h2("Protocol file"),
        file_field("open", "Open a PROTOCOL.toml"),
        ui.output_ui("opened"),
        tags.p({"class": "understood"}, "PROTOCOL.toml below gives the form as such a file; it opens here again."),
    )

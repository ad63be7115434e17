"""Doses and their grammar: regimens in text, TOML and event tables, and doses on the grid of a simulation."""

from allostasis.regimen.adherence import Adherence, Taken
from allostasis.regimen.check import check_against_library, parse_regimen
from allostasis.regimen.course import Course
from allostasis.regimen.dose import MAX_DOSES, Dose
from allostasis.regimen.event import Event
from allostasis.regimen.event_table import read_covariates, read_event_table, write_event_table
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.schedule import InputColumn, StepInputs, merge_columns, schedule
from allostasis.regimen.statement import Infusion, Repeated, Single, Stop
from allostasis.regimen.taper import Taper
from allostasis.regimen.tokens import GrammarError

__all__ = [
    "MAX_DOSES",
    "Adherence",
    "Course",
    "Dose",
    "DosingRule",
    "Event",
    "GrammarError",
    "Infusion",
    "InputColumn",
    "Regimen",
    "Repeated",
    "Single",
    "StepInputs",
    "Stop",
    "Taken",
    "Taper",
    "check_against_library",
    "merge_columns",
    "parse_regimen",
    "read_covariates",
    "read_event_table",
    "schedule",
    "write_event_table",
]

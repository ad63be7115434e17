"""Doses and their grammar: regimens in text, TOML and event tables, and doses on the grid of a simulation."""

from allostasis.regimen.course import Course
from allostasis.regimen.dose import MAX_DOSES, Dose
from allostasis.regimen.grammar import parse
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.schedule import InputColumn, StepInputs, merge_columns, schedule
from allostasis.regimen.statement import Infusion, Repeated, Single, Stop
from allostasis.regimen.taper import Taper
from allostasis.regimen.tokens import GrammarError

"""The parser of the regimen language: recursive descent, one function per kind of line. See docs/regimen.md."""

from typing import Protocol

from allostasis.quantity.errors import InputError
from allostasis.regimen.course import Course, Statement
from allostasis.regimen.cursor import Cursor
from allostasis.regimen.build import build_statement
from allostasis.regimen.line import read_line
from allostasis.regimen.parts import Line
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import Repeated, Stop
from allostasis.regimen.taper import DEFAULT_FLOOR_PERCENT, Taper
from allostasis.regimen.tokens import Token

NO_DRUG = ("none", "no drug")
FREQUENCY_EXAMPLE = "write 'taper 10 % of current every 14 d'"


class Names(Protocol):
    """Gives the canonical name of a drug, and of a route that the drug has; raises InputError else."""

    def drug(self, name: str) -> str:
        """Return the canonical name of a drug."""
        ...

    def route(self, drug: str, route: str) -> str:
        """Return the canonical name of a route of a canonical drug."""
        ...


def parse(text: str, names: Names | None = None) -> Regimen:
    """Parse a regimen text.

    Args:
        text: lines separated by ";", "&" or a line break; statements of a line joined by "then".
        names: resolves drugs and routes against a library; None keeps the names as written, in lower case.

    Raises:
        GrammarError: the text is not understood; the message shows where, and what to write.

    >>> print(parse("diazepam 0.2 mg/kg i.v. over 2 min at 5 min"))
    diazepam 0.2 mg/kg iv over 2 min at 5 min
    >>> parse("lorazepam 1 tid")
    Traceback (most recent call last):
    ...
    allostasis.regimen.tokens.GrammarError: unit of the dose is not known: 'tid'. Expected a mass such as ...
    """
    if " ".join(text.lower().split()) in NO_DRUG:
        return Regimen()
    return _Parser(text, names).regimen()


class _Parser:
    def __init__(self, text: str, names: Names | None):
        self.cursor, self.names = Cursor(text), names

    def regimen(self) -> Regimen:
        courses: list[Course] = []
        rules: list[DosingRule] = []
        if self.cursor.token.kind == "end":
            raise self.cursor.refuse(
                "regimen is empty", expected="a dose, or 'none' for no drug", fix="write 'lorazepam 1 mg oral tid for 28 d'"
            )
        while self.cursor.token.kind != "end":
            if self.cursor.token.kind == "separator":
                self.cursor.read()
                continue
            line = self.line()
            if isinstance(line, DosingRule):
                rules.append(line)
            else:
                courses.append(line)
        return Regimen(tuple(courses), tuple(rules))

    def line(self) -> Course | DosingRule:
        statements: list[Statement] = []
        begins: list[Token] = []
        carried: Line | None = None
        while True:
            begins.append(self.cursor.token)
            if self.cursor.at_words("taper"):
                statements.append(self.taper())
            elif self.cursor.at_words("stop") or self.cursor.at_words("pause"):
                statements.append(self.stop())
            else:
                line = read_line(self.cursor, carried)
                self.resolve(line)
                if line.rule is not None:
                    if statements:
                        raise self.cursor.refuse(
                            "dosing rule behind 'then'", line.begin, expected="a rule on a line of its own",
                            fix="separate it by ';'",
                        )
                    self.finish()
                    return line.rule
                now = self.end(statements, begins) if line.until_h is not None and line.start_h is None else 0.0
                statements.append(build_statement(self.cursor, line, now))
                line.pattern = statements[-1] if isinstance(statements[-1], Repeated) else None
                carried = line
            if not self.then():
                break
        self.end(statements, begins)
        self.finish()
        return Course(tuple(statements))

    def then(self) -> bool:
        ahead = 1 if self.cursor.token.kind == "comma" else 0
        token = self.cursor.look(ahead)
        if token.kind == "word" and token.text.lower() == "then":
            self.cursor.index += ahead + 1
            return True
        return False

    def finish(self) -> None:
        if self.cursor.token.kind not in ("separator", "end"):
            raise self.cursor.refuse(
                "this part is not understood here",
                expected="', then', ';', or one of: a route, a frequency, 'at', 'from', 'for', 'until', 'over', 'if'",
                fix="write 'lorazepam 1 mg oral tid from day 3 for 28 d, then stop'",
            )

    def end(self, statements: list[Statement], begins: list[Token]) -> float:
        """Check the statements so far as a course, and return its end [h]; an error points at its statement."""
        for count in range(1, len(statements) + 1):
            try:
                end = Course(tuple(statements[:count])).end_h
            except InputError as error:
                raise _at(self.cursor, error, begins[count - 1]) from error
        return end if statements else 0.0

    def resolve(self, line: Line) -> None:
        if self.names is None:
            return
        try:
            line.drug = self.names.drug(line.drug)
        except InputError as error:
            raise _at(self.cursor, error, line.drug_token or line.begin) from error
        try:
            line.route = self.names.route(line.drug, line.route)
        except InputError as error:
            raise _at(self.cursor, error, line.route_token or line.begin) from error
        line.rename_rule()

    def stop(self) -> Stop:
        self.cursor.read()
        start = pause = None
        while True:
            if pause is None and self.cursor.skip_words("for"):
                pause = self.cursor.duration("length of the pause")
            elif start is None and (self.cursor.skip_words("at") or self.cursor.skip_words("from")):
                start = self.cursor.instant("time of the stop")
            else:
                return Stop(start, pause or 0.0)

    def taper(self) -> Taper:
        cursor = self.cursor
        cursor.read()
        cursor.skip_words("by")
        kind, step, unit = self.taper_step()
        if cursor.skip_words("weekly"):
            every = 168.0
        elif cursor.skip_words("every"):
            every = cursor.duration("interval of the taper")
        else:
            raise cursor.refuse("interval of the taper is missing", expected="'every' and a time", fix=FREQUENCY_EXAMPLE)
        geometric = kind == "percent_of_current"
        floor, floor_unit, hold = (DEFAULT_FLOOR_PERCENT, "%", False) if geometric else (0.0, "mg", True)
        if cursor.skip_words("to"):
            floor, floor_unit, hold = *self.floor(), True
        elif cursor.skip_words("until", "below"):
            floor, floor_unit, hold = *self.floor(), False
        start = cursor.instant("start of the taper") if cursor.skip_words("from") else None
        begin = cursor.token
        try:
            return Taper(kind, step, unit, every, floor, floor_unit, hold, start)
        except InputError as error:
            raise _at(cursor, error, begin) from error

    def taper_step(self) -> tuple[str, float, str]:
        cursor = self.cursor
        if cursor.look(1).kind != "percent":
            amount = cursor.amount("step of the taper")
            return "fixed", amount.daily, amount.unit
        step = cursor.number("percentage of the taper", "taper 10 % of current every 14 d")
        cursor.read()
        if cursor.skip_words("of"):
            cursor.skip_words("the")
            word = cursor.phrase(("current", "start", "starting", "initial", "original"))
            if word is not None:
                cursor.skip_words("dose")
                return ("percent_of_current" if word == "current" else "percent_of_start"), step, "%"
        raise cursor.refuse(
            "percentage of what", expected="'of current' (each step smaller than the last) or 'of start' (equal steps)",
            fix=FREQUENCY_EXAMPLE,
        )

    def floor(self) -> tuple[float, str]:
        cursor = self.cursor
        if cursor.look(1).kind != "percent":
            amount = cursor.amount("floor of the taper")
            return amount.daily, amount.unit
        percent = cursor.number("floor of the taper", "until below 5 % of start")
        cursor.read()
        if not cursor.skip_words("of", "start"):
            raise cursor.refuse("floor is a percentage of what", expected="'of start'", fix="write 'to 10 % of start'")
        return percent, "%"


def _at(cursor: Cursor, error: InputError, token: Token) -> InputError:
    """Return an error without a place as one that points at a token."""
    if hasattr(error, "position"):
        return error
    return cursor.refuse(error.what, token, expected=error.expected or "a valid statement", fix=error.fix or "see docs/regimen.md",
                         value=None if error.value is None else str(error.value))

"""The parser of the regimen language: recursive descent, one function per kind of line (docs/regimen.md)."""

from typing import Protocol, runtime_checkable

from allostasis.quantity.errors import InputError
from allostasis.regimen.build import build_statement
from allostasis.regimen.course import Course, Statement
from allostasis.regimen.cursor import Cursor, placed
from allostasis.regimen.event import Event
from allostasis.regimen.event_line import read_event
from allostasis.regimen.line import read_line
from allostasis.regimen.parts import EXAMPLE, Line
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import Repeated, Stop
from allostasis.regimen.taper_line import read_taper
from allostasis.regimen.tokens import Token

NO_DRUG = ("none", "no drug")


@runtime_checkable
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
        events: list[Event] = []
        begin = self.cursor.token
        if self.cursor.token.kind == "end":
            raise self.empty()
        while self.cursor.token.kind != "end":
            if self.cursor.token.kind == "separator":
                self.cursor.read()
                continue
            if self.cursor.at_words("event"):
                events.append(read_event(self.cursor, self.names_of))
                self.finish()
                continue
            line = self.line()
            if isinstance(line, DosingRule):
                rules.append(line)
            else:
                courses.append(line)
        if not courses and not rules and not events:
            raise self.empty()
        try:
            return Regimen(tuple(courses), tuple(rules), tuple(events))
        except InputError as error:
            raise placed(self.cursor, error, begin) from error

    def names_of(self, drug: str, route: str) -> tuple[str, str]:
        if self.names is None:
            return drug, route
        drug = self.names.drug(drug)
        return drug, self.names.route(drug, route)

    def empty(self) -> InputError:
        return self.cursor.refuse("regimen is empty", expected="a dose, or 'none' for no drug", fix=EXAMPLE)

    def line(self) -> Course | DosingRule:
        statements: list[Statement] = []
        begins: list[Token] = []
        carried: Line | None = None
        while True:
            begins.append(self.cursor.token)
            if self.cursor.at_words("taper"):
                statements.append(read_taper(self.cursor))
            elif self.cursor.at_words("stop") or self.cursor.at_words("pause"):
                statements.append(self.stop())
            else:
                line = read_line(self.cursor, carried)
                self.resolve(line)
                if line.rule is not None:
                    if statements:
                        raise self.cursor.refuse(
                            "dosing rule behind 'then'",
                            line.begin,
                            expected="a rule on a line of its own",
                            fix="separate it by ';'",
                        )
                    self.finish()
                    return line.rule
                now = (
                    self.end(statements, begins) if line.until_h is not None and line.start_h is None else 0.0
                )
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
                expected="', then', ';', a route, a frequency, 'at', 'from', 'for', 'until', 'over' or 'if'",
                fix="write 'lorazepam 1 mg oral tid from day 3 for 28 d, then stop'",
            )

    def end(self, statements: list[Statement], begins: list[Token]) -> float:
        """Check the statements so far as a course and return its end [h]; errors point at the statement."""
        if not statements:
            return 0.0
        try:
            return Course(tuple(statements)).end_h
        except InputError as error:
            for count in range(1, len(statements)):
                try:
                    Course(tuple(statements[:count]))
                except InputError as first:
                    raise placed(self.cursor, first, begins[count - 1]) from first
            raise placed(self.cursor, error, begins[len(statements) - 1]) from error

    def resolve(self, line: Line) -> None:
        if self.names is None:
            return
        try:
            line.drug = self.names.drug(line.drug)
        except InputError as error:
            raise placed(self.cursor, error, line.drug_token or line.begin) from error
        try:
            line.route = self.names.route(line.drug, line.route)
        except InputError as error:
            raise placed(self.cursor, error, line.route_token or line.begin) from error
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

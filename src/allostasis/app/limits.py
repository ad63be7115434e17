"""What one client may ask of a shared server. Not numbers of the model: they keep one question from stopping the others."""

from dataclasses import dataclass

from allostasis.quantity import InputError
from allostasis.simulation import Case

DAY_H = 24.0  # structural: hours in a day


class Busy(InputError):
    """The server, or this client's share of it, is taken; the same request may be accepted later."""


@dataclass(frozen=True)
class Limits:
    """Limits of a server.

    Attributes:
        body_bytes: largest body of a request, uploads too.
        horizon_d: longest horizon [d].
        arms: most arms of a case.
        steps: most macro steps of a case, over all arms.
        intervals: most output intervals of a case, over all arms.
        text: longest regimen of an arm, or description, in characters.
        workers: jobs that run at once.
        waiting: jobs that may wait.
        per_client: jobs of one client that run or wait.
        seconds: longest job [s]; a longer one is cancelled.
        kept: finished jobs of the REST interface whose files are kept.
    """

    body_bytes: int = 256_000
    horizon_d: float = 1826.0
    arms: int = 8
    steps: int = 600_000
    intervals: int = 100_000
    text: int = 20_000
    workers: int = 2
    waiting: int = 16
    per_client: int = 4
    seconds: float = 300.0
    kept: int = 20

    def check(self, case: Case) -> Case:
        """Return the case if this server takes it.

        Raises:
            InputError: too long, too many arms, or too fine for a shared server; the command line has no such limits.

        >>> from allostasis.simulation import parse_case
        >>> case = parse_case({"title": "t", "horizon": "19 years", "arm": [{"name": "a", "regimen": "none"}]})
        >>> Limits().check(case)
        Traceback (most recent call last):
        allostasis.quantity.errors.InputError: horizon is too long for this server: '19 years'. Expected at most 1826 d. \
Fix: shorten it, or use 'allostasis run CASE.toml --out DIR', which has no such limit.
        """
        arms = len(case.arm)
        longest = max(len(text) for text in (case.description, *(str(arm.regimen) for arm in case.arm)))
        found = (
            ("horizon is too long", case.horizon_h / DAY_H, self.horizon_d, "d", case.horizon),
            ("too many arms", arms, self.arms, "arms", arms),
            ("a text is too long", longest, self.text, "characters", longest),
            ("too many steps", arms * case.horizon_h / case.step_h, self.steps, "steps over all arms", case.solver.step),
            ("output is too fine", arms * case.horizon_h / case.every_h, self.intervals, "output intervals over all arms",
             case.output.every),
        )  # fmt: skip
        for what, value, most, unit, written in found:
            if value > most:
                raise InputError(
                    f"{what} for this server", value=written, expected=f"at most {most:g} {unit}",
                    fix="shorten it, or use 'allostasis run CASE.toml --out DIR', which has no such limit",
                )  # fmt: skip
        return case

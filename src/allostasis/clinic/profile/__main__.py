"""`python -m allostasis.clinic.profile`: the constants beside their facts, the predictions, and what knock-in mice say."""

from allostasis import library
from allostasis.clinic.profile.axes import SET
from allostasis.clinic.profile.facts import calibrate, predictions, reserve_by_alprazolam
from allostasis.clinic.profile.knock_in import mouse_pattern

HIDDEN = ["role", "low", "high", "source"]


def main() -> None:
    """Print the three tables."""
    numbers = library.parameter_set(SET)
    print(f"{'constant':28}{'from the facts':>16}{'library':>10}")
    for name, value in calibrate().items():
        print(f"{name:28}{value:16.3f}{numbers[name].value:10.3f}")
    print(f"reserve.human if alprazolam at 16 % decides: {reserve_by_alprazolam():.2f}\n")
    print(predictions().drop(columns=HIDDEN).to_string(float_format="{:.2f}".format) + "\n")
    print(mouse_pattern().to_string(float_format="{:.2f}".format))


if __name__ == "__main__":
    main()

"""The Python example of the README runs as printed."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_first_python_example_runs(capsys):
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert code is not None
    names: dict = {}
    exec(code[1].replace("patients=200", "patients=8"), names)
    assert "lorazepam" in capsys.readouterr().out
    assert names["population"].data.sizes["patient"] == 8


def test_the_case_of_the_readme_is_a_case(tmp_path):
    from allostasis.simulation import load_case

    text = re.search(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert text is not None
    (tmp_path / "case.toml").write_text(text[1])
    assert len(load_case(tmp_path / "case.toml").arm) == 2

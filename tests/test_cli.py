"""The command line: what it writes, what it refuses, and that an interrupted run leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

from allostasis import library
from allostasis.cli import compile_cache, folder, main
from allostasis.cli.folder import staged
from allostasis.library.loader import DATA
from allostasis.quantity import InputError

CASE = """
title = "A short question"
horizon = "10 d"

[[arm]]
name = "stop"
regimen = "lorazepam 1 mg po bid for 7 d, then stop"
"""


@pytest.fixture(autouse=True)
def no_cache(monkeypatch):
    """Compiled programs of the tests stay out of the user's cache folder."""
    monkeypatch.setattr(compile_cache, "enable", lambda: None)


@pytest.fixture
def case(tmp_path) -> Path:
    path = tmp_path / "case.toml"
    path.write_text(CASE, encoding="utf-8")
    return path


def status(*arguments) -> int:
    """Run the command in this process; its exit status."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code or 0


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_run_writes_the_folder(case, tmp_path, capsys):
    out = tmp_path / "deep" / "out"
    assert status("run", case, "--out", out) == 0
    assert {p.name for p in out.iterdir()} == {
        "report.html", "results.zarr", "summary.parquet", "summary.csv", "run.json",
    }  # fmt: skip
    assert [p.name for p in out.parent.iterdir()] == ["out"]
    table = pd.read_csv(out / "summary.csv")
    pd.testing.assert_frame_equal(table, pd.read_parquet(out / "summary.parquet"), check_dtype=False)
    with xr.open_zarr(out / "results.zarr", consolidated=False) as series:
        assert series["imbalance_max"].max().item() == pytest.approx(table["peak_imbalance"].max())
        assert series["imbalance_max"].attrs["unit"] == "1"
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["made_by"] == "allostasis"
    assert {"versions", "solver", "seed", "tolerances", "parameter_hash", "case", "regimens"} <= set(record)
    clearance = record["parameters"]["exposure.lorazepam.CL"]
    assert clearance["value"] == library.drug("lorazepam").CL.value
    assert clearance["citation"] == library.bibliography()[clearance["source"]].citation
    printed = capsys.readouterr()
    assert str(out / "report.html") in printed.out
    assert "stop" in printed.out
    assert printed.err == ""


def test_run_again_needs_overwrite_and_replaces_all(case, tmp_path, capsys):
    out = tmp_path / "out"
    assert status("run", case, "--out", out) == 0
    before = content(out)
    assert set(json.loads(before["run.json"])["files"]) == {p.name for p in out.iterdir()}
    assert status("run", case, "--out", out) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert content(out) == before
    (out / "summary.csv").unlink()
    (out / ".DS_Store").write_text("x", encoding="utf-8")
    assert status("run", case, "--out", out, "--overwrite") == 0
    assert set(content(out)) == set(before)
    assert {p.name for p in tmp_path.iterdir()} == {"out", "case.toml"}


def former_output(out: Path, **marker) -> Path:
    out.mkdir(parents=True)
    (out / "run.json").write_text(json.dumps({"made_by": "allostasis", **marker}), encoding="utf-8")
    return out


@pytest.mark.parametrize("marker", [{}, {"files": ["run.json"]}, {"files": 3}], ids=["old", "new", "spoiled"])
def test_files_of_others_are_never_removed(case, tmp_path, capsys, marker):
    out = former_output(tmp_path / "out", **marker)
    (out / "mynotes.txt").write_text("x", encoding="utf-8")
    before = content(out)
    assert status("run", case, "--out", out, "--overwrite") == 2
    assert "mynotes.txt" in capsys.readouterr().err
    assert content(out) == before


def test_a_note_that_comes_during_the_run_is_kept(tmp_path):
    out = former_output(tmp_path / "out")
    with pytest.raises(InputError, match=r"mynotes\.txt"), staged(out, overwrite=True):
        (out / "mynotes.txt").write_text("x", encoding="utf-8")
    assert set(content(out)) == {"run.json", "mynotes.txt"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_of_two_runs_into_one_new_folder_the_second_fails(tmp_path, monkeypatch):
    out = tmp_path / "out"
    with pytest.raises(InputError, match="former output"), staged(out):
        former_output(out, by="the other")
    out.rename(tmp_path / "first")
    real = folder.check_folder

    def just_before_the_other(*_) -> None:
        monkeypatch.setattr(folder, "check_folder", real)
        former_output(out)

    monkeypatch.setattr(folder, "check_folder", just_before_the_other)
    with pytest.raises(InputError, match="former output"), staged(out):
        pass
    assert set(content(out)) == {"run.json"}
    assert {p.name for p in tmp_path.iterdir()} == {"out", "first"}


def test_a_link_is_followed(case, tmp_path):
    for name, target in (("link", tmp_path / "deep" / "target"), ("loop", tmp_path / "loop")):
        (tmp_path / name).symlink_to(target)
    assert status("run", case, "--out", tmp_path / "link") == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "deep" / "target" / "report.html").is_file()
    assert status("run", case, "--out", tmp_path / "link", "--overwrite") == 0
    assert (tmp_path / "link").is_symlink()
    assert status("run", case, "--out", tmp_path / "loop") == 2


def test_leftovers_of_killed_runs_are_removed(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host, own = folder._host(), os.getpid()
    names = {
        "gone": f".out.{host}-{gone.pid}.aaaaaaaa.part", "running": f".out.{host}-{own}.bbbbbbbb.part",
        "old": f".out.{host}-{own}.cccccccc.part", "elsewhere": f".out.other-{gone.pid}.dddddddd.part",
        "another": f".out.x.{host}-{gone.pid}.eeeeeeee.part",
    }  # fmt: skip
    for name in names.values():
        (tmp_path / name / "half").mkdir(parents=True)
    os.utime(tmp_path / names["old"], (1000, 1000))
    with staged(tmp_path / "out"):
        pass
    kept = {p.name for p in tmp_path.iterdir()}
    assert kept == {"out", names["running"], names["elsewhere"], names["another"]}


def test_a_foreign_folder_is_never_replaced(case, tmp_path, capsys):
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "run.json").write_text('{"my": "own"}', encoding="utf-8")
    before = content(out)
    assert status("run", case, "--out", out, "--overwrite") == 2
    assert "no former output" in capsys.readouterr().err
    assert content(out) == before
    assert status("run", case, "--out", case) == 2


def test_an_empty_folder_is_used(case, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    assert status("run", case, "--out", out) == 0
    assert (out / "report.html").is_file()


def test_check_is_shown_and_kept(case, tmp_path, capsys):
    assert status("run", case, "--out", tmp_path / "out", "--check") == 0
    printed = capsys.readouterr().out
    assert "peak imbalance" in printed
    assert "may jump from one to another" in " ".join(printed.split())
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert abs(record["checks"]["headlines"][0]["step_error"]) < 0.02
    assert "How exact is this" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def arm(regimen: str) -> str:
    return f'title = "t"\nhorizon = "10 d"\n[[arm]]\nname = "a"\nregimen = "{regimen}"\n'


@pytest.mark.parametrize(
    ("text", "taught"),
    [
        (arm("lorazepan 1 mg po bid for 7 d"), "did you mean 'lorazepam'"),
        (arm("lorazepam 1 po bid for 7 d"), "^"),
        (arm("lorazepam 1 mg po bid for 7 d") + "dosing = 3\n", "unknown key"),
        (arm("quazepam 15 mg po daily for 7 d; lorazepam 1 mg po bid for 7 d"), "not modelled: 'quazepam'"),
        (arm("lorazepam 1 mg po bid for 7 d") + '[patient]\nsmoking = "yes"\n', "smoking is not modelled yet"),
        (arm("lorazepam 1 mg po bid for 7 d") + '[patient]\ncomedication = "ketoconazole"\n', "co-medication"),
        (arm("none"), "no arm gives any dose"),
        ("title = ", "is not TOML"),
        (arm("lorazepam 1 mg po bid for 7 d").replace("10 d", "10"), "horizon"),
    ],
    ids=["drug", "regimen", "key", "unknown drug", "smoking", "co-medication", "no dose", "no TOML", "no unit"],
)
def test_a_bad_case_is_refused_and_teaches(tmp_path, capsys, text, taught):
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    assert status("run", path, "--out", tmp_path / "out") == 2
    printed = capsys.readouterr()
    assert taught in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
    assert [p.name for p in tmp_path.iterdir()] == ["case.toml"]


@pytest.mark.parametrize(
    ("arguments", "taught"),
    [
        (["run", "nowhere.toml", "--out", "OUT"], "no such case file"),
        (["run", "--out", "OUT"], "nothing to run"),
        (["run", "CASE", "--events", "t.csv", "--out", "OUT"], "one question at a time"),
        (["run", "CASE", "--drug", "lorazepam", "--out", "OUT"], "go with --events"),
        (["run", "--events", "t.csv", "--out", "OUT"], "needs --drug and --horizon"),
        (
            ["run", "--events", "t.csv", "--drug", "lorazepam", "--horizon", "9 d", "--out", "OUT"],
            "no such event table",
        ),
        (["run", "CASE", "--library", "nowhere", "--out", "OUT"], "no such library"),
        (["run", "CASE"], "--out"),
        (["run", "CASE", "--out", ""], "no folder is named"),
        (["drug", "list", "--library", ""], "no folder is named"),
        (["regimen", "lorazepam 1 mg po bid for 7 d", "--weight", "20 kg"], "30 to 200 kg"),
        (["validate", "--observed", "nowhere", "--out", "OUT"], "no such folder"),
        (["drug", "show", "lorazepan"], "did you mean 'lorazepam'"),
        (["graph", "nowhere.toml"], "no such case file"),
        (["regimen", "lorazepam 1 mgg po bid for 7 d"], "^^^"),
        (["regimen", "lorazepam 1 mg po bid for 7 d", "--days", "0"], "--days out of range"),
        (["serve", "--host", "192.0.2.1", "--port", "8000"], "cannot listen there"),
        (["fly"], "fly"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, list) else "",
)
def test_bad_arguments_are_refused(case, tmp_path, capsys, arguments, taught):
    named = [a.replace("OUT", str(tmp_path / "out")).replace("CASE", str(case)) for a in arguments]
    assert status(*named) == 2
    printed = capsys.readouterr()
    assert taught in printed.err
    assert "Traceback" not in printed.err
    assert [p.name for p in tmp_path.iterdir()] == ["case.toml"]


def test_event_table_is_run_with_one_arm_per_id(tmp_path):
    table = tmp_path / "doses.csv"
    table.write_text("ID,TIME,AMT,CMT,II,ADDL,WT\n1,0,1,1,12,13,60\n2,0,2,1,0,0,60\n", encoding="utf-8")
    out = tmp_path / "out"
    assert status("run", "--events", table, "--drug", "Ativan", "--horizon", "9 d", "--out", out) == 0
    summary = pd.read_csv(out / "summary.csv")
    assert summary["arm"].tolist() == ["ID 1", "ID 2"]
    assert summary["total_dose_mg"].tolist() == [14.0, 2.0]
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["case"]["patient"]["weight"] == "60 kg"


@pytest.mark.parametrize(
    ("rows", "taught"),
    [
        ("ID,TIME,AMT,CMT,AGE\n1,0,1,1,80\n", "covariate AGE"),
        ("ID,TIME,AMT,CMT,WT\n1,0,1,1,60\n2,0,1,1,80\n", "differ between the IDs"),
        ("ID,TIME,AMT,CMT\n" + "".join(f"{k},0,1,1\n" for k in range(13)), "13 IDs"),
        ("ID,TIME,AMT,CMT,EVID\n1,0,1,1,1\n1,3.123,1,1,4\n", "between whole minutes"),
        ("ID,TIME,AMT\n1,0,1\n", "a column CMT with 1 = oral, 2 = iv"),
        ("ID,TIME,AMT,CMT\n1,0,1,3\n", "a column CMT with 1 = oral, 2 = iv"),
    ],
    ids=["covariate", "weights", "too many", "reset", "no CMT", "CMT 3"],
)
def test_event_tables_that_would_be_run_wrongly_are_refused(tmp_path, capsys, rows, taught):
    table = tmp_path / "doses.csv"
    table.write_text(rows, encoding="utf-8")
    arguments = ("run", "--events", table, "--drug", "lorazepam", "--horizon", "9 d", "--out", tmp_path / "out")
    assert status(*arguments) == 2
    assert taught in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["doses.csv"]


def test_validate_writes_the_comparison(own, tmp_path, capsys):
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    study = "S,Nobody 2001,lorazepam,lorazepam,plasma,oral,2,mg,1,0,none"
    columns = (
        "study_id,publication,drug,analyte,matrix,route,dose_value,dose_unit,n_doses,dose_times_h,comedication_role"
    )
    (data / "studies.csv").write_text(f"{columns}\n{study}\n", encoding="utf-8")
    (data / "observations.csv").write_text("study_id,time_h,value\nS,2,24\nS,12,14\n", encoding="utf-8")
    assert status("validate", "--observed", data, "--out", out, "--library", own) == 0
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["library"] == str(own)
    assert {"validation.html", "studies.csv", "run.json"} <= set(content(out))
    assert len(pd.read_csv(out / "studies.csv")) == 1
    assert "Overall" in capsys.readouterr().out
    assert status("validate", "--observed", data, "--out", out) == 2
    assert status("validate", "--observed", data, "--out", out, "--overwrite") == 0


def test_drugs_are_listed_and_shown(capsys):
    assert status("drug", "list") == 0
    listed = capsys.readouterr().out
    assert all(any(line.startswith(f"{name} ") for line in listed.splitlines()) for name in library.drug_names())
    assert all(word in listed for word in ("1,4-benzodiazepine", "antagonist, ", "triazolobenzodiazepine"))
    assert max(len(line) for line in listed.splitlines()) <= 80
    assert status("drug", "show", "Valium", "--markdown") == 0
    assert capsys.readouterr().out == library.markdown_card("diazepam")
    assert status("drug", "show", "diazepam") == 0
    assert "Confidence" in capsys.readouterr().out


@pytest.fixture
def own(tmp_path):
    """A user's library with the drug mypam; the packaged one is back afterwards."""
    (tmp_path / "own" / "drugs").mkdir(parents=True)
    text = (DATA / "drugs" / "lorazepam.toml").read_text(encoding="utf-8")
    (tmp_path / "own" / "drugs" / "mypam.toml").write_text(text.replace('"lorazepam"', '"mypam"'), encoding="utf-8")
    yield tmp_path / "own"
    library.use_directory(None)


@pytest.mark.parametrize(
    "arguments",
    [["drug", "list"], ["drug", "show", "mypam"], ["graph", "CASE"], ["regimen", "mypam 1 mg po bid for 7 d"]],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_commands_read_the_users_library(own, case, capsys, arguments):
    case.write_text(CASE.replace("lorazepam", "mypam"), encoding="utf-8")
    named = [str(case) if argument == "CASE" else argument for argument in arguments]
    assert status(*named, "--library", own) == 0
    assert "mypam" in capsys.readouterr().out
    assert status(*named, "--library", own / "drugs") == 2
    assert "give the folder" in capsys.readouterr().err
    (own / "drugs" / "mypam.toml").write_text("CL = ", encoding="utf-8")
    assert status(*named, "--library", own) == 2
    refused = capsys.readouterr().err
    assert "mypam.toml: not valid TOML" in refused
    assert "^" not in refused


def test_graph_names_the_submodels(case, capsys):
    assert status("graph", case) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in ("exposure", "receptor", "adaptation", "balance", "effects"))


def test_regimen_is_printed_in_canonical_words(capsys):
    text = "diazepam 5 mg p.o. twice daily for 3 d; flumazenil 0.1 mg/kg iv over 2 h at 47 h"
    assert status("regimen", text, "--days", 3, "--weight", "50 kg") == 0
    printed = capsys.readouterr().out
    assert "diazepam 5 mg oral bid for 3 d" in printed
    assert "00:00 5 mg oral, 12:00 5 mg oral" in printed.replace("\n", " ")
    assert "infusion goes on" in printed
    assert "2.5 mg" in printed


def test_version_and_help(capsys):
    assert status("--version") == 0
    assert capsys.readouterr().out.startswith("allostasis 0.")
    assert status("--help") == 0
    assert "never a dose for a person" in " ".join(capsys.readouterr().out.split())


def test_a_failure_while_writing_leaves_the_former_output(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "kept").write_text("x", encoding="utf-8")

    def fail() -> None:
        with staged(out) as stage:
            (stage / "half").write_text("y", encoding="utf-8")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert content(out) == {"kept": b"x"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


SLOW = """
import sys, time
import allostasis.report as report
from allostasis import clinic
def half(result, summary, path):
    path.write_text("half a report")
    print("ready", flush=True)
    time.sleep(60)
simulate = clinic.simulate
def noisy(case, on_progress, cancel):
    def told(share):
        print("ready", flush=True)
        on_progress(share)
    return simulate(case, on_progress=told, cancel=cancel)
if sys.argv.pop(1) == "write":
    report.write_report = half
else:
    clinic.simulate = noisy
from allostasis.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("moment", "blow", "code"),
    [("write", signal.SIGINT, 130), ("write", signal.SIGKILL, -signal.SIGKILL), ("simulate", signal.SIGINT, 130)],
    ids=["interrupted while writing", "killed while writing", "interrupted while simulating"],
)
def test_a_run_that_is_stopped_leaves_nothing_half_written(tmp_path, moment, blow, code):
    path, out = tmp_path / "case.toml", tmp_path / "out"
    horizon = "19 years" if moment == "simulate" else "10 d"
    arms = [CASE.replace("10 d", horizon)]
    arms += [
        f'[[arm]]\nname = "{k}"\nregimen = "lorazepam 1 mg po bid"\n' for k in range(11 if moment == "simulate" else 0)
    ]
    path.write_text("\n".join(arms), encoding="utf-8")
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", SLOW, moment, "run", str(path), "--out", str(out)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(blow)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert not out.exists()
    assert "Traceback" not in errors
    if blow == signal.SIGINT:
        assert "Nothing was written" in errors
        assert {p.name for p in tmp_path.iterdir()} == {"case.toml", "cache"}


def test_compiled_programs_are_kept_where_the_user_may_write(tmp_path):
    script = (
        "from allostasis.cli.compile_cache import enable\nprint(enable())\n"
        "import jax\njax.jit(lambda x: x * 2 + 1)(1.0).block_until_ready()\n"
    )

    def folder(**environment: str) -> tuple[str, str]:
        clean = {k: v for k, v in os.environ.items() if k != "JAX_COMPILATION_CACHE_DIR"}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script],
            env=clean | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip(), done.stderr

    made, _ = folder(XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert made.startswith(str(tmp_path / "cache" / "allostasis"))
    assert any(Path(made).iterdir())
    chosen, _ = folder(JAX_COMPILATION_CACHE_DIR=str(tmp_path / "own"))
    assert chosen == str(tmp_path / "own")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert folder(XDG_CACHE_HOME=str(tmp_path / "file")) == ("None", "")


def test_the_oldest_programs_are_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr(compile_cache, "LARGEST", 25)
    for age, name in enumerate(("new", "middle", "old")):
        (tmp_path / name).write_bytes(b"x" * 10)
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    compile_cache._trim(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"new", "middle"}

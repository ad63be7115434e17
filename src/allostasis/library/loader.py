"""The library: every number of the package, read from its data files, with an optional user's directory."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from allostasis.library.drug import Drug
from allostasis.library.drug_file import read_drug
from allostasis.library.names import AliasTable, read_aliases
from allostasis.library.tables import as_table, check_keys, flatten, in_file, read_toml, source, words
from allostasis.quantity import InputError, NotModelledError, Parameter, Source, UnknownNameError

DATA = Path(__file__).parent / "data"
SETS = (
    "receptor",
    "adaptation",
    "circuit",
    "neuron",
    "thalamocortical",
    "stimulus_presets",
    "network",
    "seizure_margin",
    "clinic",
    "patient",
    "minimal_neuroadaptation",
    "receptor_gating",
    "receptor_chloride",
    "receptor_equilibrium",
    "receptor_ligands",
    "receptor_variants",
    "receptor_expression",
    "subtype_effects",
    "interactions",
    "efflux",
    "metabolism",
    "covariates",
    "genotype",
    "taper",
    "diary",
    "eeg",
    "resting_eeg",
    "saccades",
    "drug_targets",
    "rat_exposure",
    "glia",
    "sclerosis",
    "seizure",
    "status_epilepticus",
    "drug_resistance",
    "combination",
    "interventions",
    "intervention_sizes",
    "consciousness",
    "childhood_seizures",
)
BESIDE = ("bibliography.toml", "aliases.csv")
LOOKED_FOR = "drugs/NAME.toml, bibliography.toml or aliases.csv"


class Library:
    """All sets, drugs, sources and names of one data directory, with the user's directory laid over it.

    Args:
        directory: the user's directory, or None. It may hold `drugs/<name>.toml`, `bibliography.toml` (its
            own sources) and `aliases.csv`. A drug there takes the place of the packaged one of the same name.
            All of its files are read and checked at once.
        data: the packaged data.

    Raises:
        InputError: no such directory, or nothing of a library in it, or a file that would not be read.
        LibraryFileError: a fault in one of its files.

    """

    def __init__(self, directory: str | Path | None = None, *, data: Path = DATA):
        self.directory = None if directory is None else Path(directory)
        if self.directory is not None and not self.directory.is_dir():
            raise InputError(
                "no such library directory", value=str(directory), expected="a directory with drugs/*.toml"
            )
        self._roots = [data] if self.directory is None else [data, self.directory]
        self._drugs: dict[str, Drug] = {}
        self._sets: dict[str, dict[str, Parameter]] = {}
        self._words: dict[str, dict[str, dict[str, str]]] = {}
        if self.directory is not None:
            self._check(self.directory)

    @cached_property
    def bibliography(self) -> dict[str, Source]:
        """Sources by id."""
        found: dict[str, Source] = {}
        for path in self._existing("bibliography.toml"):
            table = read_toml(path)
            with in_file(path):
                check_keys("the bibliography", table, ("set", "version", "source"))
                works = as_table("source", table["source"])
                found |= {identifier: source(identifier, entry) for identifier, entry in works.items()}
        return found

    @cached_property
    def drug_files(self) -> dict[str, Path]:
        """Path of each drug file by canonical name."""
        files = {path.stem: path for root in self._roots for path in sorted((root / "drugs").glob("*.toml"))}
        return dict(sorted(files.items()))

    @cached_property
    def aliases(self) -> AliasTable:
        """Names of drugs, routes and so on."""
        paths = self._existing("aliases.csv")
        with in_file(paths[-1]):
            return read_aliases(*paths, drugs=tuple(self.drug_files))

    def canonical(self, name: str, kind: str) -> str:
        """Return the canonical spelling of a name, without regard to case."""
        found = self.aliases.find(name, kind)
        if found is None:
            modelled = kind in ("drug", "metabolite", "analyte")
            offered = self.drug_files if modelled else self.aliases.canonical_names(kind)
            expected = "one of: " + ", ".join(offered) + " (or a known synonym)"
            raise UnknownNameError(kind, name, self.aliases.known(kind), expected=expected)
        return found

    def drug(self, name: str) -> Drug:
        """Return one substance; any known spelling of its name will do."""
        canonical = self.canonical(name, "drug")
        if canonical not in self.drug_files:
            raise NotModelledError(
                "a drug known by name but not modelled",
                value=name,
                expected="one of: " + ", ".join(self.drug_files),
            )
        if canonical not in self._drugs:
            found = read_drug(self.drug_files[canonical], self.bibliography.keys())
            with in_file(self.drug_files[canonical]):
                for metabolite in found.metabolites:
                    if metabolite not in self.drug_files:
                        raise UnknownNameError(f"metabolite of {canonical}", metabolite, self.drug_files)
            self._drugs[canonical] = found
        return self._drugs[canonical]

    def parameter_set(self, name: str) -> dict[str, Parameter]:
        """Return a fresh dict of the numbers of one set, by dotted key such as "K_GABA.a1"."""
        if name not in SETS:
            raise UnknownNameError("parameter set", name, SETS)
        if name not in self._sets:
            path = self._roots[0] / f"{name}.toml"
            table = read_toml(path)
            version = table.pop("version", None)
            if table.pop("set", None) != name or not isinstance(version, int):
                raise InputError(f"{path.name} lacks its set name or version", fix=f'write set = "{name}", version = 1')
            self._words[name] = words(name, table.pop("words", {}), self.bibliography.keys())
            self._sets[name] = flatten(name, table, self.bibliography.keys())
        return dict(self._sets[name])

    def words(self, name: str) -> dict[str, dict[str, str]]:
        """Return what a set says in words of the things its numbers belong to; {} where it says nothing."""
        self.parameter_set(name)
        return {thing: dict(said) for thing, said in self._words[name].items()}

    def version(self, name: str) -> int:
        """Return the version of a parameter set or of a drug's set."""
        return int(read_toml(self._roots[0] / f"{name}.toml")["version"]) if name in SETS else self.drug(name).version

    def _check(self, directory: Path) -> None:
        """Read every file of the user's directory."""
        drugs, tables = _users_drugs(directory), self._existing("aliases.csv")
        with in_file(tables[-1]):
            names, kinds = read_aliases(*tables), read_aliases(tables[0]).kinds
            for kind in names.kinds:
                if kind not in kinds:
                    raise UnknownNameError("kind of name", kind, kinds)
        for path in drugs:
            name = names.find(path.stem, "drug") or path.stem
            with in_file(path):
                if name != path.stem:
                    fix = f"name the file {name}.toml, and its set too"
                    raise InputError("the file's name is a synonym", value=path.stem, expected=repr(name), fix=fix)
        _ = self.bibliography
        for path in drugs:
            self.drug(path.stem)

    def _existing(self, name: str) -> list[Path]:
        return [root / name for root in self._roots if (root / name).is_file()]


def _users_drugs(directory: Path) -> list[Path]:
    """Return the drug files of a user's directory.

    Raises:
        InputError: nothing of a library is there, or a file of numbers stands where it is never read.
    """
    folder = directory / "drugs"
    drugs = sorted(folder.glob("*.toml"))
    read = {*drugs, *(directory / name for name in BESIDE if (directory / name).is_file())}
    if not read:
        meant = [path.parent.parent for path in sorted(directory.glob("*/drugs/*.toml"))]
        if directory.absolute().name == "drugs" and any(directory.glob("*.toml")):
            meant = [directory.absolute().parent]
        raise InputError(
            "library directory has nothing to read",
            value=str(directory),
            expected=LOOKED_FOR,
            fix=f"give the folder {str(meant[0])!r}" if meant else "put each drug into it as drugs/NAME.toml",
        )
    for path in sorted({*folder.glob("*"), *directory.glob("*.[tT][oO][mM][lL]")} - read):
        if not path.name.startswith(".") and not path.name.endswith(("~", ".md")):
            fix = "rename, move or remove it"
            raise InputError(
                "library directory has a file that is not read", value=str(path), expected=LOOKED_FOR, fix=fix
            )
    return drugs


_current = Library()


def current() -> Library:
    """Return the library that the functions of this module read."""
    return _current


def use_directory(path: str | Path | None) -> Library:
    """Lay a user's directory over the packaged library for the rest of the process; None takes it away."""
    global _current  # noqa: PLW0603 - the one process-wide choice of library
    _current = Library(path)
    return _current


def bibliography() -> dict[str, Source]:
    """Return every source by id.

    >>> bibliography()["KLOTZ75"].status
    'seen'
    """
    return dict(_current.bibliography)


def parameter_set(name: str) -> dict[str, Parameter]:
    """Return the numbers of a set; `loader.SETS` names them.

    >>> parameter_set("adaptation")["tau_fast"].to("h")
    72.0
    """
    return _current.parameter_set(name)


def set_words(name: str) -> dict[str, dict[str, str]]:
    """Return what a set says in words (class, finding, source), by thing.

    >>> set_words("receptor_variants")["GABRG2.Q390X"]["class"]
    'LOF'
    """
    return _current.words(name)


def drug(name: str) -> Drug:
    """Return one substance by any known spelling of its name.

    >>> drug("Valium").CL.value
    1.56
    """
    return _current.drug(name)


def drug_names() -> tuple[str, ...]:
    """Return the canonical names of all modelled substances, metabolites included.

    >>> "lorazepam" in drug_names()
    True
    """
    return tuple(_current.drug_files)


def canonical(name: str, kind: str) -> str:
    """Return the canonical spelling of a name; kinds are drug, metabolite, analyte, route and others.

    >>> canonical("Valium", "drug"), canonical("p.o.", "route")
    ('diazepam', 'oral')
    """
    return _current.canonical(name, kind)

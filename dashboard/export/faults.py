"""What keeps a file from being made, in the one form that faults have."""

from indicators.problems import Place, Problem, ProblemsFound


def fault(code: str, said: str, hint: str) -> ProblemsFound:
    """A fault of the export, to be raised."""
    return ProblemsFound([Problem(Place("export"), code, said, hint)])


def package_missing(name: str, does: str) -> ProblemsFound:
    """A package of the extra `export` is not installed.

    >>> print(package_missing("pypdf", "PDF").problems[0].message)
    PDF needs the package pypdf, which is not installed
    """
    hint = "make export-setup installs it, or pip install '.[export]'; csv and json need none"
    return fault(f"no-{name}", f"{does} needs the package {name}, which is not installed", hint)

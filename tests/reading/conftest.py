"""Imports in tests: a file into a copy of the kingdoms."""

import pytest

from dashboard.cli import main


@pytest.fixture
def bring(copy, tmp_path, capsys):
    """Write a file, import it with --write into a copy of the kingdoms; what was printed. `exits`: the exit code."""

    def run(name, content, *options, exits=0, write=True):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        capsys.readouterr()
        code = main(["--project", str(copy), "import", str(path), *options, *(["--write"] if write else [])])
        said = capsys.readouterr()
        assert code == exits, said
        return said.out + said.err

    return run

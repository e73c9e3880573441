"""A file that cannot be replayed is told in a line, not in a trace."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from naoso.cli import replay
from naoso.cli.app import app
from naoso.cli.reporting import reported

HEAD = "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,DEWP,station\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b\n1,2\n", "has no columns"),
        (HEAD.encode(), "holds no rows"),
        (b"\xff\xfe\x00", "cannot be read"),
        (HEAD.encode() + b"1,2013,3,1,0,x,4,4,7,300,77,-0.7,-18.8,Dingling\n", "cannot be read"),
    ],
)
def test_a_wrong_file_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str
) -> None:
    file = tmp_path / "air.csv"
    file.write_bytes(content)
    with pytest.raises(typer.Exit) as ended, reported():
        replay.read(file)
    assert ended.value.exit_code == 1
    out = capsys.readouterr()
    assert "naoso: file air.csv: " in out.out + out.err
    assert told in out.out + out.err


def test_a_missing_file_is_refused() -> None:
    answer = CliRunner().invoke(app, ["simulate", "replay", "/no/such.csv"])
    assert answer.exit_code == 2

"""A recording as a film: which moments it shows, and what is said of it."""

import json
import re
from pathlib import Path

import pytest

from asyncdemo.base.errors import UsageError
from asyncdemo.events.recording import read_recording
from asyncdemo.features.film import EVERY_S, MOST, moments, pictures, write_film
from asyncdemo.features.players import player_of

SIZE = (88, 24)
READY_S = 2.0


def recorded(folder: Path, end_s: float, ready_s: float = READY_S) -> str:
    """A run that nobody visits, of so many seconds; where its page can never be opened, `ready_s` is infinite."""
    facts = {"stage": "step1", "general": 0, "reserved": 0, "speed": 1, "delays": [5], "url": "http://127.0.0.1:1/"}
    events = [
        {"kind": "Recording", "format": 2, "asyncdemo": "0.1.0"},
        {"kind": "RunStarted", "t": 0, "process": "run"} | facts,
        *([{"kind": "Ready", "t": ready_s, "process": "run"}] if ready_s < end_s else []),
        {"kind": "Stopping", "t": end_s, "process": "run"},
    ]
    path = folder / "run.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return str(path)


def seen_at(path: Path) -> list[float]:
    """When something in it comes or goes, in seconds, but for what shows the last screen."""
    film = path.read_text()
    lasts = {float(dur) for dur in re.findall(r'dur="([\d.]+)s"', film)}
    assert len(lasts) == 1
    times = {float(time) for times in re.findall(r'keyTimes="([^"]+)"', film) for time in times.split(";")}
    return sorted(time * min(lasts) for time in times)


def test_its_moments_are_equally_far_apart(tmp_path: Path) -> None:
    """From when the page could be opened to the end, which is one of them wherever it falls."""
    assert moments(read_recording(recorded(tmp_path, 3.1)), 0.25) == [2.0, 2.25, 2.5, 2.75, 3.0, 3.1]
    assert moments(read_recording(recorded(tmp_path, 3.0)), 0.5) == [2.0, 2.5, 3.0]
    assert moments(read_recording(recorded(tmp_path, 3.0, ready_s=9.0)), 0.5) == [3.0]


def test_each_picture_is_that_of_its_moment(tmp_path: Path) -> None:
    """As the clock at its head says."""
    recording = read_recording(recorded(tmp_path, 12.0))
    heads = [drawing.lines[0] for drawing in pictures(player_of(recording), moments(recording, 5.0), SIZE)]
    clocks = [re.search(r"up (\d:\d\d)", "".join(text for text, _ in head)) for head in heads]
    assert [clock and clock[1] for clock in clocks] == ["0:00", "0:05", "0:10"]


@pytest.mark.parametrize(("speed", "apart_s"), [(1.0, 1.0), (2.0, 0.5)])
def test_it_plays_as_fast_as_it_was_recorded_or_faster(tmp_path: Path, speed: float, apart_s: float) -> None:
    """The seconds of its clock come a second apart, at twice the speed half a second."""
    film = tmp_path / "film.svg"
    assert write_film(recorded(tmp_path, READY_S + 10), str(film), speed, *SIZE) == 0
    assert seen_at(film) == pytest.approx([number * apart_s for number in range(11)], abs=0.01)


def test_what_takes_long_has_no_more_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And it is said, with what to do; what fits is made without a word."""
    film, lasts_s = tmp_path / "film.svg", 4 * MOST * EVERY_S
    path = recorded(tmp_path, READY_S + lasts_s)
    assert write_film(path, str(film), 1.0, *SIZE) == 0
    assert capsys.readouterr().err == (
        f"asyncdemo: it plays for 120 s, in {MOST} pictures 1.0 s apart. A higher --speed brings them closer.\n"
        f"svg: {film}\n"
    )
    assert seen_at(film) == pytest.approx(list(range(MOST + 1)), abs=0.01)
    assert write_film(path, str(film), 4.0, *SIZE) == 0
    assert capsys.readouterr().err == f"svg: {film}\n"


def test_a_run_that_never_was_ready_stands_still(tmp_path: Path) -> None:
    """There is only its end."""
    film = tmp_path / "film.svg"
    assert write_film(recorded(tmp_path, 3.0, ready_s=9.0), str(film), 1.0, *SIZE) == 0
    assert "step1" in film.read_text()
    assert "animate" not in film.read_text()


def test_nobody_could_look_at_a_speed_of_none(tmp_path: Path) -> None:
    """Before anything is written."""
    film = tmp_path / "film.svg"
    with pytest.raises(UsageError, match="--speed 0: type a number above 0"):
        write_film(recorded(tmp_path, 3.0), str(film), 0.0, *SIZE)
    assert not film.exists()

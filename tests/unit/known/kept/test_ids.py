"""What is remembered of ids that are over."""

import tracemalloc

from asyncdemo.known.kept.ids import KEPT, Begun, RecentIds


def test_as_many_are_remembered_as_it_says_and_the_oldest_are_forgotten() -> None:
    """At each moment; ids that never came are not among them."""
    recent = RecentIds(200)
    for number in range(1000):
        recent.add(f"{number:016x}")
        assert all(f"{newer:016x}" in recent for newer in range(max(0, number - 199), number + 1))
        assert f"{number + 1:016x}" not in recent
    assert not [old for old in range(700) if f"{old:016x}" in recent]


def test_fifty_thousand_are_remembered() -> None:
    """And a part more at the most."""
    recent = RecentIds()
    for number in range(52_479):
        recent.add(str(number))
    assert "0" in recent
    for number in range(52_479, 52_500):
        recent.add(str(number))
    assert ("2499" in recent, "2500" in recent) == (False, True)


def test_one_that_is_told_twice_is_there_once() -> None:
    """A late event of what is over does not push anything out."""
    recent = RecentIds(200)
    recent.add("first")
    for _ in range(1000):
        recent.add("again")
    assert "first" in recent


def test_an_hour_of_ids_takes_two_mebibytes() -> None:
    """However many there were: some 20 bytes an id, where a set of texts takes 130."""
    tracemalloc.start()
    try:
        recent = RecentIds()
        for number in range(2 * KEPT):
            recent.add(f"{number:016x}")
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 2 * 2**20


def test_who_begins_the_same_one_again() -> None:
    """Two events that tell of one beginning are none; another worker, or the same one later, is."""
    begun = Begun()
    assert not begun.again("a", "worker.1", 1.0)
    assert not begun.again("a", "worker.1", 1.19), "told twice"
    assert begun.again("a", "worker.2", 1.0)
    assert begun.again("a", "worker.1", 1.25)
    assert not begun.again("b", "worker.1", 1.0)


def test_of_beginnings_ten_thousand_are_kept() -> None:
    """If nothing else is said."""
    begun = Begun()
    for number in range(10_000):
        begun.again(str(number), "worker.1", 1.0)
    assert begun.again("0", "worker.2", 1.0)
    begun.again("another", "worker.1", 1.0)
    assert not begun.again("0", "worker.2", 9.0)


def test_of_beginnings_the_newest_are_kept() -> None:
    begun = Begun(kept=2)
    for id_ in "abc":
        assert not begun.again(id_, "worker.1", 1.0)
    assert begun.again("c", "worker.2", 2.0)
    assert begun.again("b", "worker.2", 2.0)
    assert not begun.again("a", "worker.2", 2.0), "it is forgotten"

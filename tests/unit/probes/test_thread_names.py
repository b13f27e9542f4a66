"""Names of the threads at work in step1."""

from concurrent.futures import ThreadPoolExecutor

from asyncdemo.probes.wsgi import ThreadNames


def test_a_thread_gets_the_lowest_free_number() -> None:
    """So that rows are used again, and the panel stays short."""
    names = ThreadNames()
    assert [names.take() for _ in range(3)] == [1, 2, 3]
    names.free(2)
    assert [names.take() for _ in range(2)] == [2, 4]
    for number in (1, 2, 3, 4):
        names.free(number)
    assert names.take() == 1


def test_a_number_that_is_free_can_be_freed() -> None:
    """A handler that fails before it begins gives back nothing."""
    names = ThreadNames()
    names.free(7)
    assert names.take() == 1


def test_no_two_threads_have_one_number() -> None:
    """However many begin at once."""
    names = ThreadNames()
    with ThreadPoolExecutor(16) as threads:
        numbers = list(threads.map(lambda _: names.take(), range(200)))
    assert sorted(numbers) == list(range(1, 201))

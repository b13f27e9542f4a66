"""Each visitor of a run: when he came, how long he waited, and behind whom."""

from dataclasses import replace

import pytest

from asyncdemo.course.figures import FIGURES, percentile
from asyncdemo.course.visits import Story
from asyncdemo.events import events as e
from asyncdemo.stages.catalogue import STAGES

from .lessons import events, hello, notification, seen


def test_they_come_in_their_order_and_before_the_load_nobody_does() -> None:
    visits = seen().visits
    assert [(visit.number, visit.name) for visit in visits] == [
        (1, "Ada"), (2, "Grace"), (3, "Alan"), (4, "Barbara"), (5, "Linus"),
    ]  # fmt: skip
    assert [visit.came_s for visit in visits] == pytest.approx([0, 1, 2, 3, 4])
    assert visits[4].waited_s == pytest.approx(1.1)


def test_who_waited_is_told_behind_whom_and_who_did_not_behind_nobody() -> None:
    fronts = [visit.front for visit in seen().visits]
    assert fronts == ["", "", "", "", "Ada's notification, in slot 1 until 5.0 s"]


def test_a_page_in_front_is_that_of_its_visitor() -> None:
    """Where the view makes the call, what one waits for is another's page."""
    told = [*events()[:5], *hello("h0", 1.0, 0.5, slot=1), *hello("h1", 1.1, 0.6, waited=0.4001, slot=1)]
    visits = seen(told, STAGES["step2"]).visits
    assert visits[1].front == "Ada's page, in slot 1 until 5.0 s"


@pytest.mark.parametrize("direct", [True, False])
def test_the_pages_own_call_is_told_as_such(direct: bool) -> None:
    """Whether the view has made it, or a task that was done in the request."""
    call = e.CallStarted(
        t=1.001, process="web.1", id="n0", text="Hello, Ada!", seconds=0.5, worker="slot 1", direct=direct
    )
    (visit,) = seen([*events()[:5], *hello("h0", 1.0, 0.5), call], STAGES["step2"]).visits
    assert visit.front == "the page's own call: 5.0 s"


def test_who_has_no_answer_when_the_run_ends_waits() -> None:
    """What the end itself brings about is not seen: the server hangs up then."""
    told = [event for event in events() if not isinstance(event, e.Answered) or event.id != "h4"]
    late = e.Answered(t=2.1, process="web.1", id="h4", status=None, total_s=0.7, name="Linus")
    (*_, last) = seen([*told, late]).visits
    assert (last.ending, last.got_page, last.waited_s) == ("waits", False, pytest.approx(6.0))


def test_a_project_that_names_nobody_has_its_visitors_by_their_order() -> None:
    told = [replace(event, name="") if isinstance(event, (e.Arrived, e.Answered)) else event for event in events()]
    assert [visit.name for visit in Story(told, STAGES["step3"]).visits()] == [
        "Ada",
        "Grace",
        "Alan",
        "Barbara",
        "Linus",
    ]


def test_figures_of_the_run() -> None:
    shown = seen()
    figures = {name: figure.of(shown, 5) for name, figure in FIGURES.items()}
    assert figures["wait of visitor"] == pytest.approx(1.1)
    assert figures["delivered"] == 4
    assert figures["twice"] == 0
    assert figures["waited"] == 1
    assert figures["blocked"] == 1
    assert figures["takers"] == figures["workers"] == 4
    assert figures["mean call"] == pytest.approx(5.0)
    assert figures["capacity"] == pytest.approx(0.8)


def test_who_takes_pages_alone_is_a_worker_and_takes_no_work() -> None:
    """A worker that is kept for the page is one more."""
    shown = seen([*events()[:-1], *hello("h5", 1.5, 0.01, slot=5), events()[-1]])
    assert (shown.takers, shown.workers) == (4, 5)


def test_what_is_printed_twice_counts_once_and_is_seen() -> None:
    shown = seen([*events()[:-1], *notification(0, 1.6, 0.1, 2), events()[-1]])
    assert FIGURES["delivered"].of(shown, 0) == 4
    assert FIGURES["twice"].of(shown, 0) == 1


def test_who_has_no_page_has_no_wait() -> None:
    assert FIGURES["wait of visitor"].of(seen(), 6) == float("inf")
    assert FIGURES["wait of visitor"].in_words(float("inf")) == "no page"


@pytest.mark.parametrize(
    ("percent", "value"), [(50, 2.0), (75, 3.0), (76, 4.0), (95, 4.0), (100, 4.0)]
)  # fmt: skip
def test_percentiles_are_by_nearest_rank(percent: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == value
    assert percentile([], percent) == 0.0


def test_a_mail_has_waited_behind_the_work_that_its_worker_had_in_hand() -> None:
    """In place of the page, which nobody waits for there. What is not out yet waits on."""
    today = STAGES["today"]
    by = {"process": "worker.1", "worker": "worker.1"}
    text = "A new password for Grace."
    mail = [
        e.Done(t=1.502, id="n0", channel="long", busy_s=0.5, calls=["Hello, Ada!"], **by),
        e.CallDelivered(t=1.56, id="m1", text=text, **by),
        e.Done(t=1.56, id="m1", channel="short", busy_s=0.05, age_s=0.4, **by),
    ]
    told = [event for event in events() if not isinstance(event, e.Done) or event.channel != "notify"]
    shown = seen([*told, *mail], today)
    first, second, *_ = shown.waits("mail p50")
    assert (first.name, first.ending, first.waited_s, first.front) == ("Ada", "waits", pytest.approx(10.0), "")
    assert (second.name, second.ending, second.waited_s) == ("Grace", "200", pytest.approx(4.6))
    assert second.front == "Ada's notification, in worker.1 until 5.0 s"
    assert shown.waits("page p50") == shown.visits


def test_what_a_kind_of_work_took_is_from_the_visit_to_its_printing() -> None:
    """Of tasks, each kind by its own words; what is not printed counts until the end."""
    today = STAGES["today"]
    mail = e.CallDelivered(t=1.2, process="worker.1", id="m0", text="A new password for Ada.")
    shown = seen([*events(), mail], today)
    assert shown.took(today.quick)[:2] == pytest.approx([2.0, 9.0])
    assert shown.delivered(today.quick) == 1
    assert shown.delivered(shown.slow) == 4

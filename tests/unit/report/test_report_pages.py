"""The HTML pages: well nested, readable by a machine, harmless whatever a name holds, and alone in the world."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from asyncdemo.base.durations import seconds_text
from asyncdemo.events import events as e
from asyncdemo.measuring.rows import Row, empty_row, row_of
from asyncdemo.report.about import About, installed_versions
from asyncdemo.report.lessons import lesson
from asyncdemo.report.markup import Markup, element, text
from asyncdemo.report.pages.compare_page import compare_page
from asyncdemo.report.pages.load_page import load_page
from asyncdemo.report.pages.page import STYLE
from asyncdemo.report.paint import dark_css
from tests.simulation import events_of, six_rows

ABOUT = About(datetime(2026, 11, 22, 15, 30, tzinfo=UTC), "asyncdemo compare", (("rate", "1"),), installed_versions())
HOSTILE = "<img src=x onerror=alert(1)>\"'&</style></title><script>alert(2)</script>\x1b\u202e"
VOID = {"meta", "br", "hr", "col"}


@dataclass
class Outline(HTMLParser):
    """What a page is made of. Fails where an end is not that of the element which is open."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"twice in {tag}: {attrs}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append((self._open[-1] if self._open else "", data))

    def close(self) -> None:
        super().close()
        assert self._open == []

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of this name."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        """What a reader sees."""
        return " ".join(" ".join(data for tag, data in self.words if tag != "style").split())


def outline(page: str) -> Outline:
    """Parsed to its end."""
    parser = Outline()
    parser.feed(page)
    parser.close()
    return parser


def load_row(name: str = "step3") -> Row:
    """Of a load whose target told of nothing."""
    return row_of("hammer", "", [event for event in events_of(name) if type(event).__name__.startswith("Load")])


def hostile_row() -> Row:
    """Every name that comes from outside is chosen by somebody with a plan."""
    events: list[e.Event] = []
    for event in events_of("step3"):
        if isinstance(event, e.WorkerReady | e.Taken | e.Done | e.CallStarted):
            event = replace(event, worker=HOSTILE)
        if isinstance(event, e.LoadStarted):
            event = replace(event, url=f"http://{HOSTILE}/", arrivals=HOSTILE)
        if isinstance(event, e.LoadTold):
            event = replace(event, problem=HOSTILE, ended={HOSTILE: sum(event.ended.values())})
        events.append(event)
    return row_of(HOSTILE, HOSTILE, events)


PAGES = {
    "comparison": lambda: compare_page(six_rows(), ABOUT),
    "comparison of nothing": lambda: compare_page([], ABOUT),
    "comparison without visitors": lambda: compare_page([empty_row("step1", "asyncdemo run step1")], ABOUT),
    "hostile comparison": lambda: compare_page([hostile_row()] * 2, replace(ABOUT, command=HOSTILE)),
    "load": lambda: load_page(load_row(), ABOUT),
    "load without requests": lambda: load_page(empty_row("hammer", ""), ABOUT),
    "hostile load": lambda: load_page(hostile_row(), replace(ABOUT, options=((HOSTILE, HOSTILE),))),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_nested_and_alone(name: str) -> None:
    """It opens without a network: nothing in it is fetched, nothing in it runs."""
    page = PAGES[name]()
    parsed = outline(page)
    assert page.startswith("<!DOCTYPE html>")
    assert parsed.all("html") == [{"lang": "en"}]
    assert not {tag for tag, _ in parsed.tags} & {"script", "img", "link", "iframe", "object", "base", "form", "a"}
    for _, attributes in parsed.tags:
        assert not {"src", "href", "style", "xlink:href"} & attributes.keys()
        assert not [key for key in attributes if key.startswith("on")]
    assert not re.search(r"url\((?!#)|@import", page)
    policy = next(meta["content"] for meta in parsed.all("meta") if meta.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("comparison", "One load, 6 ways to run the same page"),
        ("comparison without visitors", "One load, 1 way to run the same page"),
        ("comparison of nothing", "One load, 0 ways to run the same page"),
        ("load", "A load on http://127.0.0.1:8000/"),
        ("load without requests", "A load on nothing"),
    ],
)
def test_a_page_says_what_it_is_about(name: str, title: str) -> None:
    """In its heading, and in the tab of a browser."""
    page = PAGES[name]()
    assert f"<title>{title}</title>" in page
    assert f"<h1>{title}</h1>" in page


def test_a_page_has_its_style_in_it() -> None:
    """Of the page itself, and for its pictures in the dark, which have their light colours by themselves."""
    words = outline(PAGES["comparison of nothing"]()).words
    assert "".join(data for tag, data in words if tag == "style") == STYLE.read_text() + dark_css()


def test_a_ramp_from_nothing_is_told_as_one() -> None:
    """Not as visitors who wait for their answers."""
    row = load_row()
    assert row.load.started is not None
    ramp = replace(row, load=replace(row.load, started=replace(row.load.started, rate=0.0)))
    assert "from 0 to 10 requests/s" in outline(load_page(ramp, ABOUT)).text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_aloud(name: str) -> None:
    """One first heading, none skipped; tables with captions and scopes; pictures with words; no id twice."""
    parsed = outline(PAGES[name]())
    levels = [int(tag[1]) for tag, _ in parsed.tags if re.fullmatch(r"h\d", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(parsed.all("caption")) == len(parsed.all("table"))
    assert all(head.get("scope") for head in parsed.all("th"))
    ids = [attributes["id"] for _, attributes in parsed.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for picture in parsed.all("svg"):
        labelled = (picture.get("aria-labelledby") or "").split()
        assert picture.get("aria-hidden") == "true" or (picture.get("role") == "img" and labelled)
        assert set(labelled) <= set(ids)
    for section in parsed.all("section"):
        assert section["aria-labelledby"] in ids


@pytest.mark.parametrize("name", [name for name in PAGES if "hostile" in name])
def test_what_somebody_chose_is_shown_as_text(name: str) -> None:
    """Whole, and with the characters that would act made visible."""
    page = PAGES[name]()
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "<img src=x onerror=alert(1)>" in outline(page).text


def test_each_row_has_all_that_is_known_of_it() -> None:
    """Its lesson, its figures, every worker, its books, the command to repeat it."""
    parsed = outline(compare_page(six_rows(), ABOUT))
    assert sum(
        attributes.get("class") == "asyncdemo strip" and "role" in attributes for attributes in parsed.all("svg")
    ) == (sum(len(row.strips) for row in six_rows()))
    for row in six_rows():
        assert lesson(row) in parsed.text
        assert row.command in parsed.text
        for figure in (
            f"{row.answered} of {row.visitors}",
            seconds_text(row.percentile_s(95)),
            seconds_text(row.max_s),
        ):
            assert figure in parsed.text
        assert f"sent, all of these {row.books.sent}" in parsed.text
    assert "2026-11-22 15:30 UTC" in parsed.text
    assert "asyncdemo compare" in parsed.text


def test_2016_is_beside_today_and_its_percentiles_are_named_for_what_they_are() -> None:
    """Of the answered only: nobody may take them for more."""
    said = outline(compare_page(six_rows(), ABOUT)).text
    assert "answered 58 of 60 49 of 90" in said
    assert "of those who got it or still wait; in 2016, answered only" in said
    assert "measured on 2026-11-22 at 1 request a second for 90 s" in said
    assert "2016" not in outline(compare_page([six_rows()[2]], ABOUT)).text.replace("2026", "")


def test_many_threads_are_counted_not_drawn() -> None:
    """A page of a thousand strips would help nobody."""
    row = six_rows()[0]
    crowded = replace(row, strips=row.strips * 10)
    said = outline(compare_page([crowded], ABOUT)).text
    assert f"and {len(crowded.strips) - 40} more" in said


def test_a_load_tells_both_clocks() -> None:
    """Latency from the intended moment, service time from the real one, and how late requests left."""
    row = load_row()
    said = outline(load_page(row, ABOUT)).text
    assert "latency of errors service time send lag" in said
    assert "coordinated omission" in said
    assert seconds_text(row.page.percentile(50)) in said
    assert "0.20 ms" in said
    assert f"503 {row.errors}" in said
    assert "seconds here are real ones" in said


def test_a_percentile_wants_enough_samples() -> None:
    """Sixty requests have no 99th."""
    assert "p99 - - -" in outline(load_page(load_row(), ABOUT)).text


def test_elements_escape_text_and_keep_markup() -> None:
    """What is no markup is text, in an attribute too."""
    assert element("td", '5 < 6 & "7"') == "<td>5 &lt; 6 &amp; &quot;7&quot;</td>"
    assert element("td", element("b", "x")) == "<td><b>x</b></td>"
    assert element("p", "", title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;"></p>'
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert isinstance(text("<"), Markup)


def turned_row() -> Row:
    """A load whose rate was turned, whose stage got a worker, and which was ended before its time."""
    events = [event for event in events_of("bonus") if event.t < 4.0]
    began = next(event.t for event in events if isinstance(event, e.LoadStarted))
    by_hand: list[e.Event] = [
        e.LoadTurned(t=began + 1.0, process="load.1", factor=2.0),
        e.CrewChanged(t=began + 2.0, process="asyncdemo", general=3, reserved=1),
        e.LoadEnded(t=4.0, process="load.1", unfinished=3),
    ]
    return row_of("hammer", "", [*events, *by_hand])


def test_what_was_done_instead_is_told_with_its_times() -> None:
    """A report of what was asked for alone would be one of another load."""
    page = load_page(turned_row(), ABOUT)
    said = outline(page).text
    assert "rate turned to 20/s after 1.0 s" in said
    assert "workers 3 at first; 3 + 1 reserved after 2.0 s" in said
    assert "ended after 3.5 s of 6 s; 3 on their way then, which are no errors" in said
    assert page.count('class="turned" d=') == 2, "in the wide picture, and in the narrow one"
    assert "What was done instead" not in load_page(load_row(), ABOUT)


def test_an_older_load_says_that_it_cannot_be_told_apart() -> None:
    """Its figures are those of refusals too."""
    both = {"latency": [(0, -400, 9)], "service": [(-400, 9)], "ended": {"200": 4, "503": 5}}
    told = e.LoadTold(t=6.0, process="load.1", number=1, scheduled=9, sent=9, **both)  # type: ignore[arg-type]
    begun = next(event for event in events_of("step2") if isinstance(event, e.LoadStarted))
    row = row_of("", "", [begun, told])
    said = outline(load_page(row, ABOUT)).text
    assert "Latency and service time of pages and errors together: the recording is older" in said
    assert "latency of all of errors service time send lag" in said
    assert "pages and errors together" in outline(compare_page([row], ABOUT)).text

"""What to type, for each `--help`: the end of a page that nobody reads from its beginning."""

EXAMPLES = {
    "asyncdemo": (
        "asyncdemo run step1                  # a stage, in panels",
        "asyncdemo hammer                     # in a second terminal: a load on it",
        "asyncdemo talk                       # the talk, with its demos live",
    ),
    "learn": (
        "asyncdemo learn                      # where you left off",
        "asyncdemo learn goto 8 --solved      # for whoever comes late",
        "asyncdemo learn list",
    ),
    "learn list": ("asyncdemo learn list", "asyncdemo learn list --course ./lessons"),
    "learn next": ("asyncdemo learn next", "asyncdemo learn next --plain"),
    "learn back": ("asyncdemo learn back", "asyncdemo learn back --plain"),
    "learn goto": (
        "asyncdemo learn goto 5",
        "asyncdemo learn goto 8 --solved      # with the solution in its copy",
    ),
    "learn check": ("asyncdemo learn check", "asyncdemo learn check && asyncdemo learn next"),
    "learn hint": ("asyncdemo learn hint", "asyncdemo learn hint --course ./lessons"),
    "learn reset": ("asyncdemo learn reset", "asyncdemo learn reset 8 --yes        # without a question"),
    "learn status": ("asyncdemo learn status", "asyncdemo learn status --json"),
    "run": (
        "asyncdemo run step3 --speed 10 --hammer 1/s    # a load on it, at x10",
        "asyncdemo run bonus --workers 3 --reserved-web 1 --record run.jsonl",
        "asyncdemo run today --workers 3 --reserved-short 1",
    ),
    "hammer": (
        "asyncdemo hammer                               # on the stage that runs here",
        "asyncdemo hammer --rate 2 --duration 2m --arrivals poisson",
        "asyncdemo hammer http://localhost:3000/ --fail-if 'p95>200ms'",
    ),
    "compare": (
        "asyncdemo compare",
        "asyncdemo compare bonus:3 bonus:2+1 bonus:5+1 --rate 2",
        "asyncdemo compare step3 'bonus --workers 5' --html report.html",
    ),
    "replay": (
        "asyncdemo replay run.jsonl",
        "asyncdemo replay run.jsonl --svg frame.svg --at 45s",
        "asyncdemo replay run.jsonl --svg film.svg --animate --speed 5",
    ),
    "talk": (
        "asyncdemo talk",
        "asyncdemo talk --notes                         # in a second terminal",
        "asyncdemo talk mine/deck.md --check",
    ),
    "stages": ("asyncdemo stages", "asyncdemo stages | less"),
    "show": ("asyncdemo show step3", "asyncdemo show step1 views.py > views.py"),
    "diff": (
        "asyncdemo diff step1 step2",
        "asyncdemo diff step2 step3 | patch -p1",
        "asyncdemo diff step3 mine                    # what was changed in it",
    ),
    "checkout": ("asyncdemo checkout step3 mine", "asyncdemo checkout bonus ../queues"),
    "monday": ("asyncdemo monday", "asyncdemo monday --no-pager"),
    "doctor": ("asyncdemo doctor", "asyncdemo doctor --redis redis://127.0.0.1:6379/0"),
    "redis": ("asyncdemo redis", "asyncdemo redis --port 6380", "asyncdemo redis --reuse"),
}
"""Command, and where it has words of its own, each of them -> lines of a shell."""
LIKE = {
    "--arrivals": "poisson",
    "--at": "45s",
    "--body": "text",
    "--closed": "8",
    "--database": "postgresql://ada:PASSWORD@127.0.0.1/lesson",
    "--config": "config.yaml",
    "--copies": "mine",
    "--copy": "mine",
    "--course": "lessons",
    "--delays": "5,5,5,30",
    "--duration": "60s",
    "--export": "talk.html",
    "--engine": "celery",
    "--fail-if": "'p95>200ms'",
    "--for": "60s",
    "--hammer": "1/s",
    "--header": "'Cookie: sessionid=abc'",
    "--host": "127.0.0.1",
    "--html": "report.html",
    "--json": "figures.json",
    "--link": "https://example.org/talk",
    "--method": "POST",
    "--name": "Ada",
    "--new": "mine",
    "--path": "/slow/",
    "--port": "8000",
    "--python": ".venv",
    "--ramp": "0..5",
    "--rate": "10",
    "--record": "run.jsonl",
    "--redis": "redis://127.0.0.1:6379/0",
    "--reserved-short": "1",
    "--reserved-web": "1",
    "--seed": "7",
    "--size": "88x24",
    "--speed": "10",
    "--svg": "picture.svg",
    "--theme": "bright",
    "--timeout": "150s",
    "--workers": "3",
}
"""Option -> a value of it, as a shell reads it."""
LIKE_OF = {("redis", "--port"): "6380"}
"""(command, option) -> its own, where another command's is misleading."""


def like_of(command: str, option: str) -> str:
    """A value of a command's option, as a shell reads it."""
    return LIKE_OF.get((command, option)) or LIKE[option]


def examples(command: str) -> str:
    """How a command's help ends."""
    return "\n".join(["", " Examples:", *(f"   {line}" for line in EXAMPLES[command]), ""])

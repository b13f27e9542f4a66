"""Options that several commands have."""

from typing import Annotated

import typer

Plain = Annotated[
    bool, typer.Option("--plain", envvar="ASYNCDEMO_PLAIN", help="Plain lines instead of panels, as in a pipe.")
]
NoColours = Annotated[bool, typer.Option("--plain", envvar="ASYNCDEMO_PLAIN", help="No colours, as in a pipe.")]
Figures = Annotated[
    str | None, typer.Option(help="Write all figures to this file; - for standard output.", show_default=False)
]

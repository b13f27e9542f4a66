"""Twenty-five decks as the world writes them for presenterm: each uses some of what it has, as real talks do."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

FENCE = "```"
FILES = {
    "src/main.rs": 'use std::io;\n\nfn main() {\n    let name = ask();\n    println!("hello {name}");\n}\n',
    "parts/agenda.md": "Agenda\n===\n\n1. Why\n2. How\n3. Questions\n\n<!-- end_slide -->\n",
    "parts/code.md": "Code\n===\n\n```file +line_numbers\npath: ../src/main.rs\nlanguage: rust\nstart_line: 3\nend_line: 6\n```\n",
    "brand.yaml": (
        "extends: light\ndefault:\n  colors:\n    background: 'fffdf5'\npalette:\n  colors:\n    brand: 'd7263d'\n"
        "  classes:\n    loud:\n      foreground: palette:brand\nfooter:\n  style: template\n  left: '**ACME**'\n"
        "  right: '{current_slide} / {total_slides}'\n"
    ),
}
PICTURES = {"logo.png": (240, 80), "photos/tall.png": (200, 400), "wide diagram.png": (900, 300)}


@dataclass(frozen=True)
class WorldsDeck:
    """A deck, and what is to become of it."""

    text: str
    seen: tuple[str, ...]
    """Words that stand on its slides in the end, slide by slide."""
    told: tuple[str, ...] = ()
    """What is said of it that is shown otherwise than it is written."""


def end(*slides: str) -> str:
    """Slides with presenterm's end between them."""
    return "\n\n<!-- end_slide -->\n\n".join(slides)


def ruled(front: str, *slides: str) -> str:
    """Slides with rules between them, as the front matter allows."""
    return f"---\n{front}options:\n  end_slide_shorthand: true\n---\n\n" + "\n\n---\n\n".join(slides)


DECKS = {
    "a meetup with columns": WorldsDeck(
        "---\ntitle: Rust at work\nsub_title: two years on\nauthor: A. Speaker\n---\n\n"
        + end(
            "Who we are\n===\n\n<!-- column_layout: [2, 1] -->\n\n<!-- column: 0 -->\n\n- twelve people\n- three cities\n\n"
            "<!-- column: 1 -->\n\n![](logo.png)\n\n_since 2016_\n\n<!-- reset_layout -->\n\nAnd we are hiring.",
            "<!-- jump_to_middle -->\n\nThe problem\n===",
        ),
        ("two years on", "twelve people", "The problem"),
    ),
    "a code walk": WorldsDeck(
        end(
            f"First steps\n===\n\n{FENCE}rust +line_numbers {{1|3-5|all}}\nfn main() {{\n\n    let x = 1;\n    let y = 2;\n"
            f'    println!("{{}}", x + y);\n}}\n{FENCE}',
            f"From a file\n===\n\n{FENCE}file {{1-2|4}}\npath: src/main.rs\nlanguage: rust\n{FENCE}",
        ),
        ("let y = 2;", "use std::io;"),
    ),
    "rules end slides": WorldsDeck(
        ruled("title: Weekly\n", "# Status\n\n* done\n* doing", "# Next\n\n> later"), ("Weekly", "done", "later")
    ),
    "headings as titles": WorldsDeck(
        "---\noptions:\n  implicit_slide_ends: true\n  h1_slide_titles: true\n---\n# One\n\na\n\n# Two\n\n## Not a title\n\nb\n",
        ("One", "Not a title"),
    ),
    "step by step": WorldsDeck(
        "---\noptions:\n  incremental_lists: true\n  incremental_tables: true\n---\n"
        + end(
            "List\n===\n\n* first\n* second\n  * within\n* third\n\n<!-- pause -->\n\n**Questions?**",
            "Table\n===\n\n| Tool | Since |\n|------|------:|\n| make | 1976 |\n| ninja | 2012 |",
        ),
        ("within", "2012"),
    ),
    "a lightning talk in the middle": WorldsDeck(
        end(
            "<!-- alignment: center -->\n<!-- jump_to_middle -->\n\n**Ship it**\n\n_in five minutes_",
            "<!-- alignment: right -->\n\nto the right\n\n<!-- alignment: left -->\n\nto the left",
            "Space\n===\n\na\n\n<!-- new_lines: 3 -->\n\nb\n\n<!-- newline -->\n\nc",
        ),
        ("in five minutes", "to the right", "c"),
    ),
    "in the colours of a company": WorldsDeck(
        "---\ntitle: '<span class=\"loud\">ACME</span> today'\ntheme:\n  path: brand.yaml\n---\n\n"
        + end(
            '<span style="color: palette:brand">Ours</span> and <span class="loud">loud</span>',
            "<!-- no_footer -->\n\nlast",
        ),
        ("ACME today", "Ours and loud", "last"),
        ("of the theme, code.background, block_quote",),
    ),
    "a theme by name": WorldsDeck(
        "---\ntheme:\n  name: catppuccin-mocha\n  override:\n    footer:\n      style: progress_bar\n---\n"
        + end("Soft colours\n===\n\n`inline` and ~gone~", "> [!caution]\n> Hot surface."),
        ("inline and gone", "Hot surface."),
        ("a bar of progress", "of the theme, code.background, block_quote"),
    ),
    "alerts and quotations": WorldsDeck(
        end(
            "> [!note]\n> Read the manual.\n\n> [!tip] Faster\n> Use a cache.",
            "> said once\n>\n> said twice\n\n- [ ] to do",
        ),
        ("Use a cache.", "said twice"),
    ),
    "pictures of all sizes": WorldsDeck(
        end(
            "Wide\n===\n\n![image:width:80%](wide%20diagram.png)",
            "Tall\n===\n\n<!-- column_layout: [1, 1] -->\n<!-- column: 0 -->\n![image:w:50%](photos/tall.png)\n"
            "<!-- column: 1 -->\nbeside it",
            "In a line\n===\n\nOur ![logo](logo.png) of today.",
        ),
        ("Wide", "beside it", "of today."),
    ),
    "several files": WorldsDeck(
        "<!-- include: parts/agenda.md -->\n\n<!-- include: parts/code.md -->\n\n<!-- end_slide -->\n\nThe end\n===\n",
        ("Questions", 'println!("hello {name}");', "The end"),
    ),
    "live code": WorldsDeck(
        end(
            f"Shell\n===\n\n{FENCE}bash +exec\n/// export SECRET=1\necho hello\n{FENCE}\n\n{FENCE}bash +exec +no_background\ndate\n{FENCE}",
            f"Python\n===\n\n{FENCE}python +exec +line_numbers\nimport sys\nprint(sys.version)\n{FENCE}",
            f"Art\n===\n\n{FENCE}bash +exec_replace\nfiglet hello\n{FENCE}",
        ),
        ("echo hello", "print(sys.version)", "figlet hello"),
    ),
    "diagrams": WorldsDeck(
        end(
            f"Flow\n===\n\n{FENCE}mermaid +render\nsequenceDiagram\n    A ->> B: hi\n{FENCE}",
            f"Maths\n===\n\n{FENCE}latex +render +width:30%\n\\[ e = mc^2 \\]\n{FENCE}",
        ),
        ("sequenceDiagram", "e = mc^2"),
        ("```mermaid +render", "```latex +render"),
    ),
    "for a large terminal": WorldsDeck(
        end("<!-- font_size: 3 -->\n\nBig words\n===\n\nhere", "<!-- list_item_newlines: 2 -->\n\n- far\n- apart"),
        ("Big words", "apart"),
        ("font_size: 3", "list_item_newlines: 2"),
    ),
    "notes for the speaker": WorldsDeck(
        end(
            "Hello\n===\n\n<!-- speaker_note: breathe -->\n\nwords",
            "<!--\nspeaker_note: |\n  ask who has used it\n  wait\n-->\n\nNext\n===\n\n<!-- // TODO: a joke -->\n\nmore words",
        ),
        ("words", "more words"),
    ),
    "a prefix for commands": WorldsDeck(
        '---\noptions:\n  command_prefix: "!"\n---\n'
        "<!-- a reminder of mine -->\n\nA\n===\n\none\n\n<!-- !pause -->\n\ntwo\n\n<!-- !end_slide -->\n\nB\n===\n",
        ("two", "B"),
    ),
    "made for another tool": WorldsDeck(
        "---\ntitle: Ported\nmarp: true\npaginate: true\noptions:\n  strict_front_matter_parsing: false\n"
        "  end_slide_shorthand: true\n  image_attributes_prefix: ''\n---\n# Hi\n\n![width:40%](logo.png)\n\n---\n\nbye\n",
        ("Ported", "Hi", "bye"),
    ),
    "generics and addresses": WorldsDeck(
        end(
            "Why `Option<T>`\n===\n\nA Vec<String> is at <https://doc.example.org/vec>.",
            "[](https://example.org/empty) ~/bin",
        ),
        ("https://doc.example.org/vec.", "https://example.org/empty ~/bin"),
        ("<String> is HTML",),
    ),
    "wide tables": WorldsDeck(
        end(
            "Links\n===\n\n| what | where |\n|------|-------|\n| docs | https://example.org/" + "path/" * 20 + "end |",
            "Many\n===\n\n|" + "|".join(f"heading{n}" for n in range(9)) + "|\n|" + "---|" * 9 + "\n|" + "x|" * 9,
        ),
        ("docs", "x"),
    ),
    "a conference in French": WorldsDeck(
        '---\ntitle: Les files\nsub_title: "des workers, des *messages*"\nauthors:\n  - Ada Exemple\n  - Grace Exemple\n'
        "event: Conf\nlocation: Lyon\ndate: 2025-10-12\ntheme:\n  name: tokyonight-storm\n---\n\n\n"
        + "\n\n<!-- end_slide -->\n".join(
            [
                "Qui sommes-nous ?\n---\n\n<!-- column_layout: [1, 1] -->\n\n<!-- alignment: center -->\n\n<!-- column: 0 -->\n\n"
                "![](logo.png)\n_Ada (une société)_\n\n<!-- column: 1 -->\n![](photos/tall.png)\n_Grace (indépendante)_\n",
                "Sommaire\n---\n* Introduction\n* Les files\n    * liste\n    * tas\n        * binaire\n* Conclusion",
                f"Code\n---\n{FENCE}java +line_numbers {{1-2|4|all}}\nclass A {{\n  int x;\n\n  void run() {{}}\n}}\n{FENCE}\n"
                "<!-- pause -->\n|méthode | temps (µs)|\n|:--|--:|\n| `a \\| b` | **12** |\n| c<br/>d | 3 |",
                "<!-- jump_to_middle -->\nQuestions ?\n---",
            ]
        ),
        ("2025-10-12", "Grace (indépendante)", "binaire", "void run() {}", "Questions ?"),
        ("of the theme, code.background",),
    ),
    "a set-up shown in class": WorldsDeck(
        ruled(
            "author: Someone\n",
            "# Windows\n\n- Avoid the mouse\n<!-- incremental_lists: true-->\n- snapping\n  - one\n- tiling\n\n"
            "<!-- incremental_lists: false-->\n<!-- column_layout: [1, 1] -->     \n<!-- column: 0 -->\n\n> Combine them\n> all\n\n"
            f"{FENCE}\nhyper + c\n{FENCE}\n\n<!-- column: 1 -->\n\n![tiles](wide%20diagram.png)\n`https://example.org/t`\n",
            "# Tools\n\n## Containers ##\n\n- [x] done\n- :rocket: go\n\n    indented",
            "# Links\n\nSee [the docs][d], <mailto:a@example.org> and [logo.png](logo.png).\n\n"
            '[d]: https://example.org/docs "Docs"\n\nOne\\\ntwo  \nthree\n\n***\n\n&lt;b&gt; &copy;',
        ),
        ("Someone", "hyper + c", "indented", "mailto:a@example.org and logo.png. One two three"),
    ),
    "a policy that is tried": WorldsDeck(
        "---\noptions:\n  implicit_slide_ends: true\ntheme:\n  override:\n    code:\n      theme_name: Nord\n    headings:\n"
        "      h2:\n        prefix: '>>'\n    footer:\n      style: template\n      left: 'My **name**'\n      right: '{current_slide}'\n"
        "---\n\nAllowed\n===\n---\n\n<!-- column_layout: [1, 1] -->     \n<!-- column: 0 -->\n"
        f'{FENCE}bash +exec +id:allowed\n# {{ "scope": "admin" }}\necho "{{\n  ok: true\n}}" | tr a-z A-Z\n{FENCE}\n'
        "<!-- column: 1 -->\n<!-- snippet_output: allowed -->\n\n<!-- reset_layout -->\n\n## In place\n\n"
        f"Later\n===\n\n{FENCE}file +exec +line_numbers +id:main.rs\npath: src/main.rs\nlanguage: rust\n{FENCE}\n\n"
        "Output\n===\n\nSo it is:\n<!-- snippet_output: main.rs -->\n",
        ("| tr a-z A-Z", 'println!("hello {name}");', "So it is:"),
        ("ends with its own slide",),
    ),
    "a lesson from research": WorldsDeck(
        "---\ntheme:\n  path: brand.yaml\n  override:\n    default:\n      margin:\n        percent: 8\n\ntitle: learn linux\n"
        "author: K. T.\n---\n\n"
        + end(
            "<!-- font_size: 1 -->\nwhoami\n===\n\n<!-- column_layout: [2, 2] -->\n\n<!-- column: 0 -->\n\n# main\n* 4th year\n\n"
            "### links\n* example.org/someone\n  * source code at the end\n\nbuilt with \n- font: mono\n\n<!-- column: 1 -->\n\n"
            "![image:width:70%](./logo.png)\n\n<!-- alignment: center -->\n somewhere",
            "<!--\nspeaker_note: |\n  Let it breathe.\n  - one: two\n-->\n\nWhat if\n===\n\n"
            f"{FENCE}shell\n# Ubuntu only\nsudo apt install ...\n{FENCE}\n\n<!-- pause -->\n\n<!-- column_layout: [1, 5, 1] -->\n\n"
            '<!-- column: 1 -->\n\n# One command?\n\n<span class="loud">shared</span> and '
            '<span style="color: palette:brand; background-color: #222">reused</span>.',
            "> [!WARNING] Careful\n> with *this*\n>\n> - and that",
        ),
        ("K. T.", "source code at the end", "shared and reused.", "and that"),
        ("of the theme, code.background",),
    ),
    "traits in two columns": WorldsDeck(
        ruled(
            "",
            '### How?\n\n- **Minimal**: just the *methods* you need. (`super-traits`.)\n\n> "Units of Behaviour", (2003)',
            f"<!-- column_layout: [1, 1] -->\n\n<!-- column: 0 -->\n\n#### Question\n\n{FENCE}rust \ntrait Trait: Sized {{ \n"
            f"    fn f(self) -> bool;\n}}\n{FENCE}\n\n~~~rust {{1,3|all}} +line_numbers\nfn main() {{\n    match 0.f() {{\n    }}\n"
            "}\n~~~\n\n<!-- column: 1 -->\n\nNotice `&T` & Vec<T> and a -> b.\n\n| a | b |\n|---|---|\n| `Option<T>` | x |",
            "![image:width:50%](logo.png)\n\n1) one\n2) two\n\n* * *\n\nLast",
        )
        + "\n\n---\n",
        ("Units of Behaviour", "match 0.f() {", "Last"),
        ("<T> is HTML",),
    ),
    "languages of the world": WorldsDeck(
        end(
            "Grüße\n===\n\n日本語のスライド and 👩‍💻 emoji\n\n- naïve café",
            "<!-- skip_slide -->\n\nnever",
            "שלום\n===\n\nend",
        ),
        ("naïve café", "end"),
    ),
}


def write(folder: Path, name: str) -> Path:
    """A deck and the files that it names, in a folder."""
    for file, text in FILES.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    for file, size in PICTURES.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        Image.linear_gradient("L").resize(size).convert("RGB").save(folder / file)
    deck = folder / "deck.md"
    deck.write_text(DECKS[name].text)
    return deck

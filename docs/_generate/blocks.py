"""Code on narrow pages: blocks that are set in columns are marked, short words stay whole.

Browsers break a line behind any hyphen, so that `--seeds` may become `-` and `-seeds`, and not
behind an underscore, so that a long name takes up a table.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_LONGEST_WORD = 30  # characters, which fit a phone
_CONSOLE = re.compile(r'(?s)<div class="highlight-(?:console|bash).*?</pre>')
_INLINE = re.compile(r'<span class="pre">([^<]*)</span>')
_JOINT = re.compile(r"(?<=\w\w\w[_:/.])(?=\w\w\w)")
_TEXT_OR_TAG = re.compile(r"(<[^>]*>)")
_HYPHENED = re.compile(r"(?<![\w./&;-])[\w./-]*-[\w./-]*(?![\w./-])")


class MarkColumns(SphinxTransform):
    """Gives the class `columns` to blocks that would fall apart if their lines were broken."""

    default_priority = 600

    def apply(self, **kwargs: Any) -> None:
        """Marks each."""
        for block in self.document.findall(nodes.literal_block):
            if block.get("language") in ("text", "none") and is_in_columns(block.astext()):
                block["classes"].append("columns")


def is_in_columns(text: str) -> bool:
    r"""Returns whether a text has a drawn table, or blanks that put words below each other.

    Example:
        >>> is_in_columns("model     ok\nvotes     ok")
        True
        >>> is_in_columns("reward 'pattern' raised KeyError: 'pattern'")
        False
    """
    if re.search(r"(?m)[\u2500-\u257f]|^ {8}|\S {4,}\S", text):
        return True
    return len(re.findall(r"(?m)^.*\S {2,}\S", text)) > 1


def keep_words(html: str) -> str:
    """Returns a page in which words of code are broken at their joints, and short ones nowhere.

    Example:
        >>> keep_words('<div class="highlight-console"><pre>r1gym bench --seeds 0</pre>')
        '<div class="highlight-console"><pre>r1gym bench <span class="word">--seeds</span> 0</pre>'
    """
    html = _INLINE.sub(_inline, html)
    return _CONSOLE.sub(lambda block: _kept(block[0]), html)


def _inline(found: re.Match[str]) -> str:
    kind = "pre" if len(found[1]) > _LONGEST_WORD else "pre word"
    return f'<span class="{kind}">{_JOINT.sub("<wbr>", found[1])}</span>'


def _kept(block: str) -> str:
    parts = _TEXT_OR_TAG.split(block)
    parts[::2] = [_HYPHENED.sub(_word, part) for part in parts[::2]]
    return "".join(parts)


def _word(found: re.Match[str]) -> str:
    return found[0] if len(found[0]) > _LONGEST_WORD else f'<span class="word">{found[0]}</span>'


def _on_page(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    if "body" in context:
        context["body"] = keep_words(context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers both."""
    app.add_transform(MarkColumns)
    app.connect("html-page-context", _on_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

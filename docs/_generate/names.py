"""Names in code become links to the reference, also where a name is the short one of the package.

`r1gym.RewardSum` is documented as `r1gym.verifiers.reward.RewardSum`, and pages write names as
plain code. Left out: names without a module in front, which may be anything.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_NAME = re.compile(r"r1gym(\.\w+)+")


class LinkNames(SphinxTransform):
    """Makes a reference of code that is a dotted name of ours, in pages."""

    default_priority = 600

    def apply(self, **kwargs: Any) -> None:
        """Wraps each such literal, unless it is in a link or a heading."""
        for literal in list(self.document.findall(nodes.literal)):
            name = literal.astext()
            inside = isinstance(literal.parent, nodes.reference | nodes.title | pending_xref)
            if inside or not _NAME.fullmatch(name):
                continue
            reference = pending_xref(
                "", refdomain="py", reftype="obj", reftarget=name, refexplicit=False, refwarn=False
            )
            literal.replace_self(reference)
            reference += literal


def resolve_short_name(app: Sphinx, env: Any, node: pending_xref, content: Any) -> Any:
    """Returns the link of a name under which the package passes on something."""
    if node.get("refdomain") != "py":
        return None
    full = full_name(node["reftarget"])
    if full is None or full == node["reftarget"]:
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", full, node, content)


def full_name(target: str) -> str | None:
    """Returns where a thing is defined, by a name of it; None if there is none.

    Example:
        >>> full_name("r1gym.RewardSum")
        'r1gym.verifiers.reward.RewardSum'
    """
    name = target if target.startswith("r1gym.") else f"r1gym.{target}"
    module, _, last = name.rpartition(".")
    try:
        found = getattr(import_module(module), last)
    except (ImportError, AttributeError):
        return None
    where, what = getattr(found, "__module__", None), getattr(found, "__qualname__", None)
    return f"{where}.{what}" if where and what else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers both."""
    app.add_transform(LinkNames)
    app.connect("missing-reference", resolve_short_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

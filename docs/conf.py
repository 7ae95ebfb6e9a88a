"""Sphinx configuration: MyST pages, the Furo theme, and the API from the docstrings.

Left out: links to other projects' references, whose indexes would have to be fetched at each build.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [os.fspath(HERE), os.fspath(HERE.parent)]

from _generate import write_all  # noqa: E402
from sphinx.ext.autodoc.mock import mock  # noqa: E402

import r1gym  # noqa: E402

project = "r1gym"
copyright = "the r1gym authors"
release = r1gym.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
extensions += ["_generate.blocks", "_generate.names"]
html_theme = "furo"
html_title = "r1gym"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_copy_source = False
smartquotes = False  # quotes in a line that is to be copied stay what they are
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
default_role = "py:obj"  # names in docstrings are links where the reference has them
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True  # as written: the value of one is thousands of attacks
# What the extra `docs` does not bring, and no page needs.
autodoc_mock_imports = ["openai", "reasoning_gym", "sb3_contrib", "stable_baselines3"]
exclude_patterns = ["_build", "_generate"]

# reasoning-gym is not mocked here: the page of its environment says whether it was there.
with mock([name for name in autodoc_mock_imports if name != "reasoning_gym"]):
    write_all(HERE / "generated")

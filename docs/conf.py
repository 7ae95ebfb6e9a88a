"""Sphinx configuration: MyST pages, the Furo theme, and the API from the docstrings."""

import r1gym

project = "r1gym"
release = r1gym.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = "r1gym"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True  # as written: the value of one is thousands of attacks
# What the extra `docs` does not bring, and no page needs.
autodoc_mock_imports = ["openai", "reasoning_gym", "sb3_contrib", "stable_baselines3"]
exclude_patterns = ["_build"]

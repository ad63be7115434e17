"""Sphinx configuration: Markdown pages, the API from docstrings, nothing from the network."""

import allostasis

project = "allostasis"
author = "allostasis contributors"
copyright = author  # Sphinx reads this name
version = release = allostasis.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

# Formulas are written as code: a maths renderer would come from another host, and hospitals are offline.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autoclass_content = "class"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"allostasis {version}"
html_copy_source = False
html_show_sourcelink = False

"""The web page and its REST interface: one process, everything served by itself, nothing loaded from another host."""

from allostasis.app.server import create_app

__all__ = ["create_app"]

"""Hurrah: an advocate marketing hub. One package per room; `wsgi.ROOMS` is the floor plan."""

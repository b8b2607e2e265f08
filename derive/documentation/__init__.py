"""Marks on documentation sites: what derive found, behind each formula of the page itself."""

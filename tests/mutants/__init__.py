"""Measured soundness: slips made on purpose in true derivations, and what derive says of them."""

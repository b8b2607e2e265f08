"""From text to pages of formulas."""

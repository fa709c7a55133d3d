"""Figures, one module per figure; `style` holds what they share."""

"""What the papers print: tables, settings and equations."""

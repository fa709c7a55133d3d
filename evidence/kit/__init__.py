"""What all pages share: records and how they are made, tables, figures, claims, publishing."""

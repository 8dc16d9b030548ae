"""The words of the field as plain Python: numbers, names, areas, money, days. No framework, no I/O."""

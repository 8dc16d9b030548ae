"""Rules that find what a person should look at, findings with frozen evidence, cases. It finds and never decides."""

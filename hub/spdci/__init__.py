"""SPDCI as a server: social registry, civil registration and beneficiary registry, by the planner of the graph."""

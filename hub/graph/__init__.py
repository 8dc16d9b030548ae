"""The fold of claims into the golden graph, for the persons that a run touched."""

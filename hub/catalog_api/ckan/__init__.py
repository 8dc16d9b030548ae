"""CKAN's Action API (2.10), as its clients, its harvester and the portals of Satu Data Indonesia ask it."""

"""What the hub publishes: data sets, control of what they disclose, their releases, and the catalog that doors read."""

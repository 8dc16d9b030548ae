"""What may be told of counts of persons, so that nobody learns a small one from all that is published."""

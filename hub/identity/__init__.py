"""Who is who: exact links now; judgements and clusters under them."""

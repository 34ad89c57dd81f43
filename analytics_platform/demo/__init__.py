"""The demo tenant: a shop with two years of orders, as a database and as files."""

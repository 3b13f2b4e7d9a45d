"""ClickHouse's engine behind its HTTP interface, in a process of its own."""

"""What is asked by day: series of events, of tables that are added up already, and of what customers wrote."""

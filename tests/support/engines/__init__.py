"""What every engine is asked in the contract suite, and the data on which it is asked."""

"""Links changes to bets, and knows when a change really reached whom."""

"""One test or more for each row of the decisions in which this package departs from NengoDL."""

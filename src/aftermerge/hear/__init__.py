"""Brings in the customers' own words, and knows of which problem they speak."""

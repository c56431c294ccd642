"""Fitting: the learned parts, made from data sets in BEIR format; a tool, not used to answer."""

"""Which passages come into question: filters, candidates, dates, copies."""

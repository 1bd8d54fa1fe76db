"""The report for machines: JSON, CSV, SARIF, workbook; one format a module."""

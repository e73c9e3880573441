"""Incidents, tasks, procedures, deadlines in working time."""

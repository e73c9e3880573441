"""What people type about warnings."""

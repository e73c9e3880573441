"""Administrative units with their years of validity, service areas, what stands where."""

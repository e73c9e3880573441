"""Urban trees: species, inventory in number and value, inspections, felling permits, benefits."""

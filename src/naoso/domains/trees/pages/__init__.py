"""Pages of trees: the inventory, the catalogue, felling permits, the field."""

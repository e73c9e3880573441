"""The look of the house: base templates, components, template tags, forms; knows no domain."""

"""What people do with cameras: connect them, group them, say who may look."""

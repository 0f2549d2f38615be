"""What people type at a terminal. Last of its folder by name: it adds to what the story left."""

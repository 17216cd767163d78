"""Who works here, who asks, and who may do what."""

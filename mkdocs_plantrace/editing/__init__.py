"""All that writes into a user's tree."""

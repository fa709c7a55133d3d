"""What this book says of the two papers; `lib` holds the methods and knows nothing of it."""

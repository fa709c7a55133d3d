"""The two chapters that build a method from scratch; their code stands in the pages themselves."""

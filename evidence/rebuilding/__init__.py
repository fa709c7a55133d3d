"""How the committed datasets are made from their sources, a module and a command each."""

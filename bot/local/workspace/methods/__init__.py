"""The Web API of the local workspace: a module for each family of methods, and the table of all."""

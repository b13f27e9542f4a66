"""Everything that launches, watches, loads, shows and presents the stages. Imports no stage."""

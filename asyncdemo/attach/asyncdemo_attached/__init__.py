"""What tells of each thing that is watched. Imported when the project has imported that thing."""

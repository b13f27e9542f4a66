"""`python cli.py …` does what `asyncdemo …` does, from a checkout that is not installed."""

from asyncdemo.cli import main

if __name__ == "__main__":
    main()

"""`python -m asyncdemo`."""

from .toolkit.commands import main

if __name__ == "__main__":
    main()

"""`python -m covercheck` and the entry point `covercheck`."""

from covercheck.cli.app import main

if __name__ == "__main__":
    main()

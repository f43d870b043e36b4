"""Trains every model that ships with the app and writes the test fixtures."""

import diabetes
import digits
import fixtures
import penguins
import transmission
import wine


def main() -> None:
    """Runs every script in turn."""
    for script in (transmission, wine, penguins, diabetes, digits, fixtures):
        script.main()


if __name__ == "__main__":
    main()

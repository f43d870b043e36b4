"""Trains every model that ships with the app, writes the test fixtures and the models of the benchmarks."""

import bench_models
import transmission_by_car
import diabetes
import digits
import fixtures
import penguins
import transmission
import wine


def main() -> None:
    """Runs every script in turn."""
    for script in (transmission, transmission_by_car, wine, penguins, diabetes, digits, fixtures, bench_models):
        script.main()


if __name__ == "__main__":
    main()

"""IPSM Analytics: coverage of social problems in Kota Makassar, from case files to maps."""

__version__ = "0.1.0"

"""IPSM Analytics: the entry point; every page lives in pages/ and is listed in ipsm_analytics.app.page."""

from ipsm_analytics.app.page import navigate

navigate()

"""The written contract between the stages: a recognised sheet, accepted rows, refused rows, and what the cube reads."""

from ipsm_analytics.contract.checks import checked, checked_sheet, stored

__all__ = ["checked", "checked_sheet", "stored"]

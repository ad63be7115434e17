"""Virtual populations and calibration."""

"""Tests of parcel."""

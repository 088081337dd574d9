"""FHIR R4: a CoverageEligibilityRequest out, a CoverageEligibilityResponse in."""

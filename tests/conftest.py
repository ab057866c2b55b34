"""How property tests are run: as often as ever, and without a clock."""

import hypothesis

# How long an example takes, or the drawing of one, is the machine's matter.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

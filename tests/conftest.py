"""hypothesis tries as many examples as NEWSQUOTE_FUZZ says; without it, what it always tries."""

from __future__ import annotations

from hypothesis import settings

import fuzzing

if fuzzing.ASKED_FOR:
    settings.register_profile("asked for", max_examples=fuzzing.ASKED_FOR, deadline=None)
    settings.load_profile("asked for")

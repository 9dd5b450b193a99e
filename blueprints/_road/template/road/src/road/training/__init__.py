"""From data to a model bundle that its brief lets through, and to the champion."""

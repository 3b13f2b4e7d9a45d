"""Units that got a change at different times: by cohort and week."""

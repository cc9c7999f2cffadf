"""A SIEM that lives in Slack and in the logs a team already has."""

"""The language: CloudWatch Logs Insights text, its tree, its plan and its rows. Pure."""

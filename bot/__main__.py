"""`python -m bot`: the command line."""

if __name__ == "__main__":  # worker processes import this module too, and must not start a bot
    from bot.cli import main

    raise SystemExit(main())

"""The nodes of a query's tree; `bot.query.ast` gathers them."""

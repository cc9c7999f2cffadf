"""Help, lists and rules as messages for the person who asked, and what is wrong with a command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.app.understand import QuestionError, example, example_of
from bot.errors import BotError
from bot.rules.card import RuleCard, RuleParameter, TriageQuestion
from bot.slack import words
from bot.slack.blocks import (
    Block,
    Message,
    bullets,
    context,
    header,
    marked,
    message,
    preformatted,
    rich,
    section,
    styled,
)

MOST_LISTED = 60
"""Rules in one list: more would make a message that Slack may not take."""


def help_message(rules: Sequence[RuleCard]) -> Message:
    """How to ask, with examples from the rules that there are."""
    usage = [[styled(line, "code"), styled(f" {what}")] for line, what in words.usage()]
    blocks = [header(words.HELP_TITLE), section(words.HELP), bullets(usage)]
    if examples := [f"{words.COMMAND} {example(rule)}" for rule in _telling(rules)]:
        blocks += [section(words.EXAMPLES), bullets([styled(line, "code")] for line in examples)]
    blocks += [context(words.WINDOWS), context(words.VALUES)]
    lines = "\n".join(line for line, _ in words.usage())
    return message(f"{words.HELP}\n{lines}", blocks)


def list_message(rules: Sequence[RuleCard], word: str) -> Message:
    """The rules with `word` in them, each with what it takes; all rules for an empty word."""
    wanted = word.lower()
    found = [r for r in rules if wanted in f"{r.id} {r.title} {r.purpose}".lower()]
    if not found:
        text = words.no_match(word) if rules else words.NO_RULES
        return message(text, [section(text)])
    shown = found[:MOST_LISTED]
    title = words.rules_title(len(found), word)
    blocks = [
        header(title),
        bullets([styled(_call(rule), "code"), styled(f" {rule.title}")] for rule in shown),
    ]
    if len(found) > len(shown):
        blocks.append(context(words.more_rules(len(found) - len(shown))))
    return message("\n".join([title, *(f"{_call(r)}: {r.title}" for r in shown)]), blocks)


def rule_message(rule: RuleCard) -> Message:
    """All that a responder wants to know of a rule."""
    blocks = [header(rule.title), section(rule.purpose)]
    blocks.append(context(*_facts(rule)))
    if rule.parameters:
        blocks.append(bullets(_parameter(parameter) for parameter in rule.parameters))
    if rule.alert is not None:
        blocks.append(rich(styled("Alerts when: ", "bold"), styled(rule.alert.condition)))
    if rule.triage:
        blocks += [rich(styled("Triage plan", "bold")), bullets(map(_question, rule.triage))]
    blocks.append(preformatted(rule.query_text.strip()))
    blocks.append(rich(styled(words.TRY), styled(f"{words.COMMAND} {example(rule)}", "code")))
    text = f"{rule.id}: {rule.title}\n{rule.purpose}\n{words.TRY}{words.COMMAND} {example(rule)}"
    return message(text, blocks)


def error_message(error: BotError) -> Message:
    """What was understood, what is wrong, and the command that would work."""
    if not isinstance(error, QuestionError):
        return plain_message(str(error))
    blocks = [marked(error.problem)]
    lines = [error.problem]
    if error.understood:
        blocks.append(marked(words.understood(error.understood)))
        lines.append(words.understood(error.understood))
    works = f"{words.COMMAND} {error.suggestion}"
    blocks.append(rich(styled(words.TRY), styled(works, "code")))
    lines.append(f"{words.TRY}{works}")
    return message("\n".join(lines), blocks)


def plain_message(text: str) -> Message:
    """What the bot has to say to one person; `backticks` set names and values apart."""
    return message(text, [marked(text)])


def _telling(rules: Sequence[RuleCard]) -> list[RuleCard]:
    """A few rules for examples: those that take values say more, and short ones read better."""
    return sorted(rules, key=lambda rule: (not rule.parameters, len(example(rule)), rule.id))[:3]


def _call(rule: RuleCard) -> str:
    """The rule and its parameters: `s3-writes BUCKET`; those it can do without in brackets."""
    names = [p.name.upper() if p.required else f"[{p.name.upper()}]" for p in rule.parameters]
    return " ".join([rule.id, *names])


def _facts(rule: RuleCard) -> Iterator[str]:
    yield f"{rule.id}"
    yield f"severity {rule.severity}"
    yield f"log {rule.log}"
    if rule.owner:
        yield f"owner {rule.owner}"
    if rule.needs:
        yield f"needs {', '.join(rule.needs)}"
    yield words.count(rule.tested, "test")


def _parameter(parameter: RuleParameter) -> list[Block]:
    about = f" {parameter.type}: {parameter.help}" if parameter.help else f" {parameter.type}"
    if parameter.choices:
        about += f" ({', '.join(parameter.choices)})"
    if parameter.default is not None:
        about += f"; {parameter.default} if left out"
    runs = [styled(parameter.name, "code"), styled(f"{about}, such as ")]
    return [*runs, styled(example_of(parameter), "code")]


def _question(item: TriageQuestion) -> list[Block]:
    return [styled(item.ask), *([styled(f" {item.why}", "italic")] if item.why else [])]

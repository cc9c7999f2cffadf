"""From a question to a rule, values for its parameters and a window; or what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.app.question import Question, Word, quote
from bot.app.windows import (
    EXAMPLES,
    WindowSpec,
    looks_like_window,
    read_window,
    window_of,
)
from bot.errors import BotError
from bot.query.errors import quoted
from bot.query.parameter_types import PARAMETER_TYPES, ParameterValue, read_value
from bot.rules.card import RuleCard, RuleParameter

VERBS = ("help", "list", "show", "alerts", "ack", "status", "digest")
"""What may stand in the place of a rule's id."""

_WINDOW_WORDS = 5
"""The longest window: `2026-11-01 09:00 .. 2026-11-01 10:30`."""


class QuestionError(BotError):
    """A question that cannot be asked as it stands.

    `problem` is what is wrong, `understood` what was read so far (may be empty), `suggestion` a
    question that would work, without the command's name.
    """

    def __init__(self, problem: str, understood: str, suggestion: str) -> None:
        super().__init__(problem, understood, suggestion)
        self.problem = problem
        self.understood = understood
        self.suggestion = suggestion

    def __str__(self) -> str:
        lines = [self.problem]
        if self.understood:
            lines.append(f"Understood: {self.understood}.")
        return "\n".join([*lines, f"Try: {self.suggestion}"])


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks: the rule, a value for each parameter, the window as written."""

    rule: RuleCard
    values: Mapping[str, ParameterValue]
    window: WindowSpec

    @property
    def command(self) -> str:
        """The question in its plain form, which asks exactly this again."""
        return command(self.rule, {name: v.text for name, v in self.values.items()}, self.window)


def find_rule(question: Question, rules: Sequence[RuleCard], verb: str = "") -> RuleCard:
    """The rule that the question names, in any case of letters; else `QuestionError`.

    `verb` is the word before the rule's name, such as `show`, if the question had one.
    """
    wanted = question.rule.lower()
    for rule in rules:
        if rule.id.lower() == wanted:
            return rule
    if not wanted:
        raise QuestionError("Which rule?", "", "list")
    verbs = () if verb else VERBS
    near = difflib.get_close_matches(wanted, [*(rule.id for rule in rules), *verbs], 1)
    near += [rule.id for rule in rules if wanted in rule.id and len(wanted) > 2]
    problem = f"There is no rule {quoted(question.rule)}."
    if near:
        meant = f"{verb} {near[0]}" if verb else _corrected(near[0], question, rules)
        raise QuestionError(f"{problem} Did you mean `{near[0]}`?", "", meant)
    raise QuestionError(problem, "", "list")


def _corrected(name: str, question: Question, rules: Sequence[RuleCard]) -> str:
    """The question with the right name, and with what else it takes to work."""
    rule = next((rule for rule in rules if rule.id == name), None)
    if rule is None:
        return " ".join([name, *(word.source for word in question.words)])
    return _that_works(question, rule)


def _that_works(question: Question, rule: RuleCard) -> str:
    """The question itself in its plain form, or the nearest one that can be asked."""
    try:
        return understand(question, rule).command
    except QuestionError as error:
        return error.suggestion


def understand(question: Question, rule: RuleCard) -> Understood:
    """What the question asks of its rule. Raises `QuestionError` with a question that would work.

    The last words that read as a window are the window, unless they are in quotes or `window=`
    names another; a duration that a parameter still needs is the parameter's.
    """
    named, words = _named(question, rule)
    spec, words = _window(named.pop("window", None), words, rule, named)
    texts, left = _placed(words, rule, named)
    if left:
        raise _too_many(left, rule, texts, spec)
    values = _values(rule, texts, spec)
    return Understood(rule, values, spec or window_of(rule.window))


def command(rule: RuleCard, texts: Mapping[str, str], window: WindowSpec | None) -> str:
    """The question that gives these values to the rule: by position while there is no gap."""
    words = [rule.id]
    gap = False
    for parameter in rule.parameters:
        if parameter.name not in texts:
            gap = True
            continue
        value = quote(texts[parameter.name])
        words.append(f"{parameter.name}={value}" if gap else value)
    return " ".join([*words, (window or window_of(rule.window)).text])


def example(rule: RuleCard) -> str:
    """A question that would work: the rule with an example for each value that it needs."""
    return command(rule, _examples(rule), None)


def example_of(parameter: RuleParameter) -> str:
    """A value that the parameter takes."""
    if parameter.example or parameter.choices:
        return parameter.example or parameter.choices[0]
    return PARAMETER_TYPES[parameter.type].example


def no_source(rule: RuleCard) -> BotError:
    """What is wrong with a rule whose log is not known here."""
    return BotError(
        f"The rule `{rule.id}` reads the log {quoted(rule.log)}, which is not among the "
        "sources of rules/config.yml. Add it there."
    )


def _examples(rule: RuleCard) -> dict[str, str]:
    return {p.name: example_of(p) for p in rule.parameters if p.required}


def _named(question: Question, rule: RuleCard) -> tuple[dict[str, str], list[Word]]:
    """The values given by name, and the words that are left."""
    names = [parameter.name for parameter in rule.parameters]
    given: dict[str, str] = {}
    words: list[Word] = []
    for word in question.words:
        if not word.name:
            words.append(word)
            continue
        if word.name not in (*names, "window"):
            raise _unknown_name(question, word, rule)
        if word.name in given:
            raise QuestionError(f"`{word.name}` is given twice.", _so_far(rule), example(rule))
        given[word.name] = word.value
    return given, words


def _unknown_name(question: Question, word: Word, rule: RuleCard) -> QuestionError:
    names = [parameter.name for parameter in rule.parameters]
    near = difflib.get_close_matches(word.name, [*names, "window"], 1)
    meant = f" Did you mean `{near[0]}`?" if near else ""
    takes = ", ".join(f"`{name}`" for name in names) or "no parameters"
    instead = [replace(word, name=near[0])] if near else []
    at = question.words.index(word)
    words = (*question.words[:at], *instead, *question.words[at + 1 :])
    return QuestionError(
        f"`{rule.id}` has no parameter {quoted(word.name)}; it takes {takes}.{meant} "
        f"If {quoted(word.source)} is a value, put it in quotes.",
        _so_far(rule),
        _that_works(replace(question, words=words), rule),
    )


def _window(
    named: str | None, words: list[Word], rule: RuleCard, given: Mapping[str, str]
) -> tuple[WindowSpec | None, list[Word]]:
    """The window, if there is one, and the words before it."""
    if named is not None:
        return _read(named, rule), words
    for count in range(min(_WINDOW_WORDS, len(words)), 0, -1):
        tail = words[-count:]
        if any(word.quoted for word in tail):
            continue
        spec = _spec(" ".join(word.value for word in tail))
        if spec is None:
            continue
        if count == 1 and _is_needed_duration(words, rule, given):
            break
        return spec, words[:-count]
    return _misplaced(words, len(rule.parameters) - len(given))


def _misplaced(words: list[Word], places: int) -> tuple[WindowSpec | None, list[Word]]:
    """A window before the arguments, where there is one word more than the arguments take."""
    if len(words) == places + 1:
        for at, word in enumerate(words):
            if not word.quoted and (spec := _spec(word.value)):
                return spec, words[:at] + words[at + 1 :]
    return None, words


def _spec(text: str) -> WindowSpec | None:
    try:
        return read_window(text)
    except BotError:
        return None


def _is_needed_duration(words: Sequence[Word], rule: RuleCard, given: Mapping[str, str]) -> bool:
    """Whether the last word is the last value that the rule cannot do without, and a duration."""
    places = [p for p in rule.parameters if p.name not in given]
    if not 0 < len(words) <= len(places):
        return False
    place = places[len(words) - 1]
    return place.required and place.type == "duration"


def _read(text: str, rule: RuleCard) -> WindowSpec:
    try:
        return read_window(text)
    except BotError as error:
        raise QuestionError(str(error), _so_far(rule), example(rule)) from error


def _placed(
    words: Sequence[Word], rule: RuleCard, named: Mapping[str, str]
) -> tuple[dict[str, str], Sequence[Word]]:
    """The texts given for the parameters, in the rule's order, and the words too many."""
    waiting = list(words)
    texts: dict[str, str] = {}
    for parameter in rule.parameters:
        if parameter.name in named:
            texts[parameter.name] = named[parameter.name]
        elif waiting:
            texts[parameter.name] = waiting.pop(0).value
    return texts, waiting


def _too_many(
    left: Sequence[Word], rule: RuleCard, texts: Mapping[str, str], spec: WindowSpec | None
) -> QuestionError:
    rest = " ".join(word.value for word in left)
    understood = _so_far(rule, texts, spec)
    works = _working(rule, texts, spec)
    if spec is None and looks_like_window(rest):
        try:
            read_window(rest)
        except BotError as error:
            return QuestionError(str(error), understood, works)
    names = ", ".join(f"`{p.name}`" for p in rule.parameters) or "no arguments"
    return QuestionError(
        f"{quoted(rest)} is neither a window nor an argument: `{rule.id}` takes {names} and a "
        f"window such as {EXAMPLES}.",
        understood,
        works,
    )


def _values(
    rule: RuleCard, texts: Mapping[str, str], spec: WindowSpec | None
) -> dict[str, ParameterValue]:
    values: dict[str, ParameterValue] = {}
    for parameter in rule.parameters:
        text = texts.get(parameter.name, parameter.default)
        if text is None:
            raise _missing(parameter, rule, texts, spec)
        try:
            values[parameter.name] = read_value(parameter.type, text, parameter.choices)
        except BotError as error:
            raise QuestionError(
                f"`{parameter.name}`: {error}",
                _so_far(rule, {n: t for n, t in texts.items() if n != parameter.name}, spec),
                _working(rule, texts, spec),
            ) from error
    return values


def _missing(
    parameter: RuleParameter, rule: RuleCard, texts: Mapping[str, str], spec: WindowSpec | None
) -> QuestionError:
    about = f" ({parameter.help})" if parameter.help else ""
    also = ""
    if spec is not None:
        also = f" I read `{spec.text}` as the window; as a value it takes quotes."
    return QuestionError(
        f"`{parameter.name}`{about} is missing.{also}",
        _so_far(rule, texts, spec),
        _working(rule, texts, spec),
    )


def _working(rule: RuleCard, texts: Mapping[str, str], spec: WindowSpec | None) -> str:
    """A question that works: what was given where it can be read, else an example."""
    good: dict[str, str] = {}
    for parameter in rule.parameters:
        try:
            value = read_value(parameter.type, texts.get(parameter.name, ""), parameter.choices)
        except BotError:
            if parameter.required:
                good[parameter.name] = example_of(parameter)
        else:
            good[parameter.name] = value.text
    return command(rule, good, spec)


def _so_far(
    rule: RuleCard, texts: Mapping[str, str] | None = None, spec: WindowSpec | None = None
) -> str:
    """What was understood: `rule s3-writes, bucket my-bucket, window 24h`."""
    parts = [f"rule `{rule.id}`"]
    parts += [f"{name} {quoted(text)}" for name, text in (texts or {}).items()]
    if spec is not None:
        parts.append(f"window `{spec.text}`")
    return ", ".join(parts)

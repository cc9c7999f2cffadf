"""The pruned botocore makes the same requests, and reads the same answers, as the whole one."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import botocore
import botocore.session
import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.utils import ArgumentGenerator

from bot.cli.packing.services import SERVICES, SHARED, prune, pruned_model, used
from bot.errors import BotError

DATA = Path(botocore.__file__).parent / "data"

CALLS = {
    "dynamodb": ("get_item", "put_item", "update_item", "delete_item", "query"),
    "logs": ("start_query", "get_query_results", "stop_query", "get_log_record"),
    "sqs": ("send_message",),
    "ssm": ("get_parameters",),
    "sts": ("assume_role",),
}


def trees(text: str) -> dict[str, ast.Module]:
    return {"bot.some": ast.parse(text)}


def laid_out(folder: Path, services=(*SERVICES, "ec2")) -> Path:
    for service in services:
        shutil.copytree(DATA / service, folder / "botocore/data" / service)
    for file in DATA.glob("*.json"):
        shutil.copy(file, folder / "botocore/data")
    (folder / "botocore/data/unknown.json").write_text("{}")
    (folder / "boto3/data/sqs").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def pruned(tmp_path_factory) -> Path:
    folder = laid_out(tmp_path_factory.mktemp("pruned"))
    words = {service: frozenset(calls) for service, calls in CALLS.items()}
    kept = prune(folder, words)
    assert {service: {xform_name(name) for name in names} for service, names in kept.items()} == {
        service: set(calls) for service, calls in CALLS.items()
    }
    return folder / "botocore/data"


def client(service: str, *data: Path):
    session = botocore.session.Session()
    loader = Loader(
        extra_search_paths=[str(path) for path in data], include_default_search_paths=False
    )
    session.register_component("data_loader", loader)
    session.set_credentials("made-up", "made-up")
    return session.create_client(service, "eu-west-1", endpoint_url="http://127.0.0.1:9")


def asked(made, call: str) -> dict[str, object]:
    """What a call with every argument would send."""
    shape = made.meta.service_model.operation_model(
        made.meta.method_to_api_mapping[call]
    ).input_shape
    arguments = ArgumentGenerator(use_member_names=True).generate_skeleton(shape)
    seen = {}

    def stop(request, **_):
        seen.update(method=request.method, url=request.url, body=request.body)
        raise InterruptedError

    made.meta.events.register("before-send", stop)
    # What the skeleton leaves out of a limit does not concern us: both must do the same with it.
    with pytest.raises(InterruptedError):
        getattr(made, call)(**_valid(arguments))
    made.meta.events.unregister("before-send", stop)
    return seen


def _valid(value):
    """The skeleton with texts long enough for any limit, and one kind of AttributeValue."""
    if isinstance(value, dict):
        if "NS" in value and "BOOL" in value:
            return {"S": "text"}
        return {key: _valid(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_valid(inner) for inner in value]
    if value is None:
        return b"bytes"
    return "a-text-of-twenty-characters" if isinstance(value, str) else 900 if value == 0 else value


@pytest.mark.parametrize(("service", "call"), [(s, c) for s, calls in CALLS.items() for c in calls])
def test_a_call_sends_what_it_would_with_the_whole_botocore(pruned, service, call):
    ours, whole = client(service, pruned), client(service, DATA)

    sent = asked(ours, call)

    assert sent["body"]
    assert sent == asked(whole, call)
    ours.close()
    whole.close()


def shape_of(shape, seen=()) -> object:
    """A shape as nested plain values, without documentation; recursion ends at its name."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    seen = (*seen, shape.name)
    inner = {}
    if shape.type_name == "structure":
        inner = {name: shape_of(member, seen) for name, member in shape.members.items()}
    elif shape.type_name == "list":
        inner = {"member": shape_of(shape.member, seen)}
    elif shape.type_name == "map":
        inner = {"key": shape_of(shape.key, seen), "value": shape_of(shape.value, seen)}
    return shape.name, shape.type_name, shape.serialization, shape.metadata, inner


@pytest.mark.parametrize(("service", "call"), [(s, c) for s, calls in CALLS.items() for c in calls])
def test_answers_and_errors_are_read_as_with_the_whole_botocore(pruned, service, call):
    def model(*paths):
        loader = Loader(
            extra_search_paths=[str(p) for p in paths], include_default_search_paths=False
        )
        whole = ServiceModel(loader.load_service_model(service, "service-2"), service)
        name = next(name for name in whole.operation_names if xform_name(name) == call)
        return whole.operation_model(name)

    ours, whole = model(pruned), model(DATA)

    assert shape_of(ours.output_shape) == shape_of(whole.output_shape)
    assert [shape_of(error) for error in ours.error_shapes] == [
        shape_of(error) for error in whole.error_shapes
    ]


def test_other_services_versions_and_files_are_gone(pruned):
    assert sorted(path.name for path in pruned.iterdir()) == sorted([*SERVICES, *SHARED])
    assert [path.name for path in (pruned / "dynamodb").iterdir()] == ["2012-08-10"]
    assert sorted(path.name for path in (pruned / "logs").glob("*/*")) == [
        "endpoint-rule-set-1.json.gz",
        "service-2.json",
    ]
    assert not (pruned.parents[1] / "boto3/data").exists()


def test_what_is_left_is_small(pruned):
    assert sum(path.stat().st_size for path in pruned.rglob("service-2.json")) < 200_000
    assert b'"documentation"' not in (pruned / "sqs/2012-11-05/service-2.json").read_bytes()


def test_paginators_stay_where_they_are_asked_for(tmp_path):
    folder = laid_out(tmp_path, ("logs",))

    prune(folder, {"logs": frozenset({"get_paginator", "describe_log_groups"})})

    assert list(folder.glob("botocore/data/logs/*/paginators-1.json"))


def test_an_operation_is_named_by_attribute_by_word_or_by_its_own_name():
    text = "boto3.client('logs').start_query\ngetattr(c, 'stop_query')\nmodel('GetQueryResults')"
    model = Loader().load_service_model("logs", "service-2")

    found = pruned_model(model, used(trees(text))["logs"])

    assert list(found["operations"]) == ["GetQueryResults", "StartQuery", "StopQuery"]


def test_a_member_that_is_called_documentation_stays():
    model = {
        "operations": {"Read": {"input": {"shape": "In"}, "documentation": "words"}},
        "shapes": {
            "In": {"type": "structure", "members": {"documentation": {"shape": "Text"}}},
            "Text": {"type": "string", "documentation": "words"},
            "Other": {"type": "string"},
        },
    }

    assert pruned_model(model, frozenset({"read"})) == {
        "operations": {"Read": {"input": {"shape": "In"}}},
        "shapes": {
            "In": {"type": "structure", "members": {"documentation": {"shape": "Text"}}},
            "Text": {"type": "string"},
        },
    }


def test_a_service_that_the_code_does_not_name_is_left_out(tmp_path):
    assert used(trees("client('sqs').send_message(QueueUrl=url)")).keys() == {"sqs"}
    assert prune(tmp_path, {}) == {}


@pytest.mark.parametrize(
    "call",
    ["boto3.client('ec2')", "session.create_client('ec2', region)", "make_client('ec2', region)"],
)
def test_a_client_of_another_service_is_an_error_that_says_what_to_do(call):
    with pytest.raises(BotError, match=r"bot.some:2 makes a client of ec2: add it to SERVICES"):
        used(trees("\n" + call))


def test_a_boto3_resource_is_refused():
    with pytest.raises(BotError, match=r"bot.some:1: boto3 resources are not packaged"):
        used(trees("boto3.resource('dynamodb')"))

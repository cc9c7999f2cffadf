"""Clients that are made once and know how patient to be."""

import pytest
from botocore.exceptions import EndpointConnectionError

from bot.aws import clients
from bot.aws.clients import make_client, new_session


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


def test_a_client_speaks_to_the_endpoint_of_the_surroundings(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    client = make_client("dynamodb", "eu-west-1", tries=1)
    assert client.meta.endpoint_url == "http://127.0.0.1:1"
    with pytest.raises(EndpointConnectionError):
        client.get_item(TableName="t", Key={"pk": {"S": "k"}})


def test_an_endpoint_that_is_named_counts_more(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    client = make_client("sqs", "eu-west-1", endpoint_url="http://127.0.0.1:2")
    assert client.meta.endpoint_url == "http://127.0.0.1:2"
    assert client.meta.config.retries == {"mode": "standard", "total_max_attempts": 3}


def test_clients_that_share_a_session_make_no_other(monkeypatch):
    session = new_session()
    monkeypatch.setattr(clients, "Session", None)
    made = [make_client(name, "eu-west-1", session=session) for name in ("sqs", "dynamodb")]
    assert [client.meta.service_model.service_name for client in made] == ["sqs", "dynamodb"]
    with pytest.raises(TypeError):
        make_client("sqs", "eu-west-1")

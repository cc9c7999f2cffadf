"""What is kept, and who is told when the bot is ill."""

from __future__ import annotations

from tests.aws.template.reading import check, names, of

LIMITS = {
    ("AWS::Lambda::Function", "FunctionName"): 64,
    ("AWS::SQS::Queue", "QueueName"): 80,
    ("AWS::SNS::Topic", "TopicName"): 256,
    ("AWS::Scheduler::Schedule", "Name"): 64,
    ("AWS::Events::Rule", "Name"): 64,
    ("AWS::CloudWatch::Alarm", "AlarmName"): 255,
    ("AWS::Logs::LogGroup", "LogGroupName"): 512,
    ("AWS::IAM::Role", "RoleName"): 64,
    ("AWS::DynamoDB::Table", "TableName"): 255,
}
"""How long names may be, from the API reference of each service."""


@check
def the_table_outlives_mistakes(template):
    faults = []
    for name, table in of(template, "AWS::DynamoDB::Table").items():
        resource = template["Resources"][name]
        kept = (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        if kept != ("Retain", "Retain"):
            faults.append(f"{name} goes with the stack")
        if not table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            faults.append(f"{name} has no point-in-time recovery")
        if table.get("TimeToLiveSpecification") != {"AttributeName": "expires", "Enabled": True}:
            faults.append(f"{name} forgets nothing")
        if not table.get("SSESpecification", {}).get("SSEEnabled"):
            faults.append(f"{name} is not encrypted")
        if "DeletionProtectionEnabled" not in table:
            faults.append(f"{name} cannot be protected")
        if table.get("BillingMode") != "PAY_PER_REQUEST":
            faults.append(f"{name} has a fixed capacity")
        if "TableName" in table:
            faults.append(
                f"{name} has a fixed name: it could neither be replaced nor deployed anew"
            )
    return faults


@check
def the_table_has_the_keys_that_the_store_asks_by(template):
    wanted = {None: [("pk", "HASH")], "list1": [("l1", "HASH"), ("s1", "RANGE")],
              "list2": [("l2", "HASH"), ("s2", "RANGE")]}  # fmt: skip
    faults = []
    for name, table in of(template, "AWS::DynamoDB::Table").items():
        kinds = {
            each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]
        }
        indexes = table.get("GlobalSecondaryIndexes", [])
        found = {None: table["KeySchema"]} | {
            each["IndexName"]: each["KeySchema"] for each in indexes
        }
        keys = {
            index: [(key["AttributeName"], key["KeyType"]) for key in schema]
            for index, schema in found.items()
        }
        if keys != wanted or set(kinds.values()) != {"S"}:
            faults.append(f"{name} has other keys: {keys}")
        if any(each["Projection"] != {"ProjectionType": "ALL"} for each in indexes):
            faults.append(f"{name}: an index leaves attributes out")
    return faults


@check
def each_alarm_is_told_and_what_missing_data_means_is_said(template):
    topics = of(template, "AWS::SNS::Topic").keys()
    faults = []
    for name, alarm in of(template, "AWS::CloudWatch::Alarm").items():
        silent = (
            kind for kind in ("AlarmActions", "OKActions") if not names(alarm.get(kind)) & topics
        )
        faults += [f"{name}: nobody is told ({kind})" for kind in silent]
        missing = "breaching" if alarm["MetricName"] == "Ticks" else "notBreaching"
        if alarm.get("TreatMissingData") != missing:
            faults.append(f"{name}: missing data is {alarm.get('TreatMissingData')}, not {missing}")
    return faults


@check
def what_can_go_wrong_has_an_alarm(template):
    watched = {
        (alarm["MetricName"], name)
        for alarm in of(template, "AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Dimensions"]
        for name in names(dimension["Value"]) or {dimension["Value"]}
    }
    queues = of(template, "AWS::SQS::Queue")
    functions = of(template, "AWS::Lambda::Function")
    (stage,) = {each["Environment"]["Variables"].get("SIEM_STAGE") for each in functions.values()}
    wanted = {("Ticks", stage)}
    wanted |= {
        ("ApproximateAgeOfOldestMessage" if "RedrivePolicy" in queue
         else "ApproximateNumberOfMessagesVisible", name)
        for name, queue in queues.items()
    }  # fmt: skip
    wanted |= {(metric, name) for metric in ("Errors", "Throttles") for name in functions}
    return [f"no alarm for {metric} of {name}" for metric, name in sorted(wanted - watched)]


@check
def every_name_is_as_short_as_aws_wants_it(template):
    faults = []
    for (kind, key), most in LIMITS.items():
        for name, properties in of(template, kind).items():
            if isinstance(value := properties.get(key), str) and len(value) > most:
                faults.append(f"{name}: {value} is longer than {most}")
    return faults

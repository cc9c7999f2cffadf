"""The operations of CloudWatch Logs that exist here, each a row.

Requests have been checked against AWS's model (`requests.read_request`); what the model does not
say is checked by the operation. Where behaviour is imitated, the API reference's page of the same
name is the source. docs/local-cloudwatch.md says what is not imitated.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.local.cloudwatch.definition_operations import (
    delete_query_definition,
    describe_query_definitions,
    put_query_definition,
)
from bot.local.cloudwatch.event_operations import (
    filter_log_events,
    get_log_events,
    get_log_group_fields,
)
from bot.local.cloudwatch.group_operations import (
    create_log_group,
    delete_log_group,
    delete_retention_policy,
    describe_log_groups,
    list_log_groups,
    list_tags_for_resource,
    list_tags_log_group,
    put_deletion_protection,
    put_retention_policy,
    tag_log_group,
    tag_resource,
    untag_log_group,
    untag_resource,
)
from bot.local.cloudwatch.here import Operation
from bot.local.cloudwatch.lookup_operations import (
    create_lookup_table,
    delete_lookup_table,
    describe_lookup_tables,
    get_lookup_table,
    update_lookup_table,
)
from bot.local.cloudwatch.query_operations import (
    describe_queries,
    get_log_record,
    list_log_groups_for_query,
    query_results,
    stop_query,
)
from bot.local.cloudwatch.start import start_query
from bot.local.cloudwatch.stream_operations import (
    create_log_stream,
    delete_log_stream,
    describe_log_streams,
    put_events,
)

OPERATIONS: Mapping[str, Operation] = {
    "StartQuery": start_query,
    "GetQueryResults": query_results,
    "StopQuery": stop_query,
    "DescribeQueries": describe_queries,
    "ListLogGroupsForQuery": list_log_groups_for_query,
    "GetLogRecord": get_log_record,
    "PutQueryDefinition": put_query_definition,
    "DescribeQueryDefinitions": describe_query_definitions,
    "DeleteQueryDefinition": delete_query_definition,
    "FilterLogEvents": filter_log_events,
    "GetLogEvents": get_log_events,
    "GetLogGroupFields": get_log_group_fields,
    "PutLogEvents": put_events,
    "CreateLogGroup": create_log_group,
    "DescribeLogGroups": describe_log_groups,
    "ListLogGroups": list_log_groups,
    "DeleteLogGroup": delete_log_group,
    "PutLogGroupDeletionProtection": put_deletion_protection,
    "PutRetentionPolicy": put_retention_policy,
    "DeleteRetentionPolicy": delete_retention_policy,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
    "TagLogGroup": tag_log_group,
    "UntagLogGroup": untag_log_group,
    "ListTagsLogGroup": list_tags_log_group,
    "CreateLogStream": create_log_stream,
    "DescribeLogStreams": describe_log_streams,
    "DeleteLogStream": delete_log_stream,
    "CreateLookupTable": create_lookup_table,
    "UpdateLookupTable": update_lookup_table,
    "GetLookupTable": get_lookup_table,
    "DescribeLookupTables": describe_lookup_tables,
    "DeleteLookupTable": delete_lookup_table,
}
"""What exists here, by the name in `X-Amz-Target`."""

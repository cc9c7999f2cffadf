// Which log groups the worker may search: the parameter `logGroups` as ARNs for its role.
//
// A name means a group of this account and region; an ARN means that group, such as one that
// another account shares with this one. StartQuery is granted on both forms of each: AWS writes
// policies with `:*` behind the name, and takes requests without (Actions, resources, and condition
// keys for Amazon CloudWatch Logs).
"use strict";

const NAME = /^[\w./#*-]{1,512}$/; // CreateLogGroup, logGroupName; * stands for any text
const ARN = /^arn:[\w-]+:logs:[\w*-]+:(\d{12}|\*):log-group:[\w./#*-]{1,512}$/;

function arns(groups) {
  const names = (Array.isArray(groups) ? groups : String(groups).split(","))
    .map((name) => String(name).trim())
    .filter((name) => name !== "");
  if (names.length === 0) {
    throw new Error("logGroups is empty: name the log groups that the rules search.");
  }
  return names.flatMap((name) => {
    const arn = name.replace(/:\*$/, "");
    if (ARN.test(arn)) return [arn, `${arn}:*`];
    if (!NAME.test(name)) {
      throw new Error(`logGroups: ${JSON.stringify(name)} is neither a log group's name nor its ARN.`);
    }
    if (/^\*+$/.test(name)) {
      throw new Error("logGroups: * is every log group there is; name those that the rules search.");
    }
    const here = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:" + name;
    return [{ "Fn::Sub": here }, { "Fn::Sub": `${here}:*` }];
  });
}

module.exports = async ({ resolveVariable }) => arns(await resolveVariable("param:logGroups"));

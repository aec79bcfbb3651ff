// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/accessrulejson.h"

#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 255;
constexpr int longestPath = 128; // as Keystone's
constexpr int mostRules = 100; // of one credential: each request is held against all

AccessRule ruleFrom(JsonReader &json)
{
    AccessRule rule;
    if (const auto id = json.optionalText("id"_L1, longestName)) {
        rule.id = AccessRuleId::stored(*id);
        return rule;
    }
    rule.service = json.text("service"_L1, longestName);
    rule.method = json.text("method"_L1, longestName);
    rule.path = json.text("path"_L1, longestPath);
    if (!rule.path.startsWith(u'/'))
        json.fail("path"_L1, u"must begin with a slash."_s);
    static const QStringList methods { u"GET"_s, u"HEAD"_s, u"POST"_s, u"PUT"_s, u"PATCH"_s, u"DELETE"_s,
        u"COPY"_s, u"OPTIONS"_s };
    if (!methods.contains(rule.method))
        json.fail("method"_L1, u"must be a method of HTTP, in capitals."_s);
    return rule;
}

} // namespace

AccessRules accessRulesFrom(JsonReader &credential)
{
    AccessRules rules;
    const auto list = credential.optionalArray("access_rules"_L1, mostRules);
    if (!list)
        return rules;
    // A credential for nothing at all is as good as none; one for everything would be the opposite of asked.
    if (list->isEmpty())
        credential.fail("access_rules"_L1, u"must not be empty."_s);
    for (qsizetype i = 0; i < list->size(); ++i) {
        JsonReader entry(
            list->at(i).toObject(), u"%1[%2]"_s.arg(credential.pathOf("access_rules"_L1)).arg(i));
        rules.append(ruleFrom(entry));
        credential.adopt(entry);
    }
    return rules;
}

void writeAccessRule(JsonWriter &json, const AccessRule &rule)
{
    json.beginObject();
    json.member("id", rule.id.text()).member("service", rule.service);
    json.member("method", rule.method).member("path", rule.path);
    json.endObject();
}

} // namespace nephele

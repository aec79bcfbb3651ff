// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/quota/quotajson.h"

#include "server/http/jsonwriter.h"

#include <limits>

namespace nephele {

namespace {

void writeProjectIndicators(JsonWriter &json, const QuotaLine &line)
{
    json.member("project_usage", line.projectUsage).member("project_limit", synnefoLimit(line.projectLimit));
    json.member("project_pending", line.projectPending);
}

void writeIndicators(JsonWriter &json, const QuotaLine &line)
{
    json.member("usage", line.usage).member("limit", synnefoLimit(line.limit));
    json.member("pending", line.pending);
    writeProjectIndicators(json, line);
}

void writeByProject(
    JsonWriter &json, const QList<QuotaLine> &lines, void (*write)(JsonWriter &, const QuotaLine &))
{
    json.beginObject();
    ProjectId project;
    for (const QuotaLine &line : lines) {
        if (line.project != project) {
            if (!project.isNull())
                json.endObject();
            json.key(line.project.text()).beginObject();
            project = line.project;
        }
        json.key(line.resource).beginObject();
        write(json, line);
        json.endObject();
    }
    if (!project.isNull())
        json.endObject();
    json.endObject();
}

} // namespace

qint64 synnefoLimit(qint64 limit)
{
    return limit < 0 ? std::numeric_limits<qint64>::max() : limit;
}

QByteArray resourcesJson(const QList<QuotaResource> &resources)
{
    JsonWriter json(2048);
    json.beginObject();
    for (const QuotaResource &resource : resources) {
        if (!resource.isApiVisible)
            continue;
        json.key(resource.name).beginObject();
        if (resource.unit.isEmpty())
            json.nullMember("unit");
        else
            json.member("unit", resource.unit);
        json.member("description", resource.description).member("service", resource.service);
        json.member("ui_visible", resource.isUiVisible).member("api_visible", true);
        json.member("allow_in_projects", true).endObject();
    }
    json.endObject();
    return std::move(json).bytes();
}

QByteArray quotasJson(const QList<QuotaLine> &lines)
{
    JsonWriter json(256 * (lines.size() + 1));
    writeByProject(json, lines, &writeIndicators);
    return std::move(json).bytes();
}

QByteArray serviceQuotasJson(const QList<QuotaService::UserQuotas> &quotas)
{
    JsonWriter json(4096);
    json.beginObject();
    for (const auto &[user, lines] : quotas)
        writeByProject(json.key(user.text()), lines, &writeIndicators);
    json.endObject();
    return std::move(json).bytes();
}

QByteArray serviceProjectQuotasJson(const QList<QuotaLine> &lines)
{
    JsonWriter json(128 * (lines.size() + 1));
    writeByProject(json, lines, &writeProjectIndicators);
    return std::move(json).bytes();
}

} // namespace nephele

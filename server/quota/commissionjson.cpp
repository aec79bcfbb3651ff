// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/quota/commissionjson.h"

#include "model/base/clock.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"
#include "server/quota/quotajson.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;
using Decision = CommissionStore::Decision;
using Reason = CommissionRefusal::Reason;

constexpr int longestName = 255;
constexpr int mostProvisions = 1000;

// "user:<uuid>" without its first word; empty when it has another.
QString afterWord(const QString &text, QLatin1StringView word)
{
    return text.startsWith(word + u':') ? text.mid(word.size() + 1) : QString();
}

std::optional<ProjectId> projectFrom(JsonReader &json, QLatin1StringView key, const QString &text)
{
    const auto project = ProjectId::fromText(afterWord(text, "project"_L1));
    if (!project)
        json.fail(key, u"must be project:<uuid>."_s);
    return project;
}

QuotaHolding holdingFrom(JsonReader &json)
{
    QuotaHolding holding;
    const QString holder = json.text("holder"_L1, longestName);
    const auto user = UserId::fromText(afterWord(holder, "user"_L1));
    if (user) {
        holding.user = user;
        holding.project =
            projectFrom(json, "source"_L1, json.text("source"_L1, longestName)).value_or(ProjectId());
    } else if (holder.startsWith("user:"_L1)) {
        json.fail("holder"_L1, u"must be user:<uuid> or project:<uuid>."_s);
    } else {
        holding.project = projectFrom(json, "holder"_L1, holder).value_or(ProjectId());
        if (!json.has("source"_L1))
            json.fail("source"_L1, u"is missing; it must be null where a project holds."_s);
        else if (!json.isNull("source"_L1))
            json.fail("source"_L1, u"must be null where a project holds."_s);
    }
    holding.resource = json.text("resource"_L1, longestName);
    return holding;
}

QList<qint64> serialsFrom(JsonReader &json, QLatin1StringView key)
{
    QList<qint64> serials;
    for (const QJsonValue &entry :
        json.optionalArray(key, 1000, JsonReader::Null::Refused).value_or(QJsonArray())) {
        const qint64 serial = entry.toInteger(-1);
        if (serial < 0 || QJsonValue(serial) != entry)
            json.fail(key, u"every entry must be a serial."_s);
        serials.append(serial);
    }
    return serials;
}

void writeProvision(JsonWriter &json, const Provision &provision)
{
    const QString project = u"project:"_s + provision.holding.project.text();
    json.beginObject();
    if (provision.holding.user)
        json.member("holder", u"user:"_s + provision.holding.user->text()).member("source", project);
    else
        json.member("holder", project).nullMember("source");
    json.member("resource", provision.holding.resource).member("quantity", provision.quantity).endObject();
}

void writeSerials(JsonWriter &json, const QList<qint64> &serials)
{
    json.beginArray();
    for (const qint64 serial : serials)
        json.value(serial);
    json.endArray();
}

void writeFailure(JsonWriter &json, qint64 serial, const char *fault, int code, const QString &message)
{
    json.beginArray().value(serial).beginObject().key(fault).beginObject();
    json.member("code", code).member("message", message).endObject().endObject().endArray();
}

Response faultReply(int status, JsonWriter json)
{
    Response response = Response::json(status, std::move(json).bytes());
    response.headers.set("Content-Type", "application/json; charset=UTF-8");
    return response;
}

QString refusalMessage(const CommissionRefusal &refusal)
{
    const QString &resource = refusal.provision.holding.resource;
    switch (refusal.reason) {
    case Reason::NoHolding:
        return u"There is no such holding of %1."_s.arg(resource);
    case Reason::NoQuantity:
        return u"There is not so much of %1 to give back: %2 in use."_s.arg(resource).arg(refusal.usage);
    case Reason::NoCapacity:
        break;
    }
    return u"The limit for %1 does not allow this: %2 of %3 in use, %4 more asked for."_s.arg(resource)
        .arg(refusal.usage)
        .arg(refusal.limit)
        .arg(refusal.provision.quantity);
}

} // namespace

Result<NewCommission> newCommissionFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    JsonReader json(*object, {});
    NewCommission wanted;
    wanted.isForced = json.optionalFlag("force"_L1, JsonReader::Null::Refused).value_or(false);
    wanted.isAccepted = json.optionalFlag("auto_accept"_L1, JsonReader::Null::Refused).value_or(false);
    wanted.name = json.optionalText("name"_L1, longestName, JsonReader::Null::Refused).value_or(QString());
    const QJsonArray provisions = json.array("provisions"_L1, mostProvisions);
    for (qsizetype i = 0; i < provisions.size(); ++i) {
        if (!provisions.at(i).isObject()) {
            json.fail("provisions"_L1, u"every entry must be an object."_s);
            break;
        }
        JsonReader entry(provisions.at(i).toObject(), u"provisions[%1]"_s.arg(i));
        const QuotaHolding holding = holdingFrom(entry);
        wanted.provisions.append({ holding, entry.integer("quantity"_L1, -mostProvided, mostProvided) });
        json.adopt(entry);
    }
    if (const auto wrong = json.failure())
        return *wrong;
    return wanted;
}

Result<Decision> decisionFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    if (object->contains("accept"_L1) == object->contains("reject"_L1))
        return invalid(u"Give accept or reject, one of them."_s);
    return object->contains("accept"_L1) ? Decision::Accept : Decision::Reject;
}

Result<DecisionLists> decisionListsFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    JsonReader json(*object, {});
    DecisionLists lists { serialsFrom(json, "accept"_L1), serialsFrom(json, "reject"_L1) };
    if (const auto wrong = json.failure())
        return *wrong;
    return lists;
}

QByteArray issuedCommissionJson(qint64 serial)
{
    JsonWriter json;
    json.beginObject().member("serial", serial).endObject();
    return std::move(json).bytes();
}

QByteArray serialsJson(const QList<qint64> &serials)
{
    JsonWriter json(16 * (serials.size() + 1));
    writeSerials(json, serials);
    return std::move(json).bytes();
}

QByteArray commissionJson(const Commission &commission)
{
    JsonWriter json(256 * (commission.provisions.size() + 1));
    json.beginObject().member("serial", commission.serial);
    json.member("issue_time", isoOffset(commission.issuedAtMs)).member("name", commission.name);
    json.key("provisions").beginArray();
    for (const Provision &provision : commission.provisions)
        writeProvision(json, provision);
    json.endArray().endObject();
    return std::move(json).bytes();
}

QByteArray decidedJson(const QuotaService::Decided &decided)
{
    JsonWriter json(1024);
    json.beginObject();
    writeSerials(json.key("accepted"), decided.accepted);
    writeSerials(json.key("rejected"), decided.rejected);
    json.key("failed").beginArray();
    for (const qint64 serial : decided.unknown)
        writeFailure(json, serial, "itemNotFound", 404, u"There is no open commission %1."_s.arg(serial));
    for (const qint64 serial : decided.contradicting)
        writeFailure(json, serial, "badRequest", 400,
            u"Commission %1 is to be both accepted and rejected."_s.arg(serial));
    json.endArray().endObject();
    return std::move(json).bytes();
}

Response commissionFault(const CommissionRefusal &refusal)
{
    const bool isUnknown = refusal.reason == Reason::NoHolding;
    const int status = isUnknown ? 404 : 413;
    JsonWriter json;
    json.beginObject().key(isUnknown ? "itemNotFound" : "overLimit").beginObject();
    json.member("message", refusalMessage(refusal)).member("code", status);
    json.key("data").beginObject();
    writeProvision(json.key("provision"), refusal.provision);
    if (isUnknown) {
        json.member("name", "NoHoldingError");
    } else {
        json.member("name", refusal.reason == Reason::NoQuantity ? "NoQuantityError" : "NoCapacityError");
        json.member("limit", synnefoLimit(refusal.limit)).member("usage", refusal.usage);
    }
    json.endObject().endObject().endObject();
    return faultReply(status, std::move(json));
}

Response commissionFault(const Error &invalid)
{
    JsonWriter json;
    json.beginObject().key("badRequest").beginObject();
    json.member("message", invalid.message).member("code", 400).endObject().endObject();
    return faultReply(400, std::move(json));
}

} // namespace nephele

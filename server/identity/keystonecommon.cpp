// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/keystonecommon.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int mostExtras = 50;
constexpr int longestExtra = 4096;

// One JSON value as text: QJsonDocument takes arrays and objects only, so it goes in an array.
QByteArray compact(const QJsonValue &value)
{
    const QByteArray array = QJsonDocument(QJsonArray { value }).toJson(QJsonDocument::Compact);
    return array.mid(1, array.size() - 2);
}

} // namespace

void writeSelfLink(JsonWriter &json, const QByteArray &url)
{
    json.key("links").beginObject().member("self", url).endObject();
}

void writeListLinks(JsonWriter &json, const QByteArray &url)
{
    json.key("links").beginObject();
    json.nullMember("next").member("self", url).nullMember("previous");
    json.endObject();
}

Extras extrasFromJson(JsonReader &json, const QStringList &known)
{
    Extras extras;
    const QJsonObject object = json.json();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (known.contains(it.key()) || it.key() == "links"_L1)
            continue;
        const QByteArray value = compact(it.value());
        const QByteArray name = it.key().toUtf8();
        if (name.size() > longestKeystoneName || value.size() > longestExtra || it.key().contains(QChar(0)))
            json.fail(QLatin1StringView(name.left(60)), u"is too long."_s);
        else
            extras.insert(it.key(), value);
    }
    if (extras.size() > mostExtras)
        json.fail(QLatin1StringView(), u"has more than %1 members of your own."_s.arg(mostExtras));
    return extras;
}

void writeExtras(JsonWriter &json, const Extras &extras)
{
    for (auto it = extras.cbegin(); it != extras.cend(); ++it)
        json.key(it.key()).raw(it.value());
}

std::optional<bool> flagFromQuery(const Request &request, QLatin1StringView name)
{
    const auto text = request.query(name);
    if (!text)
        return std::nullopt;
    static const QStringList no { u"0"_s, u"f"_s, u"false"_s, u"n"_s, u"no"_s, u"off"_s };
    return !no.contains(text->toLower());
}

Result<int> limitFromQuery(const Request &request)
{
    const auto text = request.query("limit"_L1);
    if (!text)
        return 1000;
    bool isNumber = false;
    const int limit = text->toInt(&isNumber);
    if (!isNumber || limit < 1)
        return invalid(u"limit: must be a number above zero."_s);
    return std::min(limit, 1000);
}

} // namespace nephele

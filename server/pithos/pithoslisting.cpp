// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/pithos/pithoslisting.h"

#include "model/base/clock.h"
#include "server/http/jsonwriter.h"
#include "server/http/xmlwriter.h"
#include "server/pithos/pithosheaders.h"
#include "server/pithos/pithossharing.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int mostMetaTerms = 16;

void finish(Response &response, ReplyFormat format, QByteArray body)
{
    response.headers.set("Content-Type", pithosContentType(format));
    response.status = format == ReplyFormat::Text && body.isEmpty() ? 204 : 200;
    response.body = std::move(body);
}

// Clients cut the document at blanks and look at its fifth word.
QByteArray asDocument(XmlWriter &xml)
{
    QByteArray bytes = xml.bytes();
    if (const qsizetype end = bytes.indexOf("?>"); end >= 0)
        bytes.insert(end + 2, "\n\n");
    return bytes;
}

// An item: named values in order, written as JSON or XML alike.
struct Item
{
    struct Field
    {
        const char *name;
        std::variant<qint64, QByteArray> value;
    };
    QList<Field> fields;

    void add(const char *name, qint64 number) { fields.append({ name, number }); }
    void add(const char *name, const QByteArray &text) { fields.append({ name, text }); }
    void add(const char *name, const QString &text) { fields.append({ name, text.toUtf8() }); }
};

void write(JsonWriter &json, const Item &item)
{
    for (const Item::Field &field : item.fields) {
        if (const auto *number = std::get_if<qint64>(&field.value))
            json.member(field.name, *number);
        else
            json.member(field.name, std::get<QByteArray>(field.value));
    }
}

void write(XmlWriter &xml, const Item &item)
{
    for (const Item::Field &field : item.fields) {
        const auto *number = std::get_if<qint64>(&field.value);
        xml.element(QLatin1StringView(field.name),
            number ? QString::number(*number) : QString::fromUtf8(std::get<QByteArray>(field.value)));
    }
}

Item itemOf(const FoundContainer &found, bool isWhole, const PithosPage &page)
{
    const ObjectContainer &container = found.container;
    Item item;
    item.add("name", container.name);
    if (isWhole) {
        item.add("count", container.objects);
        item.add("bytes", container.bytes);
    }
    item.add("last_modified", isoOffset(container.updatedAtMs));
    if (page.untilMs)
        item.add("x_container_until_timestamp", isoOffset(*page.untilMs));
    return item;
}

// Policies are pairs of their own.
QList<std::pair<QByteArray, QByteArray>> policiesOf(const FoundContainer &found)
{
    return { { "quota", found.quota.isEmpty() ? QByteArray("0") : found.quota.toLatin1() },
        { "versioning", found.container.versioning == Versioning::Auto ? "auto" : "none" },
        { "project", found.container.payer.utf8() } };
}

Item itemOf(const PithosLine &line, const PithosContainer &container, const QByteArray &baseUrl, bool isPast)
{
    const ObjectVersion &version = line.found.version;
    Item item;
    item.add("name", line.found.name);
    item.add("bytes", version.listedBytes());
    item.add("content_type", version.contentType);
    item.add("hash", version.etag);
    item.add("x_object_hash", line.found.root.toHex());
    item.add("x_object_uuid", version.object.text());
    item.add("x_object_version", version.number);
    item.add("x_object_version_timestamp", pithosTimestamp(version.validFromMs));
    item.add("x_object_modified_by", version.author.text());
    if (isPast)
        return item;
    item.add("last_modified", isoOffset(version.validFromMs));
    if (!line.sharing.isEmpty()) {
        const ObjectContainer &inside = container.container;
        item.add("x_object_sharing", sharingText(line.sharing));
        item.add("x_object_shared_by", inside.account.text() + u'/' + inside.name + u'/' + line.found.name);
    }
    if (line.allowedTo)
        item.add("x_object_allowed_to", allowedToText(*line.allowedTo));
    if (!line.publicId.isEmpty())
        item.add("x_object_public", publicUrl(baseUrl, line.publicId));
    return item;
}

std::optional<MetaQuery::Term> termOf(const QString &text)
{
    // Two signs before one of them.
    static const QList<std::pair<QString, MetaQuery::Compare>> signs {
        { u"!="_s, MetaQuery::Compare::Unequal },
        { u"<="_s, MetaQuery::Compare::AtMost },
        { u">="_s, MetaQuery::Compare::AtLeast },
        { u"="_s, MetaQuery::Compare::Equal },
        { u"<"_s, MetaQuery::Compare::Less },
        { u">"_s, MetaQuery::Compare::Greater },
    };
    std::optional<MetaQuery::Term> term;
    qsizetype first = text.size();
    for (const auto &[sign, compare] : signs) {
        const qsizetype at = text.indexOf(sign);
        if (at <= 0 || at >= first)
            continue;
        first = at;
        term = MetaQuery::Term { text.left(at).trimmed(), compare, text.mid(at + sign.size()).trimmed() };
    }
    return term;
}

QString metaName(const QString &name)
{
    return name.trimmed().toLower().replace(u'_', u'-');
}

} // namespace

PithosPage pithosPage(const PithosRequest &request)
{
    PithosPage page;
    const qint64 limit = pithosNumber(request, "limit"_L1).value_or(0);
    page.limit = limit > 0 && limit < PithosLimits::listing ? int(limit) : PithosLimits::listing;
    page.after = request.request.query("marker"_L1).value_or(QString());
    page.isShared = request.has("shared"_L1);
    page.isPublic = request.has("public"_L1);
    page.untilMs = request.untilMs;
    return page;
}

NamePage pithosNames(const PithosRequest &request, const PithosPage &page)
{
    const auto withoutSlash = [](QString text) {
        while (text.startsWith(u'/'))
            text.remove(0, 1);
        return text;
    };
    NamePage names;
    names.limit = page.limit;
    if (!page.after.isEmpty())
        names.after = page.after;
    names.folders = NamePage::Folders::RolledUnlessThere;
    names.delimiter = request.request.query("delimiter"_L1).value_or(QString());
    names.prefix = withoutSlash(request.request.query("prefix"_L1).value_or(QString()));
    if (const auto path = request.request.query("path"_L1)) {
        names.prefix = withoutSlash(*path);
        names.delimiter = u"/"_s;
        names.folders = NamePage::Folders::Hidden;
    }
    if (!names.delimiter.isEmpty() && !names.prefix.isEmpty() && !names.prefix.endsWith(names.delimiter))
        names.prefix += names.delimiter;
    return names;
}

Result<MetaQuery> pithosMetaQuery(const PithosRequest &request)
{
    MetaQuery query;
    const QStringList parts =
        request.request.query("meta"_L1).value_or(QString()).split(u',', Qt::SkipEmptyParts);
    if (parts.size() > mostMetaTerms)
        return invalid(u"meta: at most %1 terms are taken."_s.arg(mostMetaTerms));
    for (const QString &part : parts) {
        const QString text = part.trimmed();
        if (auto term = termOf(text)) {
            term->name = metaName(term->name);
            query.terms.append(*term);
        } else if (text.startsWith(u'!')) {
            query.noneOf.append(metaName(text.mid(1)));
        } else if (!text.isEmpty()) {
            query.anyOf.append(metaName(text));
        }
    }
    return query;
}

void writeAccounts(Response &response, ReplyFormat format, const QList<SharingAccount> &accounts)
{
    if (format == ReplyFormat::Text) {
        QByteArray text;
        for (const SharingAccount &account : accounts)
            text.append(account.id.utf8()).append('\n');
        finish(response, format, text);
        return;
    }
    if (format == ReplyFormat::Xml) {
        XmlWriter xml;
        xml.begin("accounts"_L1).text(u"\n"_s);
        for (const SharingAccount &account : accounts) {
            xml.begin("account"_L1).element("name"_L1, account.id.text());
            xml.element("last_modified"_L1, QString::fromLatin1(isoOffset(account.updatedAtMs))).end();
        }
        finish(response, format, asDocument(xml));
        return;
    }
    JsonWriter json;
    json.beginArray();
    for (const SharingAccount &account : accounts) {
        json.beginObject().member("name", account.id.text());
        json.member("last_modified", isoOffset(account.updatedAtMs)).endObject();
    }
    json.endArray();
    finish(response, format, std::move(json).bytes());
}

void writePithosContainers(Response &response, ReplyFormat format, const PithosAccount &account,
    const QList<FoundContainer> &containers, const PithosPage &page)
{
    if (format == ReplyFormat::Text) {
        QByteArray text;
        for (const FoundContainer &found : containers)
            text.append(found.container.name.toUtf8()).append('\n');
        finish(response, format, text);
        return;
    }
    if (format == ReplyFormat::Xml) {
        XmlWriter xml;
        xml.begin("account"_L1).attribute("name"_L1, account.account.id.text()).text(u"\n"_s);
        for (const FoundContainer &found : containers) {
            xml.begin("container"_L1);
            write(xml, itemOf(found, account.isWhole, page));
            if (account.isWhole) {
                xml.begin("x_container_policy"_L1);
                for (const auto &[key, value] : policiesOf(found))
                    xml.element("key"_L1, QString::fromLatin1(key))
                        .element("value"_L1, QString::fromLatin1(value));
                xml.end();
            }
            xml.end();
        }
        finish(response, format, asDocument(xml));
        return;
    }
    JsonWriter json(256 * containers.size() + 16);
    json.beginArray();
    for (const FoundContainer &found : containers) {
        json.beginObject();
        write(json, itemOf(found, account.isWhole, page));
        if (account.isWhole) {
            json.key("x_container_policy").beginObject();
            for (const auto &[key, value] : policiesOf(found))
                json.member(key, value);
            json.endObject();
        }
        json.endObject();
    }
    json.endArray();
    finish(response, format, std::move(json).bytes());
}

void writePithosObjects(Response &response, const PithosRequest &request, const PithosContainer &container,
    const QList<PithosLine> &lines, const PithosPage &page)
{
    const ReplyFormat format = pithosFormat(request, PithosReplies::Lists);
    const QByteArray &baseUrl = request.request.baseUrl;
    const bool isPast = page.untilMs.has_value();
    if (format == ReplyFormat::Text) {
        QByteArray text;
        for (const PithosLine &line : lines)
            text.append(line.found.name.toUtf8()).append('\n');
        finish(response, format, text);
        return;
    }
    if (format == ReplyFormat::Xml) {
        XmlWriter xml;
        xml.begin("container"_L1).attribute("name"_L1, container.container.name).text(u"\n"_s);
        for (const PithosLine &line : lines) {
            if (line.found.isFolder) {
                xml.begin("subdir"_L1).attribute("name"_L1, line.found.name).end();
                continue;
            }
            xml.begin("object"_L1);
            write(xml, itemOf(line, container, baseUrl, isPast));
            xml.end();
        }
        finish(response, format, asDocument(xml));
        return;
    }
    JsonWriter json(512 * lines.size() + 16);
    json.beginArray();
    for (const PithosLine &line : lines) {
        json.beginObject();
        if (line.found.isFolder)
            json.member("subdir", line.found.name);
        else
            write(json, itemOf(line, container, baseUrl, isPast));
        json.endObject();
    }
    json.endArray();
    finish(response, format, std::move(json).bytes());
}

void writeVersions(
    Response &response, ReplyFormat format, const QString &name, const QList<ObjectVersion> &versions)
{
    if (format == ReplyFormat::Xml) {
        XmlWriter xml;
        xml.begin("object"_L1).attribute("name"_L1, name).text(u"\n"_s);
        for (const ObjectVersion &version : versions) {
            xml.begin("version"_L1);
            xml.attribute("timestamp"_L1, QString::fromLatin1(pithosTimestamp(version.validFromMs)));
            xml.text(QString::number(version.number)).end();
        }
        finish(response, format, asDocument(xml));
        return;
    }
    JsonWriter json;
    json.beginObject().key("versions").beginArray();
    for (const ObjectVersion &version : versions)
        json.beginArray().value(version.number).value(pithosTimestamp(version.validFromMs)).endArray();
    json.endArray().endObject();
    finish(response, format, std::move(json).bytes());
}

} // namespace nephele

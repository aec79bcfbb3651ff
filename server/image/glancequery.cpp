// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/glancequery.h"

#include <QHash>
#include <QUrlQuery>

#include <functional>

namespace nephele {

namespace {

constexpr int usualLimit = 100;
constexpr int mostLimit = 1000;
constexpr int mostValues = 200; // in one "in:"
constexpr int mostSortKeys = 8;
constexpr int mostFilters = 64;

Error wrong(const QString &parameter, const char *why)
{
    return invalid(QStringLiteral("%1: %2").arg(parameter, QLatin1StringView(why)));
}

// "value", or "in:a,b,\"c,d\"".
Result<QStringList> valuesFrom(const QString &parameter, const QString &text)
{
    if (!text.startsWith(QLatin1StringView("in:")))
        return QStringList { text };
    QStringList values;
    QString value;
    bool isQuoted = false;
    for (const QChar c : text.mid(3)) {
        if (c == QLatin1Char('"')) {
            isQuoted = !isQuoted;
        } else if (c == QLatin1Char(',') && !isQuoted) {
            values.append(value);
            value.clear();
        } else {
            value.append(c);
        }
    }
    values.append(value);
    if (isQuoted)
        return wrong(parameter, "a quote is not closed.");
    if (values.size() > mostValues)
        return wrong(parameter, "too many values.");
    return values;
}

Result<bool> flagFrom(const QString &parameter, const QString &text)
{
    const QString lower = text.toLower();
    if (lower == QLatin1StringView("true") || lower == QLatin1StringView("1"))
        return true;
    if (lower == QLatin1StringView("false") || lower == QLatin1StringView("0"))
        return false;
    return wrong(parameter, "must be true or false.");
}

Result<qint64> numberFrom(const QString &parameter, const QString &text)
{
    bool ok = false;
    const qint64 number = text.toLongLong(&ok);
    if (!ok || number < 0)
        return wrong(parameter, "must be a number that is not negative.");
    return number;
}

Result<ImageSortKey> sortKeyFrom(const QString &parameter, const QString &text)
{
    static const QHash<QString, ImageSortKey> keys {
        { QStringLiteral("created_at"), ImageSortKey::CreatedAt },
        { QStringLiteral("updated_at"), ImageSortKey::UpdatedAt },
        { QStringLiteral("name"), ImageSortKey::Name },
        { QStringLiteral("status"), ImageSortKey::Status },
        { QStringLiteral("size"), ImageSortKey::Size },
        { QStringLiteral("disk_format"), ImageSortKey::DiskFormat },
        { QStringLiteral("container_format"), ImageSortKey::ContainerFormat },
        { QStringLiteral("id"), ImageSortKey::Id },
    };
    const auto key = keys.constFind(text);
    if (key == keys.cend())
        return wrong(parameter, "images cannot be sorted by this.");
    return *key;
}

Result<SortDirection> directionFrom(const QString &parameter, const QString &text)
{
    if (text == QLatin1StringView("asc"))
        return SortDirection::Ascending;
    if (text == QLatin1StringView("desc"))
        return SortDirection::Descending;
    return wrong(parameter, "must be asc or desc.");
}

// sort=name:asc,status or sort_key and sort_dir, each repeated; a lone sort_dir holds for every key.
Result<QList<ImageSort>> sortFrom(const Request &request)
{
    QStringList keys = request.queryAll(QLatin1StringView("sort_key"));
    QStringList directions = request.queryAll(QLatin1StringView("sort_dir"));
    if (const auto sort = request.query(QLatin1StringView("sort")); sort && !sort->isEmpty()) {
        if (!keys.isEmpty() || !directions.isEmpty())
            return wrong(QStringLiteral("sort"), "cannot stand beside sort_key and sort_dir.");
        for (const QString &part : sort->split(QLatin1Char(','))) {
            keys.append(part.section(QLatin1Char(':'), 0, 0));
            directions.append(
                part.contains(QLatin1Char(':')) ? part.section(QLatin1Char(':'), 1) : QStringLiteral("desc"));
        }
    }
    if (keys.isEmpty())
        keys.append(QStringLiteral("created_at"));
    if (keys.size() > mostSortKeys)
        return wrong(QStringLiteral("sort_key"), "too many keys.");
    if (directions.isEmpty())
        directions.append(QStringLiteral("desc"));
    if (directions.size() != 1 && directions.size() != keys.size())
        return wrong(QStringLiteral("sort_dir"), "give one, or one for each sort_key.");
    QList<ImageSort> sorts;
    for (qsizetype i = 0; i < keys.size(); ++i) {
        const auto key = sortKeyFrom(QStringLiteral("sort_key"), keys.at(i));
        if (!key)
            return key.error();
        const auto direction =
            directionFrom(QStringLiteral("sort_dir"), directions.at(directions.size() == 1 ? 0 : i));
        if (!direction)
            return direction.error();
        sorts.append({ *key, *direction });
    }
    return sorts;
}

using Read = std::function<Result<>(ImageFilter &, const QString &parameter, const QString &text)>;

Read textsInto(QStringList ImageFilter::*list)
{
    return [list](ImageFilter &filter, const QString &parameter, const QString &text) -> Result<> {
        const auto values = valuesFrom(parameter, text);
        if (!values)
            return values.error();
        filter.*list = *values;
        return {};
    };
}

template <class Number>
Read numberInto(std::optional<Number> ImageFilter::*field)
{
    return [field](ImageFilter &filter, const QString &parameter, const QString &text) -> Result<> {
        const auto number = numberFrom(parameter, text);
        if (!number)
            return number.error();
        filter.*field = *number;
        return {};
    };
}

Result<> readIds(ImageFilter &filter, const QString &parameter, const QString &text)
{
    const auto values = valuesFrom(parameter, text);
    if (!values)
        return values.error();
    // What is no id of ours is the id of nothing: it stays in the list, so that the list matches nothing.
    for (const QString &value : *values)
        filter.ids.append(ImageId::stored(value));
    return {};
}

Result<> readStatuses(ImageFilter &filter, const QString &parameter, const QString &text)
{
    const auto values = valuesFrom(parameter, text);
    if (!values)
        return values.error();
    for (const QString &value : *values) {
        const auto status = imageStatusFromText(value);
        if (!status)
            return wrong(parameter, "there is no such status.");
        filter.statuses.append(*status);
    }
    return {};
}

Result<> readVisibility(ImageFilter &filter, const QString &parameter, const QString &text)
{
    if (text == QLatin1StringView("all")) {
        filter.anyVisibility = true;
        return {};
    }
    filter.visibility = imageVisibilityFromText(text);
    if (!filter.visibility)
        return wrong(parameter, "must be public, community, shared, private or all.");
    return {};
}

Result<> readLimit(ImageFilter &filter, const QString &parameter, const QString &text)
{
    const auto limit = numberFrom(parameter, text);
    if (!limit)
        return limit.error();
    filter.limit = int(qMin<qint64>(*limit, mostLimit));
    return {};
}

Result<> readMarker(ImageFilter &filter, const QString &parameter, const QString &text)
{
    filter.marker = ImageId::fromText(text);
    if (!filter.marker)
        return wrong(parameter, "must be the id of an image.");
    return {};
}

Result<> readOwner(ImageFilter &filter, const QString &, const QString &text)
{
    filter.owner = ProjectId::stored(text);
    return {};
}

Result<> readTag(ImageFilter &filter, const QString &, const QString &text)
{
    filter.tags.append(text);
    return {};
}

Result<> readProtected(ImageFilter &filter, const QString &parameter, const QString &text)
{
    const auto flag = flagFrom(parameter, text);
    if (!flag)
        return flag.error();
    filter.isProtected = *flag;
    return {};
}

Result<> readHidden(ImageFilter &filter, const QString &parameter, const QString &text)
{
    const auto flag = flagFrom(parameter, text);
    if (!flag)
        return flag.error();
    filter.isHidden = *flag;
    return {};
}

Result<> readNothing(ImageFilter &, const QString &, const QString &)
{
    return {};
}

Result<> refuse(ImageFilter &, const QString &parameter, const QString &)
{
    return wrong(parameter, "images cannot be filtered by this here.");
}

const QHash<QString, Read> &readers()
{
    static const QHash<QString, Read> known {
        { QStringLiteral("id"), readIds },
        { QStringLiteral("name"), textsInto(&ImageFilter::names) },
        { QStringLiteral("disk_format"), textsInto(&ImageFilter::diskFormats) },
        { QStringLiteral("container_format"), textsInto(&ImageFilter::containerFormats) },
        { QStringLiteral("status"), readStatuses },
        { QStringLiteral("visibility"), readVisibility },
        { QStringLiteral("owner"), readOwner },
        { QStringLiteral("tag"), readTag },
        { QStringLiteral("protected"), readProtected },
        { QStringLiteral("os_hidden"), readHidden },
        { QStringLiteral("size_min"), numberInto(&ImageFilter::leastBytes) },
        { QStringLiteral("size_max"), numberInto(&ImageFilter::mostBytes) },
        { QStringLiteral("limit"), readLimit },
        { QStringLiteral("marker"), readMarker },
        // Images have no members here, so every shared one that is seen is the project's own.
        { QStringLiteral("member_status"), readNothing },
        { QStringLiteral("sort"), readNothing }, // sortFrom()
        { QStringLiteral("sort_key"), readNothing },
        { QStringLiteral("sort_dir"), readNothing },
        { QStringLiteral("created_at"), refuse },
        { QStringLiteral("updated_at"), refuse },
    };
    return known;
}

} // namespace

Result<ImageFilter> imageFilterFromQuery(const Request &request)
{
    ImageFilter filter;
    filter.limit = usualLimit;
    if (request.queryItems().size() > mostFilters)
        return invalid(QStringLiteral("The query has too many parameters."));
    for (const auto &[parameter, text] : request.queryItems()) {
        const auto reader = readers().constFind(parameter);
        if (reader == readers().cend()) {
            filter.properties.insert(parameter, text);
            continue;
        }
        if (const auto read = (*reader)(filter, parameter, text); !read)
            return read.error();
    }
    auto sort = sortFrom(request);
    if (!sort)
        return sort.error();
    filter.sort = *std::move(sort);
    return filter;
}

static QString page(const Request &request, const std::optional<ImageId> &marker)
{
    QUrlQuery query;
    for (const auto &[parameter, text] : request.queryItems()) {
        if (parameter != QLatin1StringView("marker"))
            query.addQueryItem(QString::fromLatin1(QUrl::toPercentEncoding(parameter)),
                QString::fromLatin1(QUrl::toPercentEncoding(text)));
    }
    if (marker)
        query.addQueryItem(QStringLiteral("marker"), marker->text());
    const QString path = QStringLiteral("/v2/images");
    return query.isEmpty() ? path : path + QLatin1Char('?') + query.toString(QUrl::FullyEncoded);
}

QString firstPage(const Request &request)
{
    return page(request, std::nullopt);
}

QString pageBehind(const Request &request, const ImageId &marker)
{
    return page(request, marker);
}

} // namespace nephele

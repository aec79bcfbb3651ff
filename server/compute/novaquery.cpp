// SPDX-License-Identifier: GPL-3.0-or-later
// The queries of novareader.h.
#include "server/compute/novareader.h"

#include "model/base/clock.h"
#include "server/compute/serverstate.h"

#include <QRegularExpression>

#include <array>

namespace nephele {

namespace {

constexpr int mostRows = 1000;

QLatin1StringView key(const char *name)
{
    return QLatin1StringView(name);
}

std::optional<bool> boolFromWord(const QString &word)
{
    static const QStringList yes { QStringLiteral("1"), QStringLiteral("t"), QStringLiteral("true"),
        QStringLiteral("on"), QStringLiteral("y"), QStringLiteral("yes") };
    static const QStringList no { QStringLiteral("0"), QStringLiteral("f"), QStringLiteral("false"),
        QStringLiteral("off"), QStringLiteral("n"), QStringLiteral("no") };
    const QString lower = word.trimmed().toLower();
    if (yes.contains(lower))
        return true;
    return no.contains(lower) ? std::optional(false) : std::nullopt;
}

Result<int> readLimit(const Request &request)
{
    const auto text = request.query(key("limit"));
    if (!text)
        return mostRows;
    bool isNumber = false;
    const qint64 limit = text->toLongLong(&isNumber);
    if (!isNumber || limit < 0)
        return invalid(QStringLiteral("limit: must be a number, zero or more."));
    return int(std::min<qint64>(limit, mostRows));
}

Result<qint64> readNumber(const Request &request, const char *name)
{
    const auto text = request.query(key(name));
    if (!text)
        return 0;
    bool isNumber = false;
    const qint64 number = text->toLongLong(&isNumber);
    if (!isNumber || number < 0)
        return invalid(QStringLiteral("%1: must be a number, zero or more.").arg(key(name)));
    return number;
}

bool isPlain(const QString &pattern)
{
    static const QString special = QStringLiteral("\\^$.|?*+()[]{}");
    return std::none_of(pattern.begin(), pattern.end(), [](QChar c) { return special.contains(c); });
}

// A foreign pattern may take for ever, so its steps are bounded: a match that needs more is none.
Result<QRegularExpression> readPattern(const QString &pattern, const char *name)
{
    if (pattern.size() > 255 || pattern.startsWith(QLatin1StringView("(*")))
        return invalid(QStringLiteral("%1: this pattern is not taken.").arg(key(name)));
    QRegularExpression expression(QStringLiteral("(*LIMIT_MATCH=5000)(*LIMIT_DEPTH=500)") + pattern);
    if (!expression.isValid())
        return invalid(
            QStringLiteral("%1: is no regular expression: %2.").arg(key(name), expression.errorString()));
    return expression;
}

Result<> readNameFilter(const Request &request, NovaServerQuery &query)
{
    const auto name = request.query(key("name"));
    if (!name || name->isEmpty())
        return {};
    if (isPlain(*name)) {
        query.filter.name = *name;
        return {};
    }
    const auto pattern = readPattern(*name, "name");
    if (!pattern)
        return pattern.error();
    query.fits.append(
        [pattern = *pattern](const Server &server) { return pattern.match(server.name).hasMatch(); });
    return {};
}

Result<> readAddressFilter(const Request &request, const char *name,
    QAbstractSocket::NetworkLayerProtocol protocol, NovaServerQuery &query)
{
    const auto text = request.query(key(name));
    if (!text || text->isEmpty())
        return {};
    const auto pattern = readPattern(*text, name);
    if (!pattern)
        return pattern.error();
    query.fits.append([pattern = *pattern, protocol](const Server &server) {
        return std::any_of(
            server.addresses.begin(), server.addresses.end(), [&](const ServerAddress &address) {
                return address.address.protocol() == protocol
                    && pattern.match(address.address.toString()).hasMatch();
            });
    });
    return {};
}

// What the database can select by; every other word is sorted out afterwards.
std::optional<ServerState> stateOfStatus(const QString &status)
{
    static constexpr std::array words {
        std::pair { "ACTIVE", ServerState::Running },
        std::pair { "SHUTOFF", ServerState::Off },
        std::pair { "BUILD", ServerState::Building },
        std::pair { "ERROR", ServerState::Failed },
    };
    for (const auto &[word, state] : words) {
        if (status == QLatin1StringView(word))
            return state;
    }
    return std::nullopt;
}

Result<> readStatusFilter(const Request &request, const Caller &caller, NovaServerQuery &query)
{
    QStringList wanted;
    for (const QString &status : request.queryAll(key("status")))
        wanted.append(status.toUpper());
    if (wanted.isEmpty())
        return {};
    if (wanted.contains(QLatin1StringView("DELETED"))) {
        if (!caller.isAdmin)
            return forbidden(QStringLiteral("Only administrators may list deleted servers."));
        query.filter.deleted = true;
    }
    if (wanted.size() == 1)
        query.filter.state = stateOfStatus(wanted.first());
    query.fits.append(
        [wanted](const Server &server) { return wanted.contains(QString::fromLatin1(novaStatus(server))); });
    return {};
}

Result<> readScope(const Request &request, const Caller &caller, NovaServerQuery &query)
{
    if (const auto all = request.query(key("all_tenants"))) {
        const auto isOn = all->isEmpty() ? std::optional(true) : boolFromWord(*all);
        if (!isOn)
            return invalid(QStringLiteral("all_tenants: must be true or false."));
        query.filter.allProjects = *isOn;
    }
    if (!caller.isAdmin)
        return {};
    if (const auto deleted = request.query(key("deleted")))
        query.filter.deleted = query.filter.deleted || boolFromWord(*deleted).value_or(false);
    for (const auto name : { key("tenant_id"), key("project_id") }) {
        if (const auto project = request.query(name); project && query.filter.allProjects)
            query.fits.append(
                [id = *project](const Server &server) { return server.owner.project.text() == id; });
    }
    if (const auto user = request.query(key("user_id")))
        query.fits.append([id = *user](const Server &server) { return server.owner.user.text() == id; });
    return {};
}

Result<> readPage(const Request &request, NovaServerQuery &query)
{
    const auto limit = readLimit(request);
    if (!limit)
        return limit.error();
    query.filter.limit = *limit;
    if (const auto marker = request.query(key("marker"))) {
        query.filter.marker = ServerId::fromText(*marker);
        if (!query.filter.marker)
            return invalid(QStringLiteral("marker: there is no server '%1'.").arg(*marker));
    }
    if (const auto since = request.query(key("changes-since"))) {
        query.filter.changesSinceMs = instantFromIso(*since);
        if (!query.filter.changesSinceMs)
            return invalid(QStringLiteral("changes-since: must be an ISO 8601 instant."));
    }
    const QString sortKey = request.query(key("sort_key")).value_or(QStringLiteral("created_at"));
    const QString sortDirection = request.query(key("sort_dir")).value_or(QStringLiteral("desc"));
    if (sortKey != QLatin1StringView("created_at") || sortDirection != QLatin1StringView("desc"))
        return invalid(QStringLiteral("sort_key: servers are sorted by created_at, newest first, only."));
    return {};
}

} // namespace

Result<NovaServerQuery> serverQueryFromNova(const Request &request, const Caller &caller)
{
    NovaServerQuery query;
    for (const auto &outcome : { readPage(request, query), readScope(request, caller, query),
             readStatusFilter(request, caller, query), readNameFilter(request, query),
             readAddressFilter(request, "ip", QAbstractSocket::IPv4Protocol, query),
             readAddressFilter(request, "ip6", QAbstractSocket::IPv6Protocol, query) }) {
        if (!outcome)
            return outcome.error();
    }
    if (const auto image = request.query(key("image"))) {
        query.filter.image = ImageId::fromText(*image);
        query.isEmpty = query.isEmpty || !query.filter.image;
    }
    if (const auto flavor = request.query(key("flavor")))
        query.filter.flavorId = *flavor;
    if (const auto keyName = request.query(key("key_name")))
        query.fits.append([name = *keyName](const Server &server) { return server.keyName == name; });
    if (const auto zone = request.query(key("availability_zone")))
        query.isEmpty = query.isEmpty || *zone != QLatin1StringView("nova");
    if (const auto uuid = request.query(key("uuid")))
        query.fits.append([id = *uuid](const Server &server) { return server.id.text() == id; });
    query.isEmpty = query.isEmpty || query.filter.limit == 0;
    return query;
}

Result<NovaFlavorQuery> flavorQueryFromNova(const Request &request, const Caller &caller)
{
    NovaFlavorQuery query;
    query.isPublic = true;
    if (const auto word = request.query(key("is_public"))) {
        const bool isBoth = word->compare(QLatin1StringView("none"), Qt::CaseInsensitive) == 0;
        const auto isPublic = boolFromWord(*word);
        if (!isBoth && !isPublic)
            return invalid(QStringLiteral("is_public: must be true, false or None."));
        // Only administrators see flavors that are not public.
        if (caller.isAdmin)
            query.isPublic = isBoth ? std::nullopt : isPublic;
    }
    const auto minRam = readNumber(request, "minRam");
    const auto minDisk = readNumber(request, "minDisk");
    const auto limit = readLimit(request);
    if (!minRam || !minDisk || !limit)
        return !minRam ? minRam.error() : !minDisk ? minDisk.error() : limit.error();
    query.minRamMiB = *minRam;
    query.minDiskGiB = *minDisk;
    query.limit = *limit;
    query.marker = request.query(key("marker"));
    return query;
}

} // namespace nephele

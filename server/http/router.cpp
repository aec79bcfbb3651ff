// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/router.h"

#include <QByteArrayList>
#include <QUtf8StringView>

#include <algorithm>

namespace nephele {

namespace {

// nullopt: not UTF-8, or NUL in it, which no store takes.
std::optional<QString> decoded(QByteArrayView raw)
{
    const QByteArray bytes =
        raw.contains('%') ? QByteArray::fromPercentEncoding(raw.toByteArray()) : raw.toByteArray();
    if (bytes.contains('\0') || !QUtf8StringView(bytes).isValidUtf8())
        return std::nullopt;
    return QString::fromUtf8(bytes);
}

bool isLiteral(QByteArrayView raw, QByteArrayView literal)
{
    if (!raw.contains('%'))
        return raw == literal;
    return QByteArrayView(QByteArray::fromPercentEncoding(raw.toByteArray())) == literal;
}

bool isBelow(QByteArrayView path, QByteArrayView prefix)
{
    return path.startsWith(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

bool takesSuffix(const RouteTable &table)
{
    return table.face == Face::Synnefo && table.faults != FaultForm::Pithos;
}

// Which methods a route of that method answers.
bool answers(QByteArrayView routeMethod, QByteArrayView method)
{
    return routeMethod == method || (routeMethod == "GET" && method == "HEAD");
}

bool hasProject(const Caller &caller)
{
    return caller.isAdmin || caller.project || (caller.face == Face::Synnefo && !caller.scope.isEmpty());
}

bool mayChangeSomething(const Caller &caller)
{
    const Roles changing = Roles(Role::Member) | Role::Manager | Role::Admin;
    if (caller.isAdmin)
        return true;
    if (caller.face == Face::OpenStack)
        return caller.project && (caller.rolesIn(*caller.project) & changing);
    return std::any_of(
        caller.scope.cbegin(), caller.scope.cend(), [&](Roles roles) { return bool(roles & changing); });
}

std::optional<Error> missingCloudRole(const Caller &caller, CloudRole role)
{
    if (caller.holds(role))
        return std::nullopt;
    return forbidden(QStringLiteral("This call needs a right on the cloud itself that the token lacks."));
}

std::optional<Error> missingRight(const Caller &caller, Right right)
{
    if (right != Right::Public && caller.isComponent() != (right == Right::Service))
        return Error { ErrorCode::Unauthenticated,
            QStringLiteral("This call does not take a token of this kind."), {} };
    switch (right) {
    case Right::Service:
    case Right::Public:
    case Right::SignedIn:
        return std::nullopt;
    case Right::Reader:
        if (!hasProject(caller))
            return forbidden(QStringLiteral("This call needs a token for a project."));
        return std::nullopt;
    case Right::Member:
        if (!hasProject(caller))
            return forbidden(QStringLiteral("This call needs a token for a project."));
        if (!mayChangeSomething(caller))
            return forbidden(QStringLiteral("This call needs the role member; the token only reads."));
        return std::nullopt;
    case Right::Admin:
        if (!caller.isAdmin)
            return forbidden(QStringLiteral("This call needs a cloud administrator."));
        return std::nullopt;
    case Right::ProjectAdmin:
        return missingCloudRole(caller, CloudRole::ProjectAdmin);
    case Right::AdminApi:
        return missingCloudRole(caller, CloudRole::AdminApi);
    case Right::AdminStats:
        return missingCloudRole(caller, CloudRole::AdminStats);
    }
    return forbidden(QStringLiteral("This call is not allowed."));
}

// The types the service of a table goes by in catalogs of OpenStack; none for faces that have no such
// catalog.
QByteArrayList serviceTypesOf(const RouteTable &table)
{
    if (table.face != Face::OpenStack)
        return {};
    switch (table.faults) {
    case FaultForm::Keystone:
        return { "identity" };
    case FaultForm::Nova:
        return { "compute" };
    case FaultForm::Glance:
        return { "image" };
    case FaultForm::Neutron:
        return { "network" };
    case FaultForm::Cinder:
        return { "block-storage", "block-store", "volume", "volumev3" };
    case FaultForm::Swift:
        return { "object-store" };
    default:
        return {};
    }
}

// An application credential's rules name paths as the service by itself would have them: without the prefix
// it has on this cloud's one port. The object store has none.
bool isWithinRules(const Caller &caller, const RouteTable &table, const Request &request)
{
    const AccessRules &rules = caller.accessRules;
    if (rules.isEmpty())
        return true;
    const QByteArrayList types = serviceTypesOf(table);
    QByteArrayView path(request.path);
    if (table.faults != FaultForm::Swift)
        path = path.sliced(std::max<qsizetype>(path.indexOf('/', 1), 0));
    return std::any_of(rules.cbegin(), rules.cend(), [&](const AccessRule &rule) {
        return types.contains(rule.service.toUtf8()) && rule.allows(request.method, path);
    });
}

// Synnefo's faces take the token from the query first; Swift knows the field by an older name too.
QByteArray tokenOf(const Request &request, const RouteTable &table)
{
    if (table.face == Face::Synnefo) {
        if (const auto token = request.query(QLatin1StringView("X-Auth-Token")); token && !token->isEmpty())
            return token->toUtf8();
    }
    const QByteArray token = request.headers.value("X-Auth-Token");
    return token.isEmpty() && table.faults == FaultForm::Swift ? request.headers.value("X-Storage-Token")
                                                               : token;
}

} // namespace

QList<std::pair<QString, QString>> queryItemsOf(QByteArrayView query)
{
    QList<std::pair<QString, QString>> items;
    const auto text = [](QByteArrayView raw) {
        QByteArray bytes = raw.toByteArray();
        bytes.replace('+', ' ');
        return QString::fromUtf8(QByteArray::fromPercentEncoding(bytes));
    };
    for (qsizetype from = 0; from < query.size();) {
        qsizetype to = query.indexOf('&', from);
        if (to < 0)
            to = query.size();
        const QByteArrayView item = query.sliced(from, to - from);
        const qsizetype equals = item.indexOf('=');
        if (!item.isEmpty())
            items.emplaceBack(text(equals < 0 ? item : item.first(equals)),
                equals < 0 ? QString() : text(item.sliced(equals + 1)));
        from = to + 1;
    }
    return items;
}

Router::Router(std::vector<RouteTable> tables, Authenticator &authenticator, Options options)
    : m_routes(std::move(tables)), m_authenticator(authenticator), m_options(std::move(options))
{
    for (const RouteTable &table : m_routes)
        add(table);
    std::stable_sort(m_tables.begin(), m_tables.end(),
        [](const Table &a, const Table &b) { return a.table->prefix.size() > b.table->prefix.size(); });
}

void Router::add(const RouteTable &table)
{
    const auto segmentsOf = [](const QByteArray &pattern) {
        std::vector<Segment> segments;
        for (const QByteArray &part : pattern.split('/').mid(1)) {
            if (part.startsWith('{') && part.endsWith("...}"))
                segments.push_back({ Segment::Kind::Rest, part.mid(1, part.size() - 5) });
            else if (part.startsWith('{') && part.endsWith('}'))
                segments.push_back({ Segment::Kind::Name, part.mid(1, part.size() - 2) });
            else if (!part.isEmpty())
                segments.push_back({ Segment::Kind::Literal, part });
        }
        return segments;
    };
    Table compiled { &table, {} };
    // A path that is a WebSocket too may also answer a plain GET; the upgrade decides.
    for (const WebSocketRoute &route : table.webSockets)
        compiled.entries.push_back({ segmentsOf(route.pattern), nullptr, &route });
    for (const Route &route : table.routes)
        compiled.entries.push_back({ segmentsOf(route.pattern), &route, nullptr });
    m_tables.push_back(std::move(compiled));
}

FaultForm Router::faultsAt(const QByteArray &path) const
{
    for (const Table &table : m_tables) {
        if (isBelow(path, table.table->prefix))
            return table.table->faults;
    }
    return FaultForm::Nephele;
}

Router::Path::Path(QByteArray below) : text(std::move(below))
{
    for (qsizetype slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1))
        starts.push_back(slash + 1);
    // "/servers/" is "/servers".
    const bool endsInSlash = !starts.empty() && starts.back() == text.size();
    count = starts.size() - (endsInSlash ? 1 : 0);
}

QByteArrayView Router::Path::segment(size_t i) const
{
    const qsizetype end = i + 1 < starts.size() ? starts[i + 1] - 1 : text.size();
    return QByteArrayView(text).sliced(starts[i], end - starts[i]);
}

bool Router::fits(const Entry &entry, const Path &path, Found &found)
{
    const auto &pattern = entry.segments;
    const bool hasRest = !pattern.empty() && pattern.back().kind == Segment::Kind::Rest;
    if (hasRest ? path.count < pattern.size() : path.count != pattern.size())
        return false;
    found.parameters.clear();
    found.hasBadText = false;
    for (size_t i = 0; i < pattern.size(); ++i) {
        const bool isRest = pattern[i].kind == Segment::Kind::Rest;
        const QByteArrayView raw = isRest ? path.from(i) : path.segment(i);
        if (pattern[i].kind == Segment::Kind::Literal) {
            if (!isLiteral(raw, pattern[i].text))
                return false;
            continue;
        }
        if (raw.isEmpty())
            return false;
        const auto text = decoded(raw);
        found.hasBadText = found.hasBadText || !text;
        found.parameters.emplaceBack(pattern[i].text, text.value_or(QString()));
    }
    return true;
}

void Router::searchTable(const Table &table, const Request &request, Found &found) const
{
    const QByteArray whole = takesSuffix(*table.table) ? withoutFormatSuffix(request.path) : request.path;
    const Path path(whole.mid(table.table->prefix.size()));
    const bool isUpgrade = request.headers.value("Upgrade").compare("websocket", Qt::CaseInsensitive) == 0;
    for (const Entry &entry : table.entries) {
        Found candidate;
        if ((entry.webSocket && !isUpgrade) || !fits(entry, path, candidate))
            continue;
        const QByteArray method = entry.route ? entry.route->method : QByteArray("GET");
        const bool isExact = method == request.method;
        // HEAD is answered by GET unless the table says otherwise further on.
        if (!isExact && (found.entry || !answers(method, request.method))) {
            found.allowed.append(method);
            continue;
        }
        found.table = &table;
        found.entry = &entry;
        found.parameters = candidate.parameters;
        found.hasBadText = candidate.hasBadText;
        if (isExact)
            return;
    }
}

Router::Found Router::find(const Request &request) const
{
    Found found;
    for (const Table &table : m_tables) {
        if (!isBelow(request.path, table.table->prefix))
            continue;
        searchTable(table, request, found);
        if (found.entry)
            break;
    }
    return found;
}

Fault Router::noRoute(const Found &found, const RouteTable *nearest, const Request &request) const
{
    const FaultForm form = nearest ? nearest->faults : FaultForm::Nephele;
    if (!found.allowed.isEmpty()) {
        Fault fault = faultOf(
            405, QStringLiteral("%1 is not done here.").arg(QString::fromLatin1(request.method)), form);
        QByteArrayList methods = found.allowed;
        if (methods.contains("GET"))
            methods.append("HEAD");
        std::sort(methods.begin(), methods.end());
        methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
        fault.headers.append("Allow", methods.join(", "));
        return fault;
    }
    // Synnefo calls an address it does not know a bad request (its API guides, "Faults").
    if (form == FaultForm::Astakos || form == FaultForm::Cyclades)
        return faultOf(400, QStringLiteral("API endpoint not found: it is unknown."), form);
    return faultOf(404, QStringLiteral("There is nothing at this address."), form);
}

std::optional<Fault> Router::setBaseUrl(Request &request, const QHostAddress &local, FaultForm form) const
{
    const QByteArray field = request.headers.value("Host").trimmed();
    const QByteArray scheme = request.secure ? "https://" : "http://";
    request.baseUrl = m_options.publicUrl;
    if (field.isEmpty()) { // HTTP/1.0
        if (request.baseUrl.isEmpty())
            request.baseUrl = scheme + "localhost";
        return std::nullopt;
    }
    const auto host = AllowedHosts::hostOf(field);
    if (!host)
        return faultOf(400, QStringLiteral("The Host field is malformed."), form);
    if (!m_options.hosts->allows(*host, local))
        return faultOf(421,
            QStringLiteral("This cloud does not answer under the name '%1'.").arg(QString::fromLatin1(*host)),
            form);
    if (request.baseUrl.isEmpty())
        request.baseUrl = scheme + field.toLower();
    return std::nullopt;
}

std::optional<Fault> Router::identify(
    const Request &request, const RouteTable &table, Right right, Caller &caller)
{
    caller.face = table.face;
    const QByteArray token = tokenOf(request, table);
    if (token.isEmpty()) {
        if (right == Right::Public)
            return std::nullopt;
        return faultOf(401, QStringLiteral("This call needs a token in X-Auth-Token."), table.faults);
    }
    const auto known = m_authenticator.authenticate(token, table.face);
    if (!known) {
        if (right == Right::Public)
            return std::nullopt;
        return faultOf(known.error(), table.faults, request.id);
    }
    caller = *known;
    if (const auto missing = missingRight(caller, right))
        return faultOf(*missing, table.faults, request.id);
    if (right != Right::Public && !isWithinRules(caller, table, request))
        return faultOf(403,
            QStringLiteral("The application credential's access rules do not allow this request."),
            table.faults);
    return std::nullopt;
}

Judgement Router::judge(Request &request, const QHostAddress &local)
{
    Judgement judgement;
    if (const qsizetype mark = request.target.indexOf('?'); mark >= 0)
        request.queries = queryItemsOf(QByteArrayView(request.target).sliced(mark + 1));
    const Found found = find(request);
    const auto nearest = std::find_if(m_tables.begin(), m_tables.end(),
        [&](const Table &table) { return isBelow(request.path, table.table->prefix); });
    const RouteTable *table = found.table ? found.table->table
        : nearest == m_tables.end()       ? nullptr
                                          : nearest->table;
    if (table)
        judgement.faults = table->faults;
    judgement.refusal = setBaseUrl(request, local, judgement.faults);
    if (judgement.refusal)
        return judgement;
    if (!found.entry) {
        judgement.refusal = noRoute(found, table, request);
        return judgement;
    }
    if (found.hasBadText) {
        judgement.refusal = faultOf(
            400, QStringLiteral("The address is not UTF-8, or it holds a zero byte."), judgement.faults);
        return judgement;
    }
    request.parameters = found.parameters;
    judgement.route = found.entry->route;
    judgement.webSocket = found.entry->webSocket;
    const Right right = judgement.route ? judgement.route->right : judgement.webSocket->right;
    judgement.refusal = identify(request, *table, right, judgement.caller);
    if (judgement.refusal)
        return judgement;
    if (judgement.webSocket
        && !m_options.hosts->allowsOrigin(request.headers.value("Origin"), request.headers.value("Host")))
        judgement.refusal =
            faultOf(403, QStringLiteral("Pages of this origin may not connect here."), judgement.faults);
    return judgement;
}

} // namespace nephele

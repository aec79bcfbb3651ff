// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/allowedhosts.h"
#include "server/http/faults.h"
#include "server/http/route.h"

#include <optional>
#include <vector>

namespace nephele {

// What the router makes of a head: a route and who calls it, or why not.
struct Judgement
{
    FaultForm faults = FaultForm::Nephele;
    const Route *route = nullptr;
    const WebSocketRoute *webSocket = nullptr;
    Caller caller;
    std::optional<Fault> refusal;
};

// Finds the route of a request and decides on its head whether it may run. One per worker, in its thread;
// `hosts` and `authenticator` outlive it.
class Router
{
public:
    struct Options
    {
        QByteArray publicUrl;
        const AllowedHosts *hosts = nullptr;
    };

    Router(std::vector<RouteTable> tables, Authenticator &authenticator, Options options);

    // Fills the request's baseUrl, queries and parameters. `local`: the address it came in on.
    Judgement judge(Request &request, const QHostAddress &local);

    // The form of the faults of whatever lives at that path.
    FaultForm faultsAt(const QByteArray &path) const;

private:
    // A segment of a pattern.
    struct Segment
    {
        enum class Kind { Literal, Name, Rest };
        Kind kind = Kind::Literal;
        QByteArray text;
    };
    struct Entry
    {
        std::vector<Segment> segments;
        const Route *route = nullptr;
        const WebSocketRoute *webSocket = nullptr;
    };
    struct Table
    {
        const RouteTable *table = nullptr;
        std::vector<Entry> entries;
    };
    struct Found
    {
        const Table *table = nullptr;
        const Entry *entry = nullptr;
        QList<QByteArray> allowed; // methods of entries that fit the path only
        QList<std::pair<QByteArray, QString>> parameters;
        bool hasBadText = false; // a parameter is not UTF-8 or holds NUL
    };

    // What follows a table's prefix, cut at its slashes.
    struct Path
    {
        explicit Path(QByteArray below);
        QByteArrayView segment(size_t i) const;
        QByteArrayView from(size_t i) const { return QByteArrayView(text).sliced(starts[i]); }

        QByteArray text;
        std::vector<qsizetype> starts; // of the segments in it
        size_t count = 0; // of segments; an empty one at the end does not count
    };

    void add(const RouteTable &table);
    // Fills the parameters of what it found, and whether they can be read.
    static bool fits(const Entry &entry, const Path &path, Found &found);
    Found find(const Request &request) const;
    void searchTable(const Table &table, const Request &request, Found &found) const;
    Fault noRoute(const Found &found, const RouteTable *nearest, const Request &request) const;
    std::optional<Fault> setBaseUrl(Request &request, const QHostAddress &local, FaultForm form) const;
    std::optional<Fault> identify(
        const Request &request, const RouteTable &table, Right right, Caller &caller);

    const std::vector<RouteTable> m_routes;
    std::vector<Table> m_tables; // longest prefix first
    Authenticator &m_authenticator;
    const Options m_options;
};

// application/x-www-form-urlencoded, in order; a bare name has an empty value.
QList<std::pair<QString, QString>> queryItemsOf(QByteArrayView query);

} // namespace nephele
